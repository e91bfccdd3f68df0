//! Builds what a browser downloads.
//!
//! ```text
//! crates/client ── cargo, wasm32 ──► wasm ── snip ── wasm-bindgen ──► pkg/NAME.{js,wasm}
//! style/main.css ── bundled, minified ─────────────────────► pkg/heliograph.css
//! public/ ── copied ───────────────────────────────────────► ./
//! everything that is text or wasm ── compressed ───────────► beside it, .br
//! ```

use crate::say;
use crate::snip::snip;
use crate::workspace::Workspace;
use anyhow::{Context as _, Result, anyhow, ensure};
use brotli::enc::BrotliEncoderParams;
use lightningcss::bundler::{Bundler, FileProvider};
use lightningcss::printer::PrinterOptions;
use lightningcss::stylesheet::{MinifyOptions, ParserOptions};
use lightningcss::targets::{Browsers, Targets};
use std::fs;
use std::path::Path;
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
    fs::create_dir_all(&pkg)?;
    for bundle in BUNDLES {
        let wasm = compile(workspace, bundle, profile)?;
        bind(&wasm, bundle.name, &pkg)?;
    }
    bundle_style(&workspace.root.join("style/main.css"), &pkg)?;
    copy(&workspace.root.join("public"), &site)?;
    compress(&site)?;
    say(&format!("the front end is in {}", site.display()))
}

fn compile(workspace: &Workspace, bundle: &Bundle, profile: &str) -> Result<std::path::PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let target = "wasm32-unknown-unknown";
    let status = Command::new(cargo)
        .args(["build", "--locked", "--lib", "--package", "client"])
        .args(["--target", target, "--profile", profile])
        .args(bundle.features)
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

fn bind(wasm: &Path, name: &str, pkg: &Path) -> Result<()> {
    let snipped = snip(&fs::read(wasm)?)?;
    Bindgen::new()
        .input_bytes(name, snipped)
        .web(true)?
        .typescript(false)
        .omit_default_module_path(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .out_name(name)
        .generate(pkg)
        .context("making the JavaScript bindings")?;
    let named = pkg.join(format!("{name}.wasm"));
    fs::rename(pkg.join(format!("{name}_bg.wasm")), named)?;
    Ok(())
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
    let params = BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        ..BrotliEncoderParams::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut bytes.as_slice(), &mut compressed, &params)?;
    let mut name = path.as_os_str().to_owned();
    name.push(".br");
    Ok(fs::write(name, compressed)?)
}
