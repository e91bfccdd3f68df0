//! Where things are.

use anyhow::{Context as _, Result};
use cargo_metadata::{Metadata, MetadataCommand};
use std::path::PathBuf;

/// The workspace as cargo describes it.
#[derive(Debug)]
pub(crate) struct Workspace {
    /// All packages and the resolved dependencies.
    pub(crate) metadata: Metadata,
    /// The top of the tree.
    pub(crate) root: PathBuf,
}

impl Workspace {
    /// Asks cargo.
    pub(crate) fn read() -> Result<Self> {
        let metadata = MetadataCommand::new().exec().context("cargo metadata")?;
        let root = metadata.workspace_root.clone().into_std_path_buf();
        Ok(Self { metadata, root })
    }

    /// Where the server looks for the front end: always below the tree, wherever cargo builds.
    pub(crate) fn site(&self) -> PathBuf {
        self.root.join("target/site")
    }
}
