//! The table of models: data, not code.
//!
//! `models.toml` is compiled in; a file of the same form adds to it or overrides it. Models keep
//! the order of the file. Names are looked up without regard to case, provider prefix, date and the
//! like.

mod entry;
mod file;
mod limits;
mod names;

pub use entry::{
    CountError, DefaultProfile, Detail, Exactness, Eyesight, Model, Overhead, PageSize, Reader,
    Trust, UnknownDetail,
};
pub use file::ModelsError;
pub use limits::{Limits, Load, ManyImages, Overrun};

use file::{Entry, File, Name, Text, Written};
use names::{canonical, forms, likeness};
use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};
use thiserror::Error;

/// How many nearest names an unknown one is answered with.
const NEAREST: usize = 3;

/// How much of an unknown name is compared with the known ones, in characters.
const LONGEST: usize = 100;

/// The models that are known.
#[derive(Debug, Clone)]
pub struct ModelTable {
    models: Vec<Model>,
    /// The same models as they were written, for later files to build on.
    entries: Vec<Entry>,
    families: Vec<Entry>,
    /// Canonical names, as written, to index.
    names: BTreeMap<String, usize>,
    /// What is left of them without provider, date and ending, where it is free; worked out when
    /// it is first needed.
    short: OnceLock<BTreeMap<String, usize>>,
    default: String,
}

/// A name that no model has.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("unknown model `{name}`; the nearest are {}", .nearest.join(", "))]
pub struct UnknownModel {
    /// The name as it was given.
    pub name: String,
    /// The ids nearest to it, nearest first.
    pub nearest: Vec<String>,
}

/// A name that two models have.
#[derive(Debug, Error)]
#[error("`{name}` names both {first} and {second}")]
struct Clash {
    name: String,
    first: String,
    second: String,
}

