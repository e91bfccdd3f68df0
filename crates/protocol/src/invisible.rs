//! Characters that cannot be seen, by their Unicode properties.

/// Default_Ignorable_Code_Point (Unicode 16, `DerivedCoreProperties.txt`): what a renderer shows as
/// nothing if it does not support it.
pub(crate) const fn is_ignorable(char: char) -> bool {
    matches!(
        char,
        '\u{00AD}'
            | '\u{034F}'
            | '\u{061C}'
            | '\u{115F}'..='\u{1160}'
            | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFF8}'
            | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}'
    )
}

/// White_Space, and two characters that have a width and no ink: the empty Braille pattern and the
/// musical null notehead.
pub(crate) fn is_blank(char: char) -> bool {
    char.is_whitespace() || matches!(char, '\u{2800}' | '\u{1D159}')
}

/// Variation_Selector: chooses between two shapes of the character before it.
pub(crate) const fn is_variation_selector(char: char) -> bool {
    matches!(
        char,
        '\u{180B}'..='\u{180D}'
            | '\u{180F}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{E0100}'..='\u{E01EF}'
    )
}

/// Join_Control: the zero-width joiner and non-joiner.
pub(crate) const fn is_joiner(char: char) -> bool {
    matches!(char, '\u{200C}' | '\u{200D}')
}

/// Whether a joiner between these two characters can change what is seen: in cursive and Indic
/// scripts, and between emoji (after Unicode Standard Annex 31, section 2.3.1, by blocks).
pub(crate) fn joins(before: char, after: char) -> bool {
    (is_cursive(before) && is_cursive(after))
        || (is_indic(before) && is_indic(after))
        || (is_pictograph(before) && is_pictograph(after))
}

/// Arabic and its relatives, and Mongolian.
const fn is_cursive(char: char) -> bool {
    matches!(
        char,
        '\u{0600}'..='\u{08FF}'
            | '\u{1800}'..='\u{18AF}'
            | '\u{FB50}'..='\u{FDFF}'
            | '\u{FE70}'..='\u{FEFC}'
            | '\u{10D00}'..='\u{10D3F}'
            | '\u{1E900}'..='\u{1E95F}'
    )
}

/// The scripts of South and Southeast Asia that form conjuncts.
const fn is_indic(char: char) -> bool {
    matches!(
        char,
        '\u{0900}'..='\u{0DFF}'
            | '\u{1000}'..='\u{109F}'
            | '\u{1700}'..='\u{17FF}'
            | '\u{1900}'..='\u{1CFF}'
            | '\u{A800}'..='\u{ABFF}'
            | '\u{11000}'..='\u{11FFF}'
    )
}

/// Symbols, pictographs and the modifiers of skin.
const fn is_pictograph(char: char) -> bool {
    matches!(
        char,
        '\u{2190}'..='\u{21FF}'
            | '\u{2300}'..='\u{23FF}'
            | '\u{2600}'..='\u{27BF}'
            | '\u{2B00}'..='\u{2BFF}'
            | '\u{1F000}'..='\u{1FAFF}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use icu_properties::CodePointSetData;
    use icu_properties::props::{
        DefaultIgnorableCodePoint, JoinControl, VariationSelector, WhiteSpace,
    };

    #[test]
    fn the_ranges_are_those_of_unicode() {
        for char in '\0'..=char::MAX {
            let is = |set: icu_properties::CodePointSetDataBorrowed<'_>| set.contains(char);
            let ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>();
            assert_eq!(is_ignorable(char), is(ignorable), "{char:?}");
            let selector = CodePointSetData::new::<VariationSelector>();
            assert_eq!(is_variation_selector(char), is(selector), "{char:?}");
            assert_eq!(
                is_joiner(char),
                is(CodePointSetData::new::<JoinControl>()),
                "{char:?}"
            );
            let white = is(CodePointSetData::new::<WhiteSpace>());
            assert!(!white || is_blank(char), "{char:?}");
        }
    }
}
