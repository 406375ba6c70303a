//! A long text a part at a time.

/// The text in parts of at most so many bytes, four or more, so that one huge chunk is not copied
/// or moved whole.
pub(crate) fn parts(text: &str, most: usize) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (part, after) = rest.split_at(rest.floor_char_boundary(most));
        rest = after;
        (!part.is_empty()).then_some(part)
    })
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn parts_are_the_text() {
        let text = "a光é𝔄 ".repeat(9);
        for most in [4, 5, 7, 1000] {
            assert_eq!(parts(&text, most).collect::<String>(), text);
            assert!(parts(&text, most).all(|part| part.len() <= most));
        }
        assert_eq!(parts("", 4).count(), 0);
    }
}
