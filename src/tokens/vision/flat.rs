//! Models that take the same number of tokens whatever the size.

use super::{Size, VisionCount};
use serde::{Deserialize, Serialize};
use std::num::{NonZeroU16, NonZeroU32};

/// The same number of tokens for every size.
///
/// Formula: `tokens`. No rounding. Used for low detail of tile-priced OpenAI models, for
/// fixed-size encoders (Gemma 3n, PaliGemma, the fixed modes of DeepSeek-OCR) and where an
/// interface was seen to bill a constant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flat {
    /// Tokens an image.
    pub tokens: NonZeroU32,
    /// Embeddings among them, where fewer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub features: Option<u32>,
    /// The square, in pixels a side, that every image becomes, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub square: Option<NonZeroU16>,
}

impl Flat {
    pub(super) fn count(&self, size: Size) -> VisionCount {
        let tokens = u64::from(self.tokens.get());
        let seen =
            self.square.map_or(size, |square| Size::new(square.get().into(), square.get().into()));
        VisionCount::new(tokens, size, seen).features(self.features.map_or(tokens, u64::from))
    }
}
