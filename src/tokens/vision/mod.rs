//! Vision tokens: what a model takes, and bills, for one image of a given size.
//!
//! Every model family has a rule of its own; each file here holds one family, its formula and
//! where the formula comes from. A [`Rule`] is data: it is read from `models.toml`, so a new model
//! of a known family needs no code. Nothing here knows a model by name.
//!
//! All sizes are in pixels, width first. Arithmetic is exact (integers) where a floating-point
//! reading of the formula would lose a row of patches; where the reference implementation itself
//! works in binary64 or binary32, the same operations are done in the same order.

mod area_table;
mod arith;
mod aspect;
mod aspect_tiles;
mod ceil_fit;
mod crops;
mod deepseek_ocr;
mod deepseek_v4;
mod flat;
mod grid_fit;
mod idefics;
mod least_upscale;
mod lfm;
mod llama4;
mod llava;
mod minicpm;
mod mistral;
mod navit;
mod patch;
mod phi;
mod smart_resize;
mod soft_grid;
mod square_tiles;
mod tiers;
mod tile;

pub use area_table::AreaTable;
pub use aspect_tiles::AspectTiles;
pub use ceil_fit::CeilFit;
pub use crops::{PanAndScan, ShortSideCrops};
pub use deepseek_ocr::DeepseekOcr;
pub use deepseek_v4::DeepseekV4;
pub use flat::Flat;
pub use grid_fit::GridFit;
pub use idefics::Idefics;
pub use least_upscale::LeastUpscale;
pub use lfm::Lfm;
pub use llama4::Llama4;
pub use llava::Llava;
pub use minicpm::Minicpm;
pub use mistral::{Mistral, Rounding};
pub use navit::Navit;
pub use patch::Patch;
pub use phi::Phi;
pub use smart_resize::{SmallSides, SmartResize};
pub use soft_grid::SoftGrid;
pub use square_tiles::SquareTiles;
pub use tiers::Tiers;
pub use tile::Tile;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The longest side, in pixels, that any rule is asked about: 2^24. No interface accepts an image
/// of that size, and below it every area is exact in binary64.
pub const MAX_SIDE: u32 = 1 << 24;

/// What one image costs and what the model sees of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct VisionCount {
    /// Tokens the image takes in the prompt, without the constant overhead that an interface or a
    /// chat template adds around it.
    pub tokens: u64,
    /// Embeddings only, without newline, separator, begin and end tokens, where that differs
    /// from `tokens`.
    pub features: Option<u64>,
    /// Width and height in pixels after the model's own scaling, where that is not the size sent.
    /// Padding is not scaling. For tiling models it is the canvas that the tiles are cut from.
    pub resized: Option<(u32, u32)>,
    /// False where the figure is an estimate, or where the published formula leaves a rounding
    /// open and the roundings disagree at this size.
    pub exact: bool,
}

impl VisionCount {
    /// A count for an image sent as `sent` and seen by the model as `seen`.
    fn new(tokens: u64, sent: Size, seen: Size) -> Self {
        let clamp = |side: u64| u32::try_from(side).unwrap_or(u32::MAX);
        Self {
            tokens,
            features: None,
            resized: (sent != seen).then(|| (clamp(seen.width), clamp(seen.height))),
            exact: true,
        }
    }

    /// Records the embeddings where they are not all of the tokens.
    fn features(mut self, features: u64) -> Self {
        self.features = (features != self.tokens).then_some(features);
        self
    }

    /// Marks the figure as one that may be off.
    fn exact(mut self, exact: bool) -> Self {
        self.exact = exact;
        self
    }
}

/// A size in pixels, wide enough that sides can be multiplied. Sides are at most a few times
/// [`MAX_SIDE`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Size {
    width: u64,
    height: u64,
}

impl Size {
    const fn new(width: u64, height: u64) -> Self {
        Self { width, height }
    }

    /// Width × height; the greatest number there is where that does not fit, which only parameters
    /// out of all proportion reach.
    const fn area(self) -> u64 {
        self.width.saturating_mul(self.height)
    }

    fn longest(self) -> u64 {
        self.width.max(self.height)
    }

