//! The front end as files: what the browser downloads besides the pages.
//!
//! All of it is read into memory when the server starts, in release builds from the binary itself,
//! in debug builds from the folder. A front end that was built anew is served after a restart.

mod respond;

use axum::body::Bytes;
use axum::http::{HeaderMap, Response, Uri};
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;
use std::time::{Duration, SystemTime};

/// What `cargo make front` builds. A server without it starts, and says on every page what to do.
#[derive(rust_embed::RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../target/site"]
#[allow_missing = true]
struct Built;

/// The style sheets before they are bundled. `cargo leptos` serves `main.css` as it is, and the
/// browser then asks for what it imports.
#[cfg(debug_assertions)]
#[derive(rust_embed::RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../style"]
#[prefix = "pkg/"]
struct Unbundled;

/// The front end.
#[derive(Debug, Default)]
pub struct Site {
    files: BTreeMap<String, File>,
}

/// One file, and its compressed form.
#[derive(Debug)]
pub(super) struct File {
    media_type: &'static str,
    /// Tells one content from another: in the URL and as ETag.
    version: String,
    plain: Bytes,
    brotli: Option<Bytes>,
}

/// What lies in the folder under one name.
struct Content {
    bytes: Bytes,
    /// `None` if the system cannot tell.
    modified: Option<SystemTime>,
}

impl Site {
    /// The front end that was built with this server; empty if there was none.
    #[must_use]
    pub fn built() -> Self {
        let files = embedded::<Built>();
        #[cfg(debug_assertions)]
        let files = embedded::<Unbundled>().chain(files);
        Self::of_files(files)
    }

    /// The front end in a folder.
    ///
    /// # Errors
    /// If the folder or a file in it cannot be read.
    pub fn from_folder(folder: &Path) -> std::io::Result<Self> {
        let mut files = Vec::new();
        collect(folder, "", &mut files)?;
        Ok(Self::of_files(files.into_iter()))
    }

    fn of_files(files: impl Iterator<Item = (String, Content)>) -> Self {
        let mut contents: BTreeMap<String, Content> = files.collect();
        // What is older than the viewer's bundle was left behind by another build.
        let built = contents.get("pkg/heliograph.wasm").map(|it| it.modified);
        contents.retain(|name, it| !name.starts_with("pkg/studio.") || Some(it.modified) >= built);
        let names: Vec<String> = contents.keys().cloned().collect();
        let mut site = Self::default();
        for name in names {
            if name
                .strip_suffix(".br")
                .is_some_and(|plain| contents.contains_key(plain))
            {
                continue;
            }
            let brotli = contents.remove(&format!("{name}.br"));
            if let Some(plain) = contents.remove(&name) {
                // The same goes for what is older than its original.
                let brotli = brotli.filter(|brotli| brotli.modified >= plain.modified);
                let file = File::new(&name, plain.bytes, brotli.map(|brotli| brotli.bytes));
                site.files.insert(name, file);
            }
        }
        site
    }

    /// Where a browser finds a file for ever: the URL changes with the content. `None` if there is
    /// no such file.
    #[must_use]
    pub fn url(&self, name: &str) -> Option<String> {
        let file = self.files.get(name)?;
        Some(format!("/{name}?v={}", file.version))
    }

    /// The answer to a request for a file; `None` if there is no such file.
    pub(crate) fn answer(
        &self,
        uri: &Uri,
        headers: &HeaderMap,
    ) -> Option<Response<axum::body::Body>> {
        let file = self.files.get(uri.path().strip_prefix('/')?)?;
        let is_versioned = uri.query() == Some(&format!("v={}", file.version));
        Some(respond::answer(file, is_versioned, headers))
    }
}

impl File {
    fn new(name: &str, plain: Bytes, brotli: Option<Bytes>) -> Self {
        let mut hasher = DefaultHasher::new();
        plain.hash(&mut hasher);
        Self {
            media_type: media_type(name),
            version: format!("{:016x}", hasher.finish()),
            plain,
            brotli,
        }
    }
}

fn embedded<Folder: rust_embed::RustEmbed>() -> impl Iterator<Item = (String, Content)> {
    Folder::iter().filter_map(|name| {
        let file = Folder::get(&name)?;
        let since_epoch = file.metadata.last_modified().map(Duration::from_secs);
        let content = Content {
            bytes: file.data.into_owned().into(),
            modified: since_epoch.map(|span| SystemTime::UNIX_EPOCH + span),
        };
        Some((name.into_owned(), content))
    })
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<(String, Content)>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{name}/"), files)?;
        } else {
            let content = Content {
                bytes: std::fs::read(entry.path())?.into(),
                modified: entry.metadata()?.modified().ok(),
            };
            files.push((name, content));
        }
    }
    Ok(())
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "ico" => "image/x-icon",
        "js" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        // A browser compiles while it downloads only with this type.
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}
