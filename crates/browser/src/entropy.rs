//! The only place with randomness.

use crate::tab::Tab;
use protocol::HostKey;

/// Bits for the session's generator, which makes jitter and guest names of them and nothing that is
/// secret.
pub(crate) fn entropy(tab: &Tab) -> u64 {
    // No browser this product runs in lacks the source; a guessable guest name is better than no
    // page.
    secret_bytes::<8>(tab).map_or_else(|| js_sys::Math::random().to_bits(), u64::from_le_bytes)
}

/// A key that nobody guesses: 128 bits of the cryptographic source, or none.
pub(crate) fn host_key(tab: &Tab) -> Option<HostKey> {
    let bits = u128::from_be_bytes(secret_bytes::<16>(tab)?);
    HostKey::parse(&format!("{bits:032x}")).ok()
}

fn secret_bytes<const N: usize>(tab: &Tab) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    let crypto = tab.window.crypto().ok()?;
    crypto.get_random_values_with_u8_array(&mut bytes).ok()?;
    Some(bytes)
}
