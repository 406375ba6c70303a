//! Unicode's own test data, read for the tests of what conforms to it.

/// The lines of a packed file of `tests/data/unicode`, comments left out.
pub(crate) fn lines(name: &str) -> Vec<String> {
    let path = format!("{}/tests/data/unicode/{name}", env!("CARGO_MANIFEST_DIR"));
    let packed = std::fs::read(path).unwrap();
    let size = packed[packed.len() - 4..].try_into().map(u32::from_le_bytes).unwrap();
    let mut text = vec![0; size as usize];
    libdeflater::Decompressor::new().gzip_decompress(&packed, &mut text).unwrap();
    let text = String::from_utf8(text).unwrap();
    text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
}

/// The characters of a line, and the byte offsets of the breaks within it.
pub(crate) fn breaks(line: &str) -> (String, Vec<usize>) {
    let (mut text, mut breaks) = (String::new(), Vec::new());
    for part in line.split('|') {
        text.push_str(&chars(part));
        breaks.push(text.len());
    }
    (text, breaks)
}

/// Code points in hexadecimal with blanks between.
pub(crate) fn chars(codes: &str) -> String {
    let char = |code: &str| char::from_u32(u32::from_str_radix(code, 16).unwrap()).unwrap();
    codes.split(' ').map(char).collect()
}