impl ModelTable {
    /// The table that is compiled in.
    ///
    /// # Panics
    ///
    /// When the file that was compiled in is not a table of models, which a test rules out.
    pub fn embedded() -> &'static Self {
        static TABLE: LazyLock<ModelTable> = LazyLock::new(|| {
            let empty = ModelTable {
                models: Vec::new(),
                entries: Vec::new(),
                families: Vec::new(),
                names: BTreeMap::new(),
                short: OnceLock::new(),
                default: String::new(),
            };
            // As the build script wrote it: TOML takes ten times as long to read.
            let json = include_str!(concat!(env!("OUT_DIR"), "/models.json"));
            let file: File<String> = serde_json::from_str(json).expect("the table is tested");
            let text = Text { name: "models.toml", text: "" };
            empty.with_file(file, &text).expect("the table is tested")
        });
        &TABLE
    }

    /// This table with the families and models of another file (`toml` is its text, `file_name`
    /// what it is called in errors). An `id` that is known is overridden key by key; a new one is
    /// added at the end; `like` takes over what is not given. A family that is written anew counts
    /// for the models that follow it, not for those already there.
    ///
    /// # Errors
    ///
    /// A [`ModelsError`] with line and key: for what is not TOML, for keys and values that do not
    /// belong, for a `like` that is not known yet, for a name that two models have, and for a model
    /// that lacks details.
    pub fn with_overrides(&self, toml: &str, file_name: &str) -> Result<Self, ModelsError> {
        let text = Text { name: file_name, text: toml };
        self.clone().with_file(text.parse()?, &text)
    }

    fn with_file<N: Name>(self, file: File<N>, text: &Text<'_>) -> Result<Self, ModelsError> {
        let File { default_model, price_date, price_source, family, model } = file;
        let mut table = self;
        for written in family {
            let entry = table.resolve(text, written, true)?;
            let entry = entry.dated(price_date.as_deref(), price_source.as_deref());
            put(&mut table.families, entry);
        }
        let mut spans = BTreeMap::new();
        for written in model {
            let span = written.id.span();
            spans.insert(written.id.text().to_owned(), span.clone());
            let entry = table.resolve(text, written, false)?;
            let entry = entry.dated(price_date.as_deref(), price_source.as_deref());
            let model = entry
                .finish()
                .map_err(|(key, message)| text.error(&span, Some(key.to_owned()), message))?;
            let at = put(&mut table.entries, entry);
            if at < table.models.len() {
                table.models[at] = model;
            } else {
                table.models.push(model);
            }
        }
        table.index().map_err(|clash| {
            let span = spans.get(&clash.second).or_else(|| spans.get(&clash.first));
            let key = Some("aliases".to_owned());
            text.error(&span.cloned().unwrap_or_default(), key, clash.to_string())
        })?;
        if let Some(default) = default_model {
            let wrong = |error: UnknownModel| {
                text.error(&default.span(), Some("default_model".to_owned()), error.to_string())
            };
            table.default = table.find(default.text()).map_err(wrong)?.id.clone();
        }
        Ok(table)
    }

    /// The model of that name: an id, an alias, or either with a provider prefix, a date or a
    /// release ending, in any case and with `.` or `-` in versions.
    ///
    /// # Errors
    ///
    /// [`UnknownModel`] with the three nearest ids.
    pub fn find(&self, id_or_alias: &str) -> Result<&Model, UnknownModel> {
        let forms = forms(id_or_alias);
        let named = |form: &String| self.names.get(form).or_else(|| self.short().get(form));
        forms.iter().find_map(named).map(|&at| &self.models[at]).ok_or_else(|| UnknownModel {
            name: id_or_alias.to_owned(),
            nearest: self.nearest(&forms),
        })
    }

    /// The model used when none is asked for.
    ///
    /// # Panics
    ///
    /// When the table has no model of the name it gives as default, which reading it rules out.
    pub fn default_model(&self) -> &Model {
        self.find(&self.default).expect("checked when the table was read")
    }

    /// Every model, in the order of the file.
    pub fn iter(&self) -> std::slice::Iter<'_, Model> {
        self.models.iter()
    }

    /// An entry with everything it inherits.
    fn resolve<N: Name>(
        &self,
        text: &Text<'_>,
        written: Written<N>,
        family: bool,
    ) -> Result<Entry, ModelsError> {
        let known = if family { &self.families } else { &self.entries };
        let own = known.iter().find(|entry| entry.id == written.id.text());
        let base = match (&written.like, own) {
            (Some(like), _) => {
                let named = |entries: &[Entry]| {
                    entries.iter().find(|entry| entry.id == like.text()).cloned()
                };
                named(&self.families)
                    .map(|entry| entry.as_family())
                    .or_else(|| named(&self.entries).map(|entry| entry.as_model()))
                    .ok_or_else(|| {
                        let message = format!("there is no `{}` to be like", like.text());
                        text.error(&like.span(), Some("like".to_owned()), message)
                    })?
            }
            (None, Some(own)) => own.clone(),
            (None, None) => Entry::default(),
        };
        Ok(written.over(base))
    }

    /// Rebuilds the names.
    fn index(&mut self) -> Result<(), Clash> {
        self.names.clear();
        self.short = OnceLock::new();
        for (at, model) in self.models.iter().enumerate() {
            for name in model.names() {
                let before = self.names.insert(canonical(name), at);
                if let Some(other) = before.filter(|before| *before != at) {
                    return Err(Clash {
                        name: name.to_owned(),
                        first: self.models[other].id.clone(),
                        second: model.id.clone(),
                    });
                }
            }
        }
        Ok(())
    }

    /// The names that are not written but follow from those that are.
    fn short(&self) -> &BTreeMap<String, usize> {
        self.short.get_or_init(|| {
            let mut short = BTreeMap::new();
            for (at, model) in self.models.iter().enumerate() {
                for form in model.names().flat_map(forms) {
                    if !self.names.contains_key(&form) {
                        short.entry(form).or_insert(at);
                    }
                }
            }
            short
        })
    }

    /// The ids most like any of the forms, nearest first.
    fn nearest(&self, asked: &[String]) -> Vec<String> {
        let asked: String = asked.last().map_or("", String::as_str).chars().take(LONGEST).collect();
        let mut scores = vec![0.0_f64; self.models.len()];
        for (name, &at) in self.names.iter().chain(self.short()) {
            scores[at] = scores[at].max(likeness(&asked, name));
        }
        let mut order: Vec<usize> = (0..self.models.len()).collect();
        order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b)));
        let ids = order.into_iter().map(|at| self.models[at].id.clone());
        ids.take(NEAREST).collect()
    }
}

impl<'a> IntoIterator for &'a ModelTable {
    type Item = &'a Model;
    type IntoIter = std::slice::Iter<'a, Model>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Puts an entry in the place of the one with its id, or at the end, and says where.
fn put(entries: &mut Vec<Entry>, entry: Entry) -> usize {
    match entries.iter().position(|known| known.id == entry.id) {
        Some(at) => {
            entries[at] = entry;
            at
        }
        None => {
            entries.push(entry);
            entries.len() - 1
        }
    }
}

#[cfg(test)]
mod tests;
