#![doc = include_str!("../README.md")]
#![expect(
    unreachable_pub,
    reason = "`#[component]` makes public what it generates"
)]

// Documentation is made with flags of its own, and runs no page.
#[cfg(not(any(erase_components, doc, doctest)))]
compile_error!(
    "server and client must agree on --cfg=erase_components. It is set in .cargo/config.toml, which \
     RUSTFLAGS in the environment replaces: add it there"
);

mod app;
mod components;
#[cfg(feature = "ssr")]
mod document;
mod format;
mod handle;
mod head;
mod icon;
mod messages;
mod pages;
mod problem;
mod sentence;
#[cfg(all(test, feature = "ssr"))]
mod tests;

pub use app::App;
#[cfg(feature = "ssr")]
pub use document::{Document, document, render, render_view};
pub use handle::{Handle, provide};

/// The id of the element that carries the [`Seed`](session::Seed) as JSON.
pub const SEED_ELEMENT_ID: &str = "seed";
