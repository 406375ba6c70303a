//! The tokenizers by name, each loaded when it is first asked for.

use std::sync::{Arc, OnceLock};

use super::estimate;
use super::exact::Exact;
use super::merges::Merges;
use super::packed;
use super::pretokenize::Pattern;
use super::vocabulary::Vocabulary;
use super::{TokenCounter, TokenizerError};

/// One tokenizer whose vocabulary is in the binary.
struct Entry {
    name: &'static str,
    /// Other names people use.
    aliases: &'static [&'static str],
    source: Source,
    pattern: Pattern,
    nfc: bool,
    loaded: OnceLock<Arc<Exact>>,
}

enum Source {
    /// Tables laid out when this crate was built: nothing to load.
    Image(&'static [u8]),
    /// Packed merges, each file adding to the one before.
    Packed(&'static [&'static [u8]]),
}

static O200K: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/o200k.image"));
static CL100K: &[u8] = include_bytes!("vocab/cl100k.merges");
static LLAMA3: &[u8] = include_bytes!("vocab/llama3.merges");
static QWEN2: &[u8] = include_bytes!("vocab/qwen2.merges");
static QWEN3_5: &[u8] = include_bytes!("vocab/qwen3.5.merges");
static DEEPSEEK_V3: &[u8] = include_bytes!("vocab/deepseek-v3.merges");
static GLM4: &[u8] = include_bytes!("vocab/glm4.merges");
static GLM5: &[u8] = include_bytes!("vocab/glm5.merges");
static TEKKEN: &[u8] = include_bytes!("vocab/tekken.merges");
static KIMI_K2: &[u8] = include_bytes!("vocab/kimi-k2.merges");
static MINIMAX_M2: &[u8] = include_bytes!("vocab/minimax-m2.merges");

const fn entry(
    name: &'static str,
    aliases: &'static [&'static str],
    source: Source,
    pattern: Pattern,
    nfc: bool,
) -> Entry {
    Entry { name, aliases, source, pattern, nfc, loaded: OnceLock::new() }
}

/// Whether the tokenizer brings text into normalisation form C first.
const NFC: bool = true;
const AS_IS: bool = false;

#[rustfmt::skip]
static ENTRIES: [Entry; 11] = [
    entry("o200k", &["o200k_base", "o200k_harmony"], Source::Image(O200K), Pattern::O200k, AS_IS),
    entry("cl100k", &["cl100k_base"], Source::Packed(&[CL100K]), Pattern::Cl100k, AS_IS),
    entry("qwen2", &["qwen2.5", "qwen3"], Source::Packed(&[QWEN2]), Pattern::Qwen2, NFC),
    entry("qwen3.5", &["qwen3.6", "qwen3.7", "qwen3.8"], Source::Packed(&[QWEN3_5]), Pattern::Qwen35, NFC),
    entry("deepseek-v3", &["deepseek-v4", "deepseek_v3", "deepseek_v4"], Source::Packed(&[DEEPSEEK_V3]), Pattern::DeepSeek, AS_IS),
    entry("glm4", &["glm4.5", "glm4.6"], Source::Packed(&[GLM4]), Pattern::Llama3, AS_IS),
    entry("glm5", &["glm4.7"], Source::Packed(&[GLM4, GLM5]), Pattern::Llama3, AS_IS),
    entry("llama3", &["llama3.1", "llama3.2", "llama3.3"], Source::Packed(&[CL100K, LLAMA3]), Pattern::Llama3, AS_IS),
    entry("tekken", &["mistral_v3", "mistral-tekken"], Source::Packed(&[TEKKEN]), Pattern::Tekken, AS_IS),
    entry("kimi-k2", &["kimi-k3", "kimi_k2", "kimi_k3"], Source::Packed(&[KIMI_K2]), Pattern::Kimi, AS_IS),
    entry("minimax-m2", &["minimax-m3", "minimax_m2"], Source::Packed(&[MINIMAX_M2]), Pattern::O200k, NFC),
];

impl Entry {
    fn load(&'static self) -> Arc<Exact> {
        let load = || {
            let counter = Exact::new(
                self.name.into(),
                Box::new(|| self.vocabulary()),
                self.pattern,
                self.nfc,
            );
            Arc::new(counter)
        };
        Arc::clone(self.loaded.get_or_init(load))
    }

    fn vocabulary(&self) -> Vocabulary {
        let vocabulary = match self.source {
            Source::Image(image) => Vocabulary::from_image(image),
            Source::Packed(files) => files
                .iter()
                .try_fold(None, |base, file| packed::unpack(file, base).map(Some))
                .flatten()
                .and_then(|merges: Merges| Vocabulary::build(&merges)),
        };
        vocabulary.expect("the vocabularies in the binary are whole")
    }
}

/// The tokenizer of this name. It is decoded when the first text is counted, and kept; the
/// default, `o200k`, is used in place and costs nothing to load.
pub fn load(name: &str) -> Result<Arc<dyn TokenCounter>, TokenizerError> {
    if let Some(exact) = exact(name) {
        return Ok(exact);
    }
    let entry =
        estimate::ENTRIES.iter().find(|entry| entry.name == name || entry.aliases.contains(&name));
    match entry {
        Some(entry) => Ok(entry.load()),
        None => Err(TokenizerError::Unknown { name: name.into() }),
    }
}

/// The tokenizer of this name, if its vocabulary is here.
pub fn exact(name: &str) -> Option<Arc<Exact>> {
    let entry = ENTRIES.iter().find(|entry| entry.name == name || entry.aliases.contains(&name));
    entry.map(Entry::load)
}

/// The default tokenizer.
pub fn o200k() -> Arc<Exact> {
    ENTRIES[0].load()
}

/// The names that [`load`] takes, without their aliases.
pub fn names() -> impl Iterator<Item = &'static str> {
    let exact = ENTRIES.iter().map(|entry| entry.name);
    exact.chain(estimate::ENTRIES.iter().map(|entry| entry.name))
}
