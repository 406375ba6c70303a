//! The table as it is written: a TOML file of families and models that build on each other.

use super::entry::{DefaultProfile, Detail, Exactness, Eyesight, Model, Overhead, Reader, Trust};
use super::limits::Limits;
use crate::tokens::prices::Price;
use serde::Deserialize;
use std::ops::Range;
use thiserror::Error;
use toml::Spanned;

/// A models file that could not be used, and where in it the trouble is.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{file}:{line}:{column}: {}{message}", label(.key.as_deref()))]
pub struct ModelsError {
    /// The file's name, as given.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The key in question, where there is one.
    pub key: Option<String>,
    /// What is wrong.
    pub message: String,
}

/// The key before a message.
fn label(key: Option<&str>) -> String {
    key.map(|key| format!("`{key}`: ")).unwrap_or_default()
}

/// A name as it is read: with where it stands in the file, where errors must point there.
pub(super) trait Name {
    fn text(&self) -> &str;
    fn span(&self) -> Range<usize>;
}

impl Name for Spanned<String> {
    fn text(&self) -> &str {
        self.get_ref()
    }

    fn span(&self) -> Range<usize> {
        self.span()
    }
}

/// The embedded table has no errors to point at: it is tested.
impl Name for String {
    fn text(&self) -> &str {
        self
    }

    fn span(&self) -> Range<usize> {
        0..0
    }
}

/// A whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File<N> {
    /// The model used when none is asked for.
    pub default_model: Option<N>,
    /// The date of prices that have none, `YYYY-MM`.
    pub price_date: Option<String>,
    /// The source of prices that have none.
    pub price_source: Option<String>,
    /// Templates.
    #[serde(default = "Vec::new")]
    pub family: Vec<Written<N>>,
    /// Models.
    #[serde(default = "Vec::new")]
    pub model: Vec<Written<N>>,
}

/// A family or a model as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written<N> {
    pub id: N,
    pub like: Option<N>,
    aliases: Option<Vec<String>>,
    api: Option<String>,
    vendor: Option<String>,
    family: Option<String>,
    tokenizer: Option<String>,
    details: Option<Vec<Detail>>,
    default_detail: Option<String>,
    overhead: Option<Overhead>,
    template_tokens: Option<u32>,
    limits: Option<Limits>,
    patch: Option<u32>,
    price: Option<Price>,
    context: Option<u64>,
    vision: Option<Trust>,
    eyesight: Option<Eyesight>,
    default_profile: Option<DefaultProfile>,
}

/// A family or a model with everything it has, its own and inherited.
#[derive(Debug, Clone, Default)]
pub(super) struct Entry {
    pub id: String,
    aliases: Vec<String>,
    api: Option<String>,
    vendor: Option<String>,
    family: Option<String>,
    tokenizer: Option<String>,
    details: Option<Vec<Detail>>,
    default_detail: Option<String>,
    overhead: Option<Overhead>,
    template_tokens: Option<u32>,
    limits: Limits,
    patch: Option<u32>,
    price: Option<Price>,
    context: Option<u64>,
    vision: Option<Trust>,
    eyesight: Option<Eyesight>,
    default_profile: Option<DefaultProfile>,
}

/// A file's text with what is needed to point into it.
pub(super) struct Text<'a> {
    pub name: &'a str,
    pub text: &'a str,
}

impl Text<'_> {
    /// Reads the file.
    pub fn parse(&self) -> Result<File<Spanned<String>>, ModelsError> {
        toml::from_str(self.text).map_err(|error| {
            let span = error.span().unwrap_or(0..0);
            let key = self.key_at(&span);
            self.error(&span, key, error.message().to_owned())
        })
    }

    /// An error at a place in the file.
    pub fn error(&self, span: &Range<usize>, key: Option<String>, message: String) -> ModelsError {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        ModelsError {
            file: self.name.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            key,
            message,
        }
    }

    /// The key that a span is about: the span itself where it is a bare key, or the last `key =`
    /// before its end.
    fn key_at(&self, span: &Range<usize>) -> Option<String> {
        let bare = |text: &str| {
            let ok = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
            (!text.is_empty() && text.chars().all(ok)).then(|| text.to_owned())
        };
        let rest = self.text.get(span.end..)?;
        if rest.trim_start_matches([' ', '\t']).starts_with(['=', '.']) {
            return bare(self.text.get(span.clone())?);
        }
        let line_start = self.text.get(..span.start)?.rfind('\n').map_or(0, |at| at + 1);
        let before = self.text.get(line_start..span.start)?;
        let (left, _) = before.rsplit_once('=')?;
        let start = left.rfind([',', '{']).map_or(0, |at| at + 1);
        bare(left[start..].trim())
    }
}

