//! `microfiche fonts`.

use std::fmt::Write as _;
use std::io::Write as _;

use anyhow::Result;
use clap::Args;
use microfiche::profile::{ModelPage, Profile};
use microfiche::tokens::models::ModelTable;
use microfiche::typeface::{FONTS, Pair};

use super::Exit;
use super::look::Look;

/// List the fonts that are embedded, or the glyphs of one that look alike
#[derive(Args)]
pub(crate) struct Fonts {
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Print the glyphs of a face that are drawn most alike at the size that the look flags give
    #[arg(long, value_name = "FACE", conflicts_with = "font")]
    confusable: Option<String>,
    /// Pairs to print
    #[arg(long, value_name = "N", default_value_t = 20, requires = "confusable")]
    pairs: usize,
    #[command(flatten)]
    look: Look,
}

/// What is compared: what exact strings are made of.
const COMPARED: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.,:;'`\"-_~+*/\\|()[]{}<>=@#$%&!?^";

impl Fonts {
    pub(crate) fn run(self) -> Result<Exit> {
        let out = match &self.confusable {
            Some(face) => {
                let mut settings = self.look.settings();
                settings.font = Some(face.clone());
                let page = ModelPage::of(ModelTable::embedded().default_model(), None)?;
                let profile = Profile::resolve(&settings, page, "")?;
                let mut pairs = profile.typeface()?.confusable(COMPARED);
                pairs.truncate(self.pairs);
                if self.json { json(&pairs)? } else { table(&pairs, &profile)? }
            }
            None if self.json => json(FONTS)?,
            None => listing()?,
        };
        std::io::stdout().write_all(out.as_bytes())?;
        Ok(Exit::Done)
    }
}

fn json<T: serde::Serialize + ?Sized>(value: &T) -> Result<String> {
    Ok(serde_json::to_string_pretty(value)? + "\n")
}

fn listing() -> Result<String> {
    let mut out = String::new();
    writeln!(out, "{:<22} {:>6}  {:<26} PURPOSE", "FONT", "WEIGHT", "LICENCE")?;
    for font in FONTS {
        let (name, weight, licence) = (font.name, font.weight, font.licence);
        writeln!(out, "{name:<22} {weight:>6}  {licence:<26} {}", font.purpose)?;
    }
    Ok(out)
}

fn table(pairs: &[Pair], profile: &Profile) -> Result<String> {
    let mut out = String::new();
    writeln!(out, "{} at {:.2} px, pitch {} px", profile.font, profile.font_size, profile.pitch)?;
    writeln!(out, "PAIR  DIFFERENT INK")?;
    for pair in pairs {
        writeln!(
            out,
            "{} {}   {:>5.1} px, {:>3.0} %",
            pair.a,
            pair.b,
            pair.pixels,
            100.0 * pair.share
        )?;
    }
    Ok(out)
}
