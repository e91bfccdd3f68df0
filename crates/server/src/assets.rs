//! The front end as files: what the browser downloads besides the pages.
//!
//! All of it is read into memory when the server starts, in release builds from the binary itself,
//! in debug builds from the folder. A front end that was built anew is served after a restart.

mod respond;

use axum::body::Bytes;
use axum::http::{HeaderMap, Response, Uri};
use respond::Encoding;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::path::Path;

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

/// One file, and its compressed forms.
#[derive(Debug)]
pub(super) struct File {
    media_type: &'static str,
    /// Tells one content from another: in the URL and as ETag.
    version: String,
    plain: Bytes,
    /// The smallest first.
    encoded: Vec<(Encoding, Bytes)>,
}

/// What lies in the folder under one name.
struct Content {
    bytes: Bytes,
    /// The SHA-256 of the bytes, in hexadecimal digits.
    hash: String,
}

/// The hashes of all files that one build of the front end has made, by their names. `xtask front`
/// writes it. A file that is not as it says was left behind by another build; in a folder without a
/// manifest all files belong together.
const MANIFEST: &str = "manifest.json";

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
        let manifest: Option<BTreeMap<String, String>> = contents
            .remove(MANIFEST)
            .map(|file| serde_json::from_slice(&file.bytes).unwrap_or_default());
        let is_built = |name: &str, content: &Content| {
            let manifest = manifest.as_ref();
            manifest.is_none_or(|built| built.get(name) == Some(&content.hash))
        };
        // Without its viewer's bundle a studio's bundle is another build's, too.
        let viewer = "pkg/heliograph.wasm";
        let is_whole = contents.get(viewer).is_some_and(|it| is_built(viewer, it));
        contents
            .retain(|name, it| !name.starts_with("pkg/studio.") || is_whole && is_built(name, it));
        let names: Vec<String> = contents.keys().cloned().collect();
        let mut site = Self::default();
        for name in names {
            if Encoding::ALL.iter().any(|encoding| {
                let plain = name.strip_suffix(encoding.ending());
                plain.is_some_and(|plain| {
                    contents.contains_key(plain) || site.files.contains_key(plain)
                })
            }) {
                continue;
            }
            let Some(plain) = contents.remove(&name) else {
                continue;
            };
            let is_current = is_built(&name, &plain);
            let encoded = Encoding::ALL.iter().filter_map(|encoding| {
                let name = format!("{name}{}", encoding.ending());
                let form = contents.remove(&name)?;
                (is_current && is_built(&name, &form)).then_some((*encoding, form.bytes))
            });
            let encoded = encoded.collect();
            site.files
                .insert(name.clone(), File::new(&name, plain, encoded));
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
        let mut parameters = uri.query().unwrap_or_default().split('&');
        match parameters.find_map(|it| it.strip_prefix("v=")) {
            Some(version) if version != file.version => Some(respond::gone()),
            version => Some(respond::answer(file, version.is_some(), headers)),
        }
    }
}

impl File {
    fn new(name: &str, plain: Content, encoded: Vec<(Encoding, Bytes)>) -> Self {
        Self {
            media_type: media_type(name),
            version: plain.hash.chars().take(16).collect(),
            plain: plain.bytes,
            encoded,
        }
    }
}

impl Content {
    fn new(bytes: Bytes) -> Self {
        let digest = Sha256::digest(&bytes);
        let hash = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        Self { bytes, hash }
    }
}

fn embedded<Folder: rust_embed::RustEmbed>() -> impl Iterator<Item = (String, Content)> {
    Folder::iter().filter_map(|name| {
        let file = Folder::get(&name)?;
        let content = Content::new(file.data.into_owned().into());
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
            files.push((name, Content::new(std::fs::read(entry.path())?.into())));
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
