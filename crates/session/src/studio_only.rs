//! What a viewer's build leaves out.

use core::ops::{Deref, DerefMut};
#[cfg(not(feature = "studio"))]
use core::{convert::Infallible, marker::PhantomData};

/// A part that only a studio needs. Without the feature `studio` this is a type without values: the
/// compiler drops every branch that holds one, and with them the part, and no caller has to know.
#[derive(Debug)]
pub struct StudioOnly<T> {
    #[cfg(feature = "studio")]
    part: Box<T>,
    #[cfg(not(feature = "studio"))]
    none: (Infallible, PhantomData<T>),
}

impl<T> StudioOnly<T> {
    /// The part, in a build that has it.
    #[cfg(feature = "studio")]
    #[must_use]
    pub fn new(make: impl FnOnce() -> T) -> Option<Self> {
        let part = Box::new(make());
        Some(Self { part })
    }

    /// The part, in a build that has it.
    #[cfg(not(feature = "studio"))]
    #[must_use]
    pub fn new(_make: impl FnOnce() -> T) -> Option<Self> {
        None
    }
}

impl<T> Deref for StudioOnly<T> {
    type Target = T;

    fn deref(&self) -> &T {
        #[cfg(not(feature = "studio"))]
        match self.none.0 {}
        #[cfg(feature = "studio")]
        &self.part
    }
}

impl<T> DerefMut for StudioOnly<T> {
    fn deref_mut(&mut self) -> &mut T {
        #[cfg(not(feature = "studio"))]
        match self.none.0 {}
        #[cfg(feature = "studio")]
        &mut self.part
    }
}
