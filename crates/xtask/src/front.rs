//! Builds what a browser downloads.
//!
//! ```text
//! crates/client ── cargo, wasm32 ──► wasm ── wasm-bindgen ── order ──► pkg/NAME.{js,wasm}
//! style/main.css ── bundled, minified ─────────────────────► pkg/heliograph.css
//! public/ ── copied ───────────────────────────────────────► ./
//! everything that is text or wasm ── compressed ───────────► beside it, .br and .gz
//! the hashes of all of it ─────────────────────────────────► manifest.json
//! ```

use crate::order::order;
use crate::say;
use crate::workspace::Workspace;
use anyhow::{Context as _, Result, anyhow, ensure};
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;
use lightningcss::bundler::{Bundler, FileProvider};
use lightningcss::printer::PrinterOptions;
use lightningcss::stylesheet::{MinifyOptions, ParserOptions};
use lightningcss::targets::{Browsers, Targets};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use wasm_bindgen_cli_support::Bindgen;

/// One build of the client.
struct Bundle {
    name: &'static str,
    /// With which of the client's features.
    features: &'static [&'static str],
}

/// What a page loads: a viewer never downloads what only a studio needs.
const BUNDLES: &[Bundle] = &[
    Bundle {
        name: NAME,
        features: &["--no-default-features"],
    },
    Bundle {
        name: "studio",
        features: &[],
    },
];

/// The name that `[[workspace.metadata.leptos]]` gives. What `cargo leptos` writes under it has
/// everything; the server is content with that one bundle.
const NAME: &str = "heliograph";

/// The name of the list of all files with their SHA-256. The server reads it under this name.
const MANIFEST: &str = "manifest.json";

/// What is served compressed; the rest of `public/` is compressed already.
const COMPRESSED: &[&str] = &[
    "css",
    "html",
    "js",
    "json",
    "svg",
    "txt",
    "wasm",
    "webmanifest",
];

/// Builds the front end into the workspace's `target/site`.
pub(crate) fn build(workspace: &Workspace, profile: &str) -> Result<()> {
    let site = workspace.site();
    let pkg = site.join("pkg");
    if site.exists() {
        fs::remove_dir_all(&site)?;
    }
    fs::create_dir_all(&pkg)?;
    for bundle in BUNDLES {
        let wasm = compile(workspace, bundle, profile)?;
        bind(&wasm, bundle.name, &pkg)?;
    }
    bundle_style(&workspace.root.join("style/main.css"), &pkg)?;
    copy(&workspace.root.join("public"), &site)?;
    compress(&site)?;
    write_manifest(&site)?;
    say(&format!("the front end is in {}", site.display()))
}

fn compile(workspace: &Workspace, bundle: &Bundle, profile: &str) -> Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let target = "wasm32-unknown-unknown";
    let status = Command::new(cargo)
        .args(["build", "--locked", "--lib", "--package", "client"])
        .args(["--target", target, "--profile", profile])
        .args(bundle.features)
        .args(["--config", &remapped_paths(workspace)])
        .current_dir(&workspace.root)
        .status()
        .context("starting cargo")?;
    ensure!(status.success(), "the client does not build");
    let folder = if profile == "dev" { "debug" } else { profile };
    let built = workspace
        .metadata
        .target_directory
        .join(target)
        .join(folder)
        .join("client.wasm");
    Ok(built.into_std_path_buf())
}

/// A setting that keeps the builder's folders out of the wasm: it gets smaller, and the same on every
/// machine.
fn remapped_paths(workspace: &Workspace) -> String {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let registry = home.map(|home| (home.join("registry/src"), "registry"));
    let tree = (workspace.root.clone(), ".");
    let flags: Vec<String> = registry
        .into_iter()
        .chain([tree])
        .map(|(from, to)| format!("'--remap-path-prefix={}={to}'", from.display()))
        .collect();
    format!(
        "target.wasm32-unknown-unknown.rustflags=[{}]",
        flags.join(",")
    )
}

fn bind(wasm: &Path, name: &str, pkg: &Path) -> Result<()> {
    Bindgen::new()
        .input_bytes(name, fs::read(wasm)?)
        .web(true)?
        .typescript(false)
        .omit_default_module_path(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .out_name(name)
        .generate(pkg)
        .context("making the JavaScript bindings")?;
    let bound = pkg.join(format!("{name}_bg.wasm"));
    let ordered = order(&fs::read(&bound)?)?;
    fs::write(pkg.join(format!("{name}.wasm")), ordered)?;
    Ok(fs::remove_file(bound)?)
}

fn bundle_style(main: &Path, pkg: &Path) -> Result<()> {
    let files = FileProvider::new();
    let mut bundler = Bundler::new(&files, None, ParserOptions::default());
    let mut sheet = bundler
        .bundle(main)
        .map_err(|error| anyhow!("{}: {error}", main.display()))?;
    let targets = Targets::from(Browsers {
        chrome: Some(120 << 16),
        firefox: Some(121 << 16),
        safari: Some(17 << 16 | 2 << 8),
        ios_saf: Some(17 << 16 | 2 << 8),
        ..Browsers::default()
    });
    sheet.minify(MinifyOptions {
        targets,
        ..MinifyOptions::default()
    })?;
    let printed = sheet.to_css(PrinterOptions {
        minify: true,
        targets,
        ..PrinterOptions::default()
    })?;
    Ok(fs::write(pkg.join(format!("{NAME}.css")), printed.code)?)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// Writes down what this build has made, so that the server tells it from what another build has
/// left in the folder.
fn write_manifest(site: &Path) -> Result<()> {
    let mut hashes = BTreeMap::new();
    hash_files(site, "", &mut hashes)?;
    let manifest = serde_json::to_string_pretty(&hashes)?;
    Ok(fs::write(site.join(MANIFEST), manifest)?)
}

fn hash_files(folder: &Path, prefix: &str, hashes: &mut BTreeMap<String, String>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            hash_files(&entry.path(), &format!("{name}/"), hashes)?;
        } else if name != MANIFEST {
            let digest = Sha256::digest(fs::read(entry.path())?);
            let digits = digest.iter().map(|byte| format!("{byte:02x}"));
            hashes.insert(name, digits.collect());
        }
    }
    Ok(())
}

fn compress(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            compress(&path)?;
        } else if path
            .extension()
            .is_some_and(|end| COMPRESSED.iter().any(|it| end == *it))
        {
            compress_file(&path)?;
        }
    }
    Ok(())
}

fn compress_file(path: &Path) -> Result<()> {
    let bytes = fs::read(path)?;
    let beside = |ending: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        name
    };
    fs::write(beside(".br"), brotli(&bytes)?)?;
    Ok(fs::write(beside(".gz"), gzip(&bytes)?)?)
}

fn brotli(mut bytes: &[u8]) -> Result<Vec<u8>> {
    let params = BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        ..BrotliEncoderParams::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut bytes, &mut compressed, &params)?;
    Ok(compressed)
}

/// For pages over plain HTTP, where browsers accept neither brotli nor zstd.
fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}
