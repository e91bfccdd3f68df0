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
mod platform;
mod problem;
mod sentence;
#[cfg(all(test, feature = "ssr"))]
mod tests;
mod words;

pub use app::App;
#[cfg(feature = "ssr")]
pub use document::{Document, document, render, render_view, start_script};
pub use handle::{Handle, provide};

/// The id of the element that carries the [`Seed`](session::Seed) as JSON.
pub const SEED_ELEMENT_ID: &str = "heliograph-seed";

/// The id of the element that holds the pages. The client renders them into one of its own and puts
/// that in its place.
pub const ROOT_ELEMENT_ID: &str = "heliograph";

/// The class of that element.
pub const ROOT_CLASS: &str = "heliograph-root";
