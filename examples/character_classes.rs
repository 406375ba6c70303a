//! Writes `src/tokens/text/classes.bin`, the character classes that the pre-tokenisers share.
//!
//! Run as `cargo run --example character_classes`. General categories, scripts and white space come
//! from `regex-syntax`, whose Unicode version is then the version of every pattern here; the
//! normalisation bit comes from `unicode-normalization`.
//!
//! Layout: one byte for every run of 256 code points, the number of its block, then the blocks,
//! 256 bytes each. What the bits of a class mean is told in `classes.rs`.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it prints what it found")]

use std::collections::HashMap;
use std::error::Error;

use regex_syntax::hir::{Class, HirKind};
use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{IsNormalized, is_nfc_quick};

/// Pattern and class number, in the order in which they are painted: later ones win.
const KINDS: [(&str, u8); 8] = [
    (r"[\p{Lu}\p{Lt}]", 1),
    (r"\p{Ll}", 2),
    (r"[\p{Lm}\p{Lo}]", 3),
    (r"\p{M}", 4),
    (r"\p{N}", 5),
    (r"\p{P}", 6),
    (r"\p{S}", 7),
    (r"\s", 8),
];
const NEWLINE: u8 = 9;
const HAN: u8 = 16;
const MAY_CHANGE_UNDER_NFC: u8 = 32;
const DEEPSEEK_CJK: u8 = 64;
const BLOCK: usize = 256;

fn ranges(pattern: &str) -> Result<Vec<(u32, u32)>, Box<dyn Error>> {
    match regex_syntax::parse(pattern)?.into_kind() {
        HirKind::Class(Class::Unicode(class)) => {
            Ok(class.iter().map(|range| (range.start() as u32, range.end() as u32)).collect())
        }
        other => Err(format!("{pattern} is no class: {other:?}").into()),
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut classes = vec![0u8; 0x11_0000];
    for (pattern, kind) in KINDS {
        for (first, last) in ranges(pattern)? {
            classes[first as usize..=last as usize].fill(kind);
        }
    }
    classes['\n' as usize] = NEWLINE;
    classes['\r' as usize] = NEWLINE;
    for (first, last) in ranges(r"\p{Han}")? {
        for class in &mut classes[first as usize..=last as usize] {
            *class |= HAN;
        }
    }
    for (first, last) in [(0x4E00, 0x9FA5), (0x3040, 0x30FF)] {
        for class in &mut classes[first..=last] {
            *class |= DEEPSEEK_CJK;
        }
    }
    for (code, class) in classes.iter_mut().enumerate() {
        let Some(c) = char::from_u32(code as u32) else {
            continue;
        };
        let stable = is_nfc_quick(std::iter::once(c)) == IsNormalized::Yes;
        if !stable || canonical_combining_class(c) != 0 {
            *class |= MAY_CHANGE_UNDER_NFC;
        }
    }

    let mut numbers: HashMap<&[u8], u8> = HashMap::new();
    let mut index = Vec::new();
    let mut blocks = Vec::new();
    for block in classes.chunks(BLOCK) {
        let next = numbers.len();
        let number = match numbers.get(block) {
            Some(&number) => number,
            None => {
                let number = u8::try_from(next)?;
                numbers.insert(block, number);
                blocks.extend_from_slice(block);
                number
            }
        };
        index.push(number);
    }
    index.extend_from_slice(&blocks);
    std::fs::write("src/tokens/text/classes.bin", &index)?;
    println!("{} blocks, {} bytes", numbers.len(), index.len());
    Ok(())
}
