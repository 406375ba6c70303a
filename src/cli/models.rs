//! `microfiche models`, and the flags that choose a model.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use microfiche::tokens::models::{Model, ModelTable};

use super::Exit;

/// Which model the pages are for
#[derive(Args)]
#[command(next_help_heading = "Model")]
pub(crate) struct Choice {
    /// The model that reads the pages (see `microfiche models`)
    #[arg(long, value_name = "ID")]
    pub(crate) model: Option<String>,
    /// The detail setting that the pages are sent with, where the model has one
    #[arg(long, value_name = "DETAIL")]
    pub(crate) detail: Option<String>,
    /// Add to the table of models, or override it, from a TOML file
    #[arg(long, value_name = "FILE")]
    pub(crate) models: Option<PathBuf>,
}

impl Choice {
    /// The table of models, with the user's file over it.
    pub(crate) fn table(&self) -> Result<Cow<'static, ModelTable>> {
        table(self.models.as_ref())
    }
}

fn table(path: Option<&PathBuf>) -> Result<Cow<'static, ModelTable>> {
    let embedded = ModelTable::embedded();
    let Some(path) = path else { return Ok(Cow::Borrowed(embedded)) };
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {name}"))?;
    Ok(Cow::Owned(embedded.with_overrides(&text, &name)?))
}

/// List the models that are known
#[derive(Args)]
pub(crate) struct Models {
    /// Print everything that is known, as JSON
    #[arg(long)]
    json: bool,
    /// Add to the table, or override it, from a TOML file
    #[arg(long, value_name = "FILE")]
    models: Option<PathBuf>,
}

impl Models {
    pub(crate) fn run(self) -> Result<Exit> {
        let table = table(self.models.as_ref())?;
        let out = if self.json {
            let models: Vec<&Model> = table.iter().collect();
            serde_json::to_string_pretty(&models)? + "\n"
        } else {
            listing(&table)?
        };
        std::io::stdout().write_all(out.as_bytes())?;
        Ok(Exit::Done)
    }
}

/// The table that people need: the rule, a full page, the price, what is known of its reading.
fn listing(table: &ModelTable) -> Result<String> {
    let mut out = String::new();
    let width = table.iter().map(|model| model.id.len()).max().unwrap_or(0);
    writeln!(
        out,
        "{:<width$}  {:<16} {:>9} {:>7} {:>6} {:>7}  READING",
        "MODEL", "RULE", "PAGE", "TOKENS", "PX/TOK", "$/M IN"
    )?;
    for model in table {
        let detail = model.detail(None)?;
        let page = model.default_profile.as_ref().map(|p| p.page).or(detail.max_page);
        let [w, h] = page.unwrap_or([1024, 1024]);
        let tokens = model.count(None, w, h).map(|count| count.tokens);
        let px = tokens.as_ref().ok().map(|&t| u64::from(w) * u64::from(h) / t.max(1));
        let show = |figure: Option<String>| figure.unwrap_or_else(|| "-".to_owned());
        let about = if model.exactness(detail) == microfiche::tokens::models::Exactness::Exact {
            ""
        } else {
            "~"
        };
        let reading = model.eyesight.evidence.as_deref().unwrap_or("");
        let reading = reading.split(['.', ';']).next().unwrap_or("");
        writeln!(
            out,
            "{:<width$}  {:<16} {:>9} {:>7} {:>6} {:>7}  {}",
            model.id,
            detail.rule.family(),
            format!("{w}x{h}"),
            show(tokens.ok().map(|tokens| format!("{about}{tokens}"))),
            show(px.map(|px| px.to_string())),
            show(model.price.as_ref().map(|price| price.input.to_string())),
            reading,
        )?;
    }
    Ok(out)
}