    fn shortest(self) -> u64 {
        self.width.min(self.height)
    }

    /// Width ÷ height in binary64, as the reference implementations take it.
    fn aspect(self) -> f64 {
        self.width as f64 / self.height as f64
    }
}

/// Why a model does not take an image of some size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum VisionError {
    /// A side of zero pixels.
    #[error("rejected: an image of {width}x{height} px is empty")]
    Empty {
        /// Width sent.
        width: u32,
        /// Height sent.
        height: u32,
    },
    /// A side longer than the rule allows.
    #[error("rejected: a side of {side} px is above {limit} px")]
    SideTooLong {
        /// The side, after scaling where the rule scales first.
        side: u64,
        /// The longest side allowed.
        limit: u32,
    },
    /// A side shorter than the rule allows.
    #[error("rejected: a side of {side} px is below {limit} px")]
    SideTooShort {
        /// The side, after scaling where the rule scales first.
        side: u64,
        /// The shortest side allowed.
        limit: u32,
    },
    /// Too long for its width, or too wide for its height.
    #[error("rejected: the aspect ratio of {width}x{height} is above {limit}")]
    TooElongated {
        /// Width that was compared.
        width: u64,
        /// Height that was compared.
        height: u64,
        /// Longest side ÷ shortest side must not be above this.
        limit: u32,
    },
    /// More patches than the interface takes.
    #[error("rejected: {patches} patches > {limit} after resizing")]
    TooManyPatches {
        /// Patches of the image after scaling.
        patches: u64,
        /// Most patches taken.
        limit: u32,
    },
    /// The reference algorithm does not settle on a size.
    #[error("rejected: the resizing rule does not settle for {width}x{height} px")]
    Unsettled {
        /// Width sent.
        width: u32,
        /// Height sent.
        height: u32,
    },
}

/// How a family turns a size into tokens, with its parameters: one variant a family.
///
/// In `models.toml` a rule is a table with one key, the family, and the parameters under it:
/// `rule.patch = { px = 32, percent = 120, max_side = 2048, budget = 2500 }`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Rule {
    /// The same for every size.
    Flat(Flat),
    /// Patches with a budget and a multiplier (OpenAI since 2025, Grok 4.5).
    Patch(Patch),
    /// Base plus 512-pixel tiles (OpenAI, older models).
    Tile(Tile),
    /// 28-pixel patches fitted by binary search (Claude).
    Tiers(Tiers),
    /// Soft tokens on a grid of the image's shape (Gemini 3, Gemma 4).
    SoftGrid(SoftGrid),
    /// Crops of about two thirds of the short side (Gemini 1.5 to 2.5, as documented).
    ShortSideCrops(ShortSideCrops),
    /// One view plus crops of long images (Gemma 3).
    PanAndScan(PanAndScan),
    /// Fixed square tiles plus one (Grok, as documented in 2025).
    SquareTiles(SquareTiles),
    /// Interpolated from a published table of areas (Nova).
    AreaTable(AreaTable),
    /// Sides rounded to a factor within an area range (Qwen, GLM-4, PaddleOCR, MiniMax …).
    SmartResize(SmartResize),
    /// Sides rounded up to a factor, searched down to a budget (GLM-5.3).
    CeilFit(CeilFit),
    /// Native resolution, scaled to a patch limit and padded (Kimi).
    Navit(Navit),
    /// Rows with a newline token within a budget (DeepSeek V4.1).
    DeepseekV4(DeepseekV4),
    /// One base view plus tiles of the closest aspect (DeepSeek-OCR and its kin).
    DeepseekOcr(DeepseekOcr),
    /// Tiles of the closest aspect plus a thumbnail (InternVL, Aya Vision).
    AspectTiles(AspectTiles),
    /// Tiles that need the least upscaling (Command A Vision).
    LeastUpscale(LeastUpscale),
    /// Patches with a break token a row (Mistral).
    Mistral(Mistral),
    /// Canvases of equal tiles (Llama 4).
    Llama4(Llama4),
    /// Longest edge to a fixed size, then tiles (SmolVLM, Idefics 3).
    Idefics(Idefics),
    /// Crops under a mask (Phi-4-multimodal).
    Phi(Phi),
    /// Slices of about one view each (MiniCPM-V).
    Minicpm(Minicpm),
    /// Any-resolution tiles without padding (LLaVA-OneVision).
    Llava(Llava),
    /// Native resolution, tiles when large (LFM2-VL).
    Lfm(Lfm),
    /// The integer grid of the closest shape (Muse Glimmer).
    GridFit(GridFit),
}

