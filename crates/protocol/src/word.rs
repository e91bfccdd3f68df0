//! Enums that are written as one word, and stay readable when a later version adds a word.

/// Defines an enum whose variants are written as words on the wire.
///
/// A word that this build does not know is read as `Unknown`, so a newer server can add one without
/// breaking an older client. `WORDS` lists the words, for `docs/protocol.md`.
macro_rules! words {
    (
        $(#[$meta:meta])*
        $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $word:literal,)+ }
    ) => {
        $(#[$meta])*
        pub enum $name {
            $($(#[$variant_meta])* $variant,)+
            /// A word that this build does not know.
            Unknown,
        }

        impl $name {
            /// All words that this build knows.
            pub const WORDS: &[&str] = &[$($word),+];

            /// The word on the wire.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                    Self::Unknown => "unknown",
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.word())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'_, str>::deserialize(deserializer)?;
                Ok(match &*text {
                    $($word => Self::$variant,)+
                    _ => Self::Unknown,
                })
            }
        }
    };
}

pub(crate) use words;
