//! What is known of one model.

use super::limits::Limits;
use super::names::{without_provider, written_like};
use crate::tokens::prices::Price;
use crate::tokens::vision::{Rule, VisionCount, VisionError};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Width and height of a page in pixels.
pub type PageSize = [u32; 2];

/// One model of the table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Model {
    /// The name it goes by in reports.
    pub id: String,
    /// Other names it answers to, beside what [`super::ModelTable::find`] takes off by itself.
    pub aliases: Vec<String>,
    /// What the vendor's interface calls it, where that is not the id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api: Option<String>,
    /// Who makes it.
    pub vendor: String,
    /// The family it belongs to.
    pub family: String,
    /// The tokenizer of its text: a name, such as `o200k`; `unknown` where none is known.
    pub tokenizer: String,
    /// Levels of detail in the order of the table; there is at least one.
    pub details: Vec<Detail>,
    /// The name of the detail used when none is asked for.
    pub default_detail: String,
    /// What an interface adds to each image.
    pub overhead: Overhead,
    /// Tokens that an open model's chat template writes around each image.
    pub template_tokens: u32,
    /// What a request may hold.
    pub limits: Limits,
    /// The unit, in pixels, that a page is cut to where cutting saves tokens.
    pub patch: Option<u32>,
    /// Price of the input; `None` where it is not known or the model is only run locally.
    pub price: Option<Price>,
    /// Context window in tokens, where known.
    pub context: Option<u64>,
    /// How far the vision figures can be trusted.
    pub vision: Trust,
    /// What is known of how small it reads.
    pub eyesight: Eyesight,
    /// The page it reads best, where there is evidence.
    pub default_profile: Option<DefaultProfile>,
}

/// One level of detail: a name and how it counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Detail {
    /// The vendor's name for it, or `default`.
    pub name: String,
    /// How an image is counted.
    pub rule: Rule,
    /// The no-resize bound: the largest page, in full patches and about square, that the model
    /// takes without shrinking it. `None` where no bound is known.
    #[serde(default)]
    pub max_page: Option<PageSize>,
    /// How far this detail can be trusted, where that differs from the model.
    #[serde(default)]
    pub exactness: Option<Exactness>,
    /// What else there is to know.
    #[serde(default)]
    pub note: Option<String>,
}

/// Tokens that an interface adds to each image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Overhead {
    /// Tokens an image.
    pub tokens: u32,
    /// False where the figure was measured on another model.
    pub exact: bool,
}

/// How sure a figure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exactness {
    /// Published by the vendor, run from the model's own code, or measured without a remainder.
    Exact,
    /// Assumed from a sibling, or documented only roughly.
    Estimated,
    /// Nothing is published; the figure is a guess.
    Unknown,
}

/// How far the vision figures of a model can be trusted, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trust {
    /// How sure they are.
    pub exactness: Exactness,
    /// How far off they may be, as a share: 0.1 is a tenth either way. `None` where not known.
    #[serde(default)]
    pub band: Option<f64>,
    /// Why.
    #[serde(default)]
    pub note: Option<String>,
    /// Where the rule comes from.
    pub source: String,
}

/// What is known of a model's eyes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Eyesight {
    /// Whether it reads like a vision model or like an OCR engine; they want opposite shapes.
    pub reads_like: Reader,
    /// What was measured, in words. `None` where nothing is published.
    #[serde(default)]
    pub evidence: Option<String>,
    /// Where that comes from.
    #[serde(default)]
    pub source: Option<String>,
}

/// A kind of reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reader {
    /// A general vision-language model: wants tall, narrow glyphs.
    Vlm,
    /// An OCR engine or OCR model: happy with small, wide glyphs.
    Ocr,
}

/// The page a model is known to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DefaultProfile {
    /// Name of a density preset.
    pub density: String,
    /// The page; it need not be the largest one.
    pub page: PageSize,
    /// Why.
    pub evidence: String,
    /// Where that comes from.
    pub source: String,
}

/// A level of detail that a model does not have.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{model} has no detail `{detail}`; it has {}", .known.join(", "))]
pub struct UnknownDetail {
    /// The model's id.
    pub model: String,
    /// What was asked for.
    pub detail: String,
    /// The details there are.
    pub known: Vec<String>,
}

/// Why an image could not be counted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CountError {
    /// The model has no such detail.
    #[error(transparent)]
    Detail(#[from] UnknownDetail),
    /// The model does not take the size.
    #[error(transparent)]
    Vision(#[from] VisionError),
}

impl Model {
    /// Its id and its aliases, as written.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&*self.id).chain(self.aliases.iter().map(String::as_str))
    }

    /// What the vendor's interface calls the model that was asked for under a name: an alias, and a
    /// release such as `-20250929` or `-latest`, are kept, since that is what was asked for.
    pub fn api_name(&self, asked: &str) -> String {
        let asked = self.names().find_map(|name| written_like(name, asked));
        // The table's own spellings need not be the interface's.
        let released = |name: &String| !self.names().any(|own| own == name);
        match (asked, &self.api) {
            (Some(name), None) if name != self.id => name,
            (Some(name), Some(_)) if released(&name) => name,
            (_, Some(api)) => api.clone(),
            _ => without_provider(&self.id),
        }
    }

    /// The detail of that name, or the default one for `None`. Names compare without case;
    /// `auto` and `default` mean the default detail where the model has none so named.
    ///
    /// # Errors
    ///
    /// [`UnknownDetail`] with the names that there are.
    pub fn detail(&self, name: Option<&str>) -> Result<&Detail, UnknownDetail> {
        let find = |name: &str| self.details.iter().find(|d| d.name.eq_ignore_ascii_case(name));
        let named = name.unwrap_or(&self.default_detail);
        let fallback = ["auto", "default"].iter().any(|any| any.eq_ignore_ascii_case(named));
        find(named).or_else(|| find(&self.default_detail).filter(|_| fallback)).ok_or_else(|| {
            UnknownDetail {
                model: self.id.clone(),
                detail: named.to_owned(),
                known: self.details.iter().map(|d| d.name.clone()).collect(),
            }
        })
    }

    /// Counts an image of `width` × `height` pixels at a detail (`None`: the default one), without
    /// the overhead. `exact` is false unless both the rule and what is known of the model are
    /// exact.
    ///
    /// # Errors
    ///
    /// [`CountError`] for a detail that does not exist and for a size that the rule rejects. The
    /// limits of requests are not looked at: see [`Limits::check`].
    pub fn count(
        &self,
        detail: Option<&str>,
        width: u32,
        height: u32,
    ) -> Result<VisionCount, CountError> {
        let detail = self.detail(detail)?;
        let mut count = detail.rule.count(width, height)?;
        count.exact &= self.exactness(detail) == Exactness::Exact;
        Ok(count)
    }

    /// How sure the figures of a detail are.
    pub fn exactness(&self, detail: &Detail) -> Exactness {
        detail.exactness.unwrap_or(self.vision.exactness)
    }

    /// Tokens that come with each image beside its own: the interface's overhead and the chat
    /// template's.
    pub fn tokens_around_image(&self) -> u64 {
        u64::from(self.overhead.tokens) + u64::from(self.template_tokens)
    }

    /// Dollars for a request of `tokens` input tokens. `None` where the price is not known.
    pub fn cost(&self, tokens: u64) -> Option<f64> {
        self.price.as_ref().map(|price| price.cost(tokens))
    }
}
