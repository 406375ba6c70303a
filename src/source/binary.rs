//! What is not text, told from its first bytes.

/// Bytes of an input's head that are looked at.
pub(super) const HEAD: usize = 8192;

/// File formats that people pass by mistake, by their first bytes.
const MAGIC: [(&[u8], &str); 19] = [
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xFF\xD8\xFF", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a RIFF file"),
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a zip archive or office document"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\x1F\x8B", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xFD7zXZ\0", "an xz archive"),
    (b"\x28\xB5\x2F\xFD", "a zstd archive"),
    (b"7z\xBC\xAF\x27\x1C", "a 7z archive"),
    (b"\x7FELF", "an ELF binary"),
    (b"\xCF\xFA\xED\xFE", "a Mach-O binary"),
    (b"\0asm", "a WebAssembly module"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "an old office document"),
    (b"\xFF\xFE\0\0", "UTF-32 text: convert it to UTF-8 first"),
    (b"\0\0\xFE\xFF", "UTF-32 text: convert it to UTF-8 first"),
];

/// What the bytes are, where they are not text. UTF-16 with a byte order mark is text, NUL bytes
/// and all.
pub(super) fn sniff(head: &[u8]) -> Option<String> {
    if let Some((_, what)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Some((*what).to_owned());
    }
    let utf16 = head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF");
    let nul = head.iter().position(|&b| b == 0).filter(|_| !utf16)?;
    Some(nul_at(nul as u64))
}

/// The words for a NUL byte at an offset.
pub(super) fn nul_at(offset: u64) -> String {
    format!("a NUL byte at {offset}")
}

#[cfg(test)]
mod tests {
    use super::sniff;

    #[test]
    fn tells_binaries_from_text() {
        assert_eq!(sniff(b"\x89PNG\r\n\x1a\n\0").unwrap(), "a PNG image");
        assert_eq!(sniff(b"ab\0c").unwrap(), "a NUL byte at 2");
        assert_eq!(sniff(b"plain \x1b[1m text"), None);
        assert_eq!(sniff(b"\xFF\xFEa\0"), None);
        assert!(sniff(b"\xFF\xFE\0\0a\0\0\0").unwrap().contains("UTF-32"));
    }
}
