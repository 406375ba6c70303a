//! `microfiche fonts`.

use std::fmt::Write as _;
use std::io::Write as _;

use anyhow::Result;
use clap::Args;
use microfiche::profile::{ModelPage, Profile};
use microfiche::tokens::models::ModelTable;
use microfiche::typeface::{EmbeddedFont, FaceUse, OF_EXACT_STRINGS, Pair, fonts};

use super::Exit;
use super::look::Look;

/// List the fonts that are embedded, or the glyphs of one that look alike
#[derive(Args)]
pub(crate) struct Fonts {
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Say which face draws what of a text; - reads standard input
    #[arg(long, value_name = "TEXT", conflicts_with = "confusable")]
    coverage: Option<String>,
    /// Print the glyphs of a face that are drawn most alike at the size that the look flags give
    #[arg(long, value_name = "FACE", conflicts_with = "font")]
    confusable: Option<String>,
    /// Pairs to print
    #[arg(long, value_name = "N", default_value_t = 20, requires = "confusable")]
    pairs: usize,
    #[command(flatten)]
    look: Look,
}

impl Fonts {
    pub(crate) fn run(self) -> Result<Exit> {
        let json_wanted = self.json;
        let out = match (self.confusable, self.coverage) {
            (Some(face), _) => {
                let profile = profile(self.look, Some(face), "")?;
                let mut pairs = profile.typeface()?.confusable(OF_EXACT_STRINGS, f32::MAX);
                pairs.truncate(self.pairs);
                if json_wanted { json(&pairs)? } else { table(&pairs, &profile)? }
            }
            (None, Some(text)) => {
                let text =
                    if text == "-" { std::io::read_to_string(std::io::stdin())? } else { text };
                let uses = profile(self.look, None, &text)?.typeface()?.coverage(&text);
                if json_wanted { json(&uses)? } else { coverage(&uses)? }
            }
            (None, None) => {
                let fonts: Vec<EmbeddedFont> = fonts().collect();
                if json_wanted { json(&fonts)? } else { listing(&fonts)? }
            }
        };
        std::io::stdout().write_all(out.as_bytes())?;
        Ok(Exit::Done)
    }
}

/// The profile that the look flags make for a text.
fn profile(look: Look, font: Option<String>, text: &str) -> Result<Profile> {
    let mut settings = look.settings();
    settings.font = font.or(settings.font);
    let page = ModelPage::of(ModelTable::embedded().default_model(), None)?;
    Ok(Profile::resolve(&settings, page, text)?)
}

fn json<T: serde::Serialize + ?Sized>(value: &T) -> Result<String> {
    Ok(serde_json::to_string_pretty(value)? + "\n")
}

fn listing(fonts: &[EmbeddedFont]) -> Result<String> {
    let mut out = String::new();
    writeln!(out, "{:<28} {:>6}  {:<24} {:>9}  PURPOSE", "FONT", "WEIGHT", "LICENCE", "BYTES")?;
    for font in fonts {
        let (name, weight, licence, bytes) = (font.name, font.weight, font.licence, font.bytes);
        writeln!(out, "{name:<28} {weight:>6}  {licence:<24} {bytes:>9}  {}", font.purpose)?;
    }
    Ok(out)
}

fn coverage(uses: &[FaceUse]) -> Result<String> {
    let mut out = String::new();
    writeln!(out, "{:<28} {:>9} {:>9}  FOR EXAMPLE", "FACE", "CHARS", "DISTINCT")?;
    for part in uses {
        let (face, chars, distinct) = (&part.face, part.chars, part.distinct);
        writeln!(out, "{face:<28} {chars:>9} {distinct:>9}  {}", part.sample)?;
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
