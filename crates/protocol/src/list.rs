//! Lists that a client reads: an element that this build cannot read is left out, so that a newer
//! server can send elements of a new kind.

use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::value::RawValue;
use std::sync::Arc;

/// The elements that can be read.
pub(crate) fn owned<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    let elements = Vec::<Box<RawValue>>::deserialize(deserializer)?;
    let read = |json: Box<RawValue>| serde_json::from_str(json.get()).ok();
    Ok(elements.into_iter().filter_map(read).collect())
}

/// The same for a list that is shared.
pub(crate) fn shared<'de, D, T>(deserializer: D) -> Result<Arc<[T]>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    owned(deserializer).map(Arc::from)
}
