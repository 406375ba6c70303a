//! Tokenizers that the user has as a file.

use std::path::Path;
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::exact::Exact;
use super::huggingface::{self, Refusal, Tokenizer};
use super::merges::Merges;
use super::pretokenize::Pattern;
use super::vocabulary::Vocabulary;
use super::{TokenCounter, TokenizerError};

/// Reads a tokenizer from a file: Hugging Face's `tokenizer.json`, or ranks as in `.tiktoken`.
///
/// A `.tiktoken` file has a token in base64 and its rank on each line, and does not say how text is
/// cut into words. That is taken from the family the file's name shows (`cl100k`, `qwen`, `kimi`,
/// `llama`, `tekken`, `glm`, `deepseek`, `gpt2` or `r50k` or `p50k`), and is o200k's otherwise.
pub fn from_file(path: impl AsRef<Path>) -> Result<Arc<dyn TokenCounter>, TokenizerError> {
    let path = path.as_ref();
    let text = std::fs::read_to_string(path)
        .map_err(|source| TokenizerError::Read { path: path.into(), source })?;
    let name = path.to_string_lossy().into_owned();
    let tokenizer = if text.trim_start().starts_with('{') {
        huggingface::read(&text)
    } else {
        read_tiktoken(&text, &name)
    };
    let tokenizer = tokenizer.map_err(|refusal| match refusal {
        Refusal::Malformed(reason) => TokenizerError::Malformed { path: path.into(), reason },
        Refusal::Unsupported(part) => TokenizerError::Unsupported { path: path.into(), part },
    })?;
    let Some(vocabulary) = Vocabulary::build(&tokenizer.merges) else {
        return Err(TokenizerError::Malformed {
            path: path.into(),
            reason: "its merges go in circles".into(),
        });
    };
    let Tokenizer { pattern, nfc, .. } = tokenizer;
    Ok(Arc::new(Exact::new(name, Box::new(|| vocabulary), pattern, nfc)))
}

fn read_tiktoken(text: &str, name: &str) -> Result<Tokenizer, Refusal> {
    let mut tokens: Vec<(u32, Vec<u8>)> = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.is_empty()) {
        let token = line.split_once(' ').and_then(|(token, rank)| {
            Some((rank.parse().ok()?, BASE64_STANDARD.decode(token).ok()?))
        });
        let Some(token) = token else {
            return Err(Refusal::Malformed(format!(
                "line {} is no token in base64 and its rank",
                number + 1
            )));
        };
        tokens.push(token);
    }
    tokens.sort();
    let tokens: Vec<_> = tokens.into_iter().map(|(_, token)| token).collect();
    let (pattern, nfc) = pattern_by_name(name);
    Ok(Tokenizer { merges: Merges::of_ranks(&tokens)?, pattern, nfc })
}

/// The pattern of the family that a file's name shows, and whether it normalises text.
fn pattern_by_name(name: &str) -> (Pattern, bool) {
    const FAMILIES: [(&[&str], Pattern, bool); 8] = [
        (&["gpt2", "r50k", "p50k"], Pattern::Gpt2, false),
        (&["cl100k"], Pattern::Cl100k, false),
        (&["qwen3_5", "qwen3.5", "qwen3_6", "qwen3.6"], Pattern::Qwen35, true),
        (&["qwen"], Pattern::Qwen2, true),
        (&["kimi"], Pattern::Kimi, false),
        (&["llama", "glm"], Pattern::Llama3, false),
        (&["tekken", "mistral"], Pattern::Tekken, false),
        (&["deepseek"], Pattern::DeepSeek, false),
    ];
    let name = Path::new(name)
        .file_name()
        .map(|name| name.to_string_lossy().to_lowercase())
        .unwrap_or_default();
    FAMILIES
        .into_iter()
        .find(|(words, ..)| words.iter().any(|word| name.contains(word)))
        .map_or((Pattern::O200k, false), |(_, pattern, nfc)| (pattern, nfc))
}
