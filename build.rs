//! Lays out what the binary uses in place: the tables of the default vocabulary, the tables of
//! models and of secrets, and the faces that draw what the named ones lack, packed.
//!
//! From the deflated merges to the tables takes some 40 ms; done here, it is never waited for.

use std::error::Error;
use std::path::{Path, PathBuf};

use ab_glyph::{Font, FontRef};

#[expect(dead_code, reason = "only files are packed here")]
#[path = "src/typeface/faces.rs"]
mod faces;
#[expect(dead_code, reason = "only the layout is done here")]
#[path = "src/tokens/text/merges.rs"]
mod merges;
#[path = "src/tokens/text/packed.rs"]
mod packed;
#[path = "src/tokens/text/trie.rs"]
mod trie;
#[expect(dead_code, reason = "only the layout is done here")]
#[path = "src/tokens/text/vocabulary.rs"]
mod vocabulary;

const MODELS: &str = "src/tokens/models.toml";
const SECRETS: &str = "src/secrets/gitleaks/gitleaks.toml";
const MERGES: &str = "src/tokens/text/vocab/o200k.merges";

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("no OUT_DIR")?);
    default_vocabulary(&out)?;
    json(MODELS, out.join("models.json"))?;
    json(SECRETS, out.join("secrets.json"))?;
    packed_faces(&out)
}

/// A table as JSON, word for word: what reading TOML takes was a third of a short run.
fn json(toml: &str, out: PathBuf) -> Result<()> {
    println!("cargo::rerun-if-changed={toml}");
    let table: toml::Table = toml::from_str(&std::fs::read_to_string(toml)?)?;
    std::fs::write(out, serde_json::to_vec(&table)?)?;
    Ok(())
}

fn default_vocabulary(out: &Path) -> Result<()> {
    println!("cargo::rerun-if-changed={MERGES}");
    for source in ["merges", "packed", "trie", "vocabulary"] {
        println!("cargo::rerun-if-changed=src/tokens/text/{source}.rs");
    }
    let merges = packed::unpack(&std::fs::read(MERGES)?, None).ok_or("a damaged vocabulary")?;
    let vocabulary = vocabulary::Vocabulary::build(&merges).ok_or("a damaged vocabulary")?;
    std::fs::write(out.join("o200k.image"), vocabulary.to_image())?;
    Ok(())
}

/// Writes `faces.bin`, the deflated files one after the other; `coverage.bin`, the characters of
/// each as pairs of the first and the last of a range; and `faces.index`, five numbers a face:
/// where its file starts, deflated bytes, bytes, where its ranges start, ranges. Numbers are 32 bits,
/// little-endian.
fn packed_faces(out: &Path) -> Result<()> {
    println!("cargo::rerun-if-changed=src/typeface/faces.rs");
    // The best level; a higher one gains less than 1 %.
    let level = libdeflater::CompressionLvl::new(9).map_err(|_| "no such level")?;
    let mut deflate = libdeflater::Compressor::new(level);
    let (mut files, mut coverage, mut index) = (Vec::new(), Vec::new(), Vec::new());
    for face in faces::FACES {
        let path = Path::new("fonts").join(face.file);
        println!("cargo::rerun-if-changed={}", path.display());
        let file = std::fs::read(&path)?;
        let ranges = ranges(chars(&file, face.file)?);
        let mut room = vec![0; deflate.deflate_compress_bound(file.len())];
        let length = deflate.deflate_compress(&file, &mut room)?;
        let entry = [files.len(), length, file.len(), coverage.len() / 8, ranges.len()];
        files.extend_from_slice(&room[..length]);
        for number in ranges.into_iter().flatten() {
            coverage.extend_from_slice(&number.to_le_bytes());
        }
        for number in entry {
            index.extend_from_slice(&u32::try_from(number)?.to_le_bytes());
        }
    }
    std::fs::write(out.join("faces.bin"), files)?;
    std::fs::write(out.join("coverage.bin"), coverage)?;
    std::fs::write(out.join("faces.index"), index)?;
    Ok(())
}

/// The code points that a font file has glyphs for, ascending.
fn chars(file: &[u8], name: &str) -> Result<Vec<u32>> {
    let chars: Vec<u32> = if name.ends_with(".hex") {
        let codes = std::str::from_utf8(file)?.lines().filter_map(|line| line.split_once(':'));
        codes
            .map(|(code, _)| u32::from_str_radix(code, 16))
            .collect::<std::result::Result<_, _>>()?
    } else {
        let font = FontRef::try_from_slice(file)?;
        // Looked up one by one: the iterator over a font's characters leaves some out.
        (' '..='\u{E0FFF}').filter(|&c| font.glyph_id(c).0 != 0).map(|c| c as u32).collect()
    };
    Ok(chars)
}

fn ranges(chars: Vec<u32>) -> Vec<[u32; 2]> {
    let mut ranges: Vec<[u32; 2]> = Vec::new();
    for c in chars {
        match ranges.last_mut() {
            Some([_, last]) if *last + 1 == c => *last = c,
            _ => ranges.push([c, c]),
        }
    }
    ranges
}
