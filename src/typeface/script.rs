//! What a character's script asks of drawing.

use unicode_script::{Script, UnicodeScript};

/// Whether a character is drawn by one glyph of its own whatever stands around it, so that it can
/// be looked up instead of shaped: letters of scripts without joining, stacking or reordering,
/// ideographs, syllables, signs. A word with any other character is shaped as a whole.
#[inline]
pub fn is_simple(c: char) -> bool {
    matches!(c, ' '..='~') || is_simple_beyond_ascii(c)
}

fn is_simple_beyond_ascii(c: char) -> bool {
    matches!(c as u32,
        0xA0..=0xAC | 0xAE..=0x2FF
        // Greek, Cyrillic, Armenian, Georgian, Ethiopic, Cherokee
        | 0x370..=0x482 | 0x48A..=0x58F | 0x10A0..=0x10FF | 0x1200..=0x135C | 0x1360..=0x13FF
        // Canadian syllabics, Ogham, Runic; phonetics, more Latin and Greek
        | 0x1400..=0x16F8 | 0x1C80..=0x1CBF | 0x1D00..=0x1DBF | 0x1E00..=0x1FFF
        // Punctuation, currency, symbols, arrows, mathematics, boxes, dingbats
        | 0x2000..=0x200A | 0x2010..=0x2027 | 0x202F..=0x205F | 0x2070..=0x20CF | 0x2100..=0x2BFF
        // Glagolitic, Coptic, Georgian, Tifinagh, Ethiopic, punctuation
        | 0x2C00..=0x2CEE | 0x2CF2..=0x2D70 | 0x2D80..=0x2DDF | 0x2E00..=0x2E7F
        // Radicals, ideographs, kana, Hangul syllables, Yi, Lisu, Vai
        | 0x2E80..=0x3029 | 0x3030..=0x3098 | 0x309B..=0x3163 | 0x3165..=0xA66E
        | 0xA680..=0xA69D | 0xA6A0..=0xA6EF | 0xA700..=0xA7FF | 0xAB00..=0xABBF | 0xAC00..=0xD7A3
        // Ligatures, forms
        | 0xFB00..=0xFB17 | 0xFE10..=0xFE19 | 0xFE30..=0xFE6F | 0xFF01..=0xFF9F
        | 0xFFE0..=0xFFEE | 0xFFFC..=0xFFFD
        // Mathematical letters, emoji that join nothing, ideographs
        | 0x1D400..=0x1D7FF | 0x1F000..=0x1F1E5 | 0x1F200..=0x1F3FA | 0x1F400..=0x1FAFF
        | 0x20000..=0x323AF
    )
}

/// Whether the text that a character starts or belongs to may run from right to left: letters of
/// such scripts (Bidi_Class R, AL and AN) and the controls that say so.
#[inline]
pub fn may_be_rtl(c: char) -> bool {
    c >= '\u{590}' && may_be_rtl_beyond_cyrillic(c)
}

fn may_be_rtl_beyond_cyrillic(c: char) -> bool {
    matches!(c as u32,
        0x590..=0x8FF | 0x200F | 0x202B | 0x202E | 0x2067 | 0xFB1D..=0xFDFF | 0xFE70..=0xFEFE
        | 0x10800..=0x10FFF | 0x1E800..=0x1EFFF)
}

/// Characters that are asked for by their neighbours and have no look of their own: joiners,
/// variation selectors, tags, direction marks, fillers (Default_Ignorable_Code_Point).
pub(super) fn is_ignorable(c: char) -> bool {
    matches!(c as u32,
        0xAD | 0x34F | 0x61C | 0x115F..=0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180F
        | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF
        | 0xFFA0 | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A | 0xE0000..=0xE0FFF)
}

/// Whether nobody looks for ink where a character stands.
pub(crate) fn has_no_ink(c: char) -> bool {
    c.is_whitespace() || is_ignorable(c) || c == '\u{2800}'
}

