//! `microfiche fonts`.

use std::fmt::Write as _;
use std::io::Write as _;

use anyhow::Result;
use clap::Args;
use microfiche::typeface::FONTS;

use super::Exit;

/// List the fonts that are embedded
#[derive(Args)]
pub(crate) struct Fonts {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Fonts {
    pub(crate) fn run(self) -> Result<Exit> {
        let mut out = String::new();
        if self.json {
            out = serde_json::to_string_pretty(FONTS)?;
            out.push('\n');
        } else {
            writeln!(out, "{:<22} {:>6}  {:<26} PURPOSE", "FONT", "WEIGHT", "LICENCE")?;
            for font in FONTS {
                let (name, weight, licence) = (font.name, font.weight, font.licence);
                writeln!(out, "{name:<22} {weight:>6}  {licence:<26} {}", font.purpose)?;
            }
        }
        std::io::stdout().write_all(out.as_bytes())?;
        Ok(Exit::Done)
    }
}