impl Rule {
    /// Counts the tokens of an image of `width` × `height` pixels.
    ///
    /// # Errors
    ///
    /// A [`VisionError`] when a side is zero or above [`MAX_SIDE`], and when the family itself
    /// rejects the size (too many patches, too elongated, a side out of range).
    pub fn count(&self, width: u32, height: u32) -> Result<VisionCount, VisionError> {
        if width == 0 || height == 0 {
            return Err(VisionError::Empty { width, height });
        }
        let side = width.max(height);
        if side > MAX_SIDE {
            return Err(VisionError::SideTooLong { side: side.into(), limit: MAX_SIDE });
        }
        let size = Size::new(width.into(), height.into());
        match self {
            Self::Flat(rule) => Ok(rule.count(size)),
            Self::Patch(rule) => rule.count(size),
            Self::Tile(rule) => Ok(rule.count(size)),
            Self::Tiers(rule) => Ok(rule.count(size)),
            Self::SoftGrid(rule) => Ok(rule.count(size)),
            Self::ShortSideCrops(rule) => Ok(rule.count(size)),
            Self::PanAndScan(rule) => Ok(rule.count(size)),
            Self::SquareTiles(rule) => Ok(rule.count(size)),
            Self::AreaTable(rule) => Ok(rule.count(size)),
            Self::SmartResize(rule) => rule.count(size),
            Self::CeilFit(rule) => Ok(rule.count(size)),
            Self::Navit(rule) => rule.count(size),
            Self::DeepseekV4(rule) => rule.count(size),
            Self::DeepseekOcr(rule) => Ok(rule.count(size)),
            Self::AspectTiles(rule) => Ok(rule.count(size)),
            Self::LeastUpscale(rule) => Ok(rule.count(size)),
            Self::Mistral(rule) => Ok(rule.count(size)),
            Self::Llama4(rule) => Ok(rule.count(size)),
            Self::Idefics(rule) => Ok(rule.count(size)),
            Self::Phi(rule) => rule.count(size),
            Self::Minicpm(rule) => Ok(rule.count(size)),
            Self::Llava(rule) => Ok(rule.count(size)),
            Self::Lfm(rule) => Ok(rule.count(size)),
            Self::GridFit(rule) => Ok(rule.count(size)),
        }
    }

    /// The family's name, as it stands in `models.toml`.
    pub fn family(&self) -> &'static str {
        match self {
            Self::Flat(_) => "flat",
            Self::Patch(_) => "patch",
            Self::Tile(_) => "tile",
            Self::Tiers(_) => "tiers",
            Self::SoftGrid(_) => "soft_grid",
            Self::ShortSideCrops(_) => "short_side_crops",
            Self::PanAndScan(_) => "pan_and_scan",
            Self::SquareTiles(_) => "square_tiles",
            Self::AreaTable(_) => "area_table",
            Self::SmartResize(_) => "smart_resize",
            Self::CeilFit(_) => "ceil_fit",
            Self::Navit(_) => "navit",
            Self::DeepseekV4(_) => "deepseek_v4",
            Self::DeepseekOcr(_) => "deepseek_ocr",
            Self::AspectTiles(_) => "aspect_tiles",
            Self::LeastUpscale(_) => "least_upscale",
            Self::Mistral(_) => "mistral",
            Self::Llama4(_) => "llama4",
            Self::Idefics(_) => "idefics",
            Self::Phi(_) => "phi",
            Self::Minicpm(_) => "minicpm",
            Self::Llava(_) => "llava",
            Self::Lfm(_) => "lfm",
            Self::GridFit(_) => "grid_fit",
        }
    }
}