/// Whether a cluster is an emoji that its characters make together: a presentation selector, a
/// skin tone, a keycap, a flag, a family.
pub(super) fn is_emoji_sequence(cluster: &str) -> bool {
    cluster.chars().any(|c| {
        matches!(c as u32, 0xFE0F | 0x20E3 | 0x1F1E6..=0x1F1FF | 0x1F3FB..=0x1F3FF | 0xE0020..=0xE007F)
    }) || (cluster.contains('\u{200D}') && cluster.chars().any(|c| c as u32 >= 0x1F000))
}

/// The script of a cluster; `None` for signs that all scripts share.
pub(super) fn of_cluster(cluster: &str) -> Option<Script> {
    cluster.chars().map(|c| c.script()).find(|&script| is_own(script))
}

fn is_own(script: Script) -> bool {
    !matches!(script, Script::Common | Script::Inherited | Script::Unknown)
}

/// Whether the letters of a script touch, so that no room may be put between them.
pub(super) fn joins(script: Script) -> bool {
    use Script::{
        Adlam, Arabic, Bengali, Devanagari, Gurmukhi, Hanifi_Rohingya, Mandaic, Manichaean, Modi,
        Mongolian, Nko, Old_Uyghur, Phags_Pa, Psalter_Pahlavi, Sharada, Siddham, Sogdian,
        Syloti_Nagri, Syriac, Tirhuta,
    };
    matches!(
        script,
        Adlam
            | Arabic
            | Bengali
            | Devanagari
            | Gurmukhi
            | Hanifi_Rohingya
            | Mandaic
            | Manichaean
            | Modi
            | Mongolian
            | Nko
            | Old_Uyghur
            | Phags_Pa
            | Psalter_Pahlavi
            | Sharada
            | Siddham
            | Sogdian
            | Syloti_Nagri
            | Syriac
            | Tirhuta
    )
}

/// Whether the letters of a script are simple by [`is_simple`]. Such text gets no kerning and no
/// optional ligatures: at these sizes a reader needs the letters apart, and a word is drawn alike
/// whether it is looked up or shaped.
pub(super) fn is_plain(script: Script) -> bool {
    use Script::{
        Armenian, Bopomofo, Canadian_Aboriginal, Cherokee, Coptic, Cyrillic, Ethiopic, Georgian,
        Glagolitic, Greek, Han, Hangul, Hiragana, Katakana, Latin, Lisu, Ogham, Runic, Vai, Yi,
    };
    matches!(
        script,
        Armenian
            | Bopomofo
            | Canadian_Aboriginal
            | Cherokee
            | Coptic
            | Cyrillic
            | Ethiopic
            | Georgian
            | Glagolitic
            | Greek
            | Han
            | Hangul
            | Hiragana
            | Katakana
            | Latin
            | Lisu
            | Ogham
            | Runic
            | Vai
            | Yi
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};
    use unicode_segmentation::UnicodeSegmentation;

    #[test]
    fn simple_characters_are_no_marks_and_stand_alone() {
        for c in ('\0'..=char::MAX).filter(|&c| is_simple(c)) {
            let group = c.general_category_group();
            assert!(group != GeneralCategoryGroup::Mark, "{c:?} is a mark");
            assert!(!is_ignorable(c) && !may_be_rtl(c), "{c:?}");
            assert_eq!(format!("{c}x").graphemes(true).count(), 2, "{c:?}");
        }
    }

    #[test]
    fn what_may_run_from_right_to_left_is_what_bidi_says() {
        use unicode_bidi::BidiClass::{AL, AN, R, RLE, RLI, RLO};
        for c in '\0'..=char::MAX {
            let class = unicode_bidi::bidi_class(c);
            let rtl = matches!(class, R | AL | AN | RLE | RLI | RLO);
            assert!(!rtl || may_be_rtl(c), "{c:?} {class:?}");
        }
    }
}
