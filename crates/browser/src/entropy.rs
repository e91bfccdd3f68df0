//! The only place with randomness.

use crate::tab::Tab;

/// Random bits that nobody can guess, for the session's generator.
pub(crate) fn entropy(tab: &Tab) -> u64 {
    let mut bytes = [0; 8];
    let filled = tab
        .window
        .crypto()
        .and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bytes));
    match filled {
        Ok(_) => u64::from_le_bytes(bytes),
        // No browser this product runs in comes here; a guessable guest name is better than no page.
        Err(_) => js_sys::Math::random().to_bits(),
    }
}