impl<N: Name> Written<N> {
    /// This entry, with what it leaves out taken from `base`.
    pub fn over(self, base: Entry) -> Entry {
        Entry {
            id: self.id.text().to_owned(),
            aliases: self.aliases.unwrap_or(base.aliases),
            api: self.api.or(base.api),
            vendor: self.vendor.or(base.vendor),
            family: self.family.or(base.family),
            tokenizer: self.tokenizer.or(base.tokenizer),
            default_detail: self.default_detail.or_else(|| {
                // Details of its own bring their own default.
                base.default_detail.filter(|_| self.details.is_none())
            }),
            details: self.details.or(base.details),
            overhead: self.overhead.or(base.overhead),
            template_tokens: self.template_tokens.or(base.template_tokens),
            limits: self.limits.unwrap_or_default().or(&base.limits),
            patch: self.patch.or(base.patch),
            price: self.price.or(base.price),
            context: self.context.or(base.context),
            vision: self.vision.or(base.vision),
            eyesight: self.eyesight.or(base.eyesight),
            default_profile: self.default_profile.or(base.default_profile),
        }
    }
}

impl Entry {
    /// What another entry takes over from this one when it is a family: all but its names.
    pub fn as_family(&self) -> Self {
        Self { id: String::new(), aliases: Vec::new(), api: None, ..self.clone() }
    }

    /// What another entry takes over from this one when it is a model: not what was priced or
    /// measured on it, and its rule only as an assumption.
    pub fn as_model(&self) -> Self {
        let assumed = |trust: &Trust| Trust {
            exactness: match trust.exactness {
                Exactness::Exact => Exactness::Estimated,
                other => other,
            },
            note: Some(format!("assumed to count like {}", self.id)),
            ..trust.clone()
        };
        Self {
            price: None,
            vision: self.vision.as_ref().map(assumed),
            eyesight: self.eyesight.as_ref().map(|eyes| Eyesight {
                reads_like: eyes.reads_like,
                evidence: None,
                source: None,
            }),
            default_profile: None,
            overhead: self.overhead.map(|overhead| Overhead { exact: false, ..overhead }),
            ..self.as_family()
        }
    }

    /// Fills in the date and the source of a price that has none.
    pub fn dated(mut self, date: Option<&str>, source: Option<&str>) -> Self {
        if let Some(price) = &mut self.price {
            price.date = price.date.take().or_else(|| date.map(str::to_owned));
            price.source = price.source.take().or_else(|| source.map(str::to_owned));
        }
        self
    }

    /// The finished model, or what is missing or wrong: the key and why.
    pub fn finish(&self) -> Result<Model, (&'static str, String)> {
        fn need<T: Clone>(
            value: &Option<T>,
            key: &'static str,
        ) -> Result<T, (&'static str, String)> {
            value.clone().ok_or_else(|| (key, "is missing, and nothing is inherited".to_owned()))
        }
        let details = need(&self.details, "details")?;
        let first =
            details.first().ok_or_else(|| ("details", "must name at least one".to_owned()))?;
        let default_detail = self.default_detail.clone().unwrap_or_else(|| first.name.clone());
        if !details.iter().any(|detail| detail.name == default_detail) {
            return Err(("default_detail", format!("`{default_detail}` is not among the details")));
        }
        if let Some(page) = details.iter().filter_map(|d| d.max_page).find(|p| p.contains(&0)) {
            return Err(("max_page", format!("{page:?} is empty")));
        }
        if let Some(price) = &self.price
            && let Some(rate) = price.rates().find(|rate| !rate.is_finite() || *rate < 0.0)
        {
            return Err(("price", format!("{rate} is not a price")));
        }
        if self.id.trim().is_empty() {
            return Err(("id", "is empty".to_owned()));
        }
        Ok(Model {
            id: self.id.clone(),
            aliases: self.aliases.clone(),
            api: self.api.clone(),
            vendor: self.vendor.clone().unwrap_or_else(|| "unknown".to_owned()),
            family: self.family.clone().unwrap_or_else(|| self.id.clone()),
            tokenizer: self.tokenizer.clone().unwrap_or_else(|| "unknown".to_owned()),
            details,
            default_detail,
            overhead: self.overhead.unwrap_or(Overhead { tokens: 0, exact: true }),
            template_tokens: self.template_tokens.unwrap_or(0),
            limits: self.limits.clone(),
            patch: self.patch,
            price: self.price.clone(),
            context: self.context,
            vision: self.vision.clone().unwrap_or(Trust {
                exactness: Exactness::Unknown,
                band: None,
                note: None,
                source: "not given".to_owned(),
            }),
            eyesight: self.eyesight.clone().unwrap_or(Eyesight {
                reads_like: Reader::Vlm,
                evidence: None,
                source: None,
            }),
            default_profile: self.default_profile.clone(),
        })
    }
}
