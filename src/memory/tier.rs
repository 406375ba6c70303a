//! Tiers: how older turns are drawn, and how many pages of them before the next tier takes over.

use std::str::FromStr;

use crate::error::{Error, Result};
use crate::profile::{Density, ModelPage, PageSize, Profile, Settings};
use crate::text::Newlines;
use crate::tokens::models::Model;

/// The first bytes of the turns' text, by which a tier's face and columns are chosen. Less than a
/// page of any tier holds, so that a conversation that grows does not change its pages.
pub const SAMPLE: usize = 4 * 1024;

/// How many pages a tier holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// At most so many, besides those that do not fill a page of the next tier.
    Pages(usize),
    /// Those of turns that are fewer than so many turns old.
    Turns(usize),
    /// All that are older.
    Rest,
}

/// A tier as asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// A density, or a detail of the model.
    pub name: String,
    /// How many pages.
    pub width: Width,
}

/// A list of tiers as asked for, from the newest turns to the oldest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ladder(pub Vec<Named>);

/// A tier.
#[derive(Debug, Clone)]
pub struct Tier {
    /// Its name: of a density, or of a detail.
    pub name: String,
    /// How many pages.
    pub width: Width,
    /// How they look.
    pub profile: Profile,
    /// The detail setting that they are sent with.
    pub detail: Option<String>,
}

impl Tier {
    /// Its name as a part of a file's.
    pub(super) fn file_name(&self) -> String {
        let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
        self.name.chars().map(plain).collect()
    }
}

impl FromStr for Ladder {
    type Err = Error;

    fn from_str(words: &str) -> Result<Self> {
        let bad = || {
            Error::Setting(format!(
                "tiers {words:?} are not understood: they are a list of NAME:PAGES from the newest \
                 to the oldest, the last one NAME:rest, as in safe:4,balanced:12,dense:rest"
            ))
        };
        let tiers = words.split(',').map(|tier| {
            let (name, width) = tier.split_once(':').ok_or_else(bad)?;
            let width = match width {
                "rest" => Width::Rest,
                pages => Width::Pages(pages.parse().map_err(|_| bad())?),
            };
            (!name.is_empty()).then(|| Named { name: name.to_owned(), width }).ok_or_else(bad)
        });
        let tiers = tiers.collect::<Result<Vec<Named>>>()?;
        let rests = tiers.iter().map(|tier| tier.width == Width::Rest);
        let twice = |at: usize| tiers[..at].iter().any(|tier| tier.name == tiers[at].name);
        let last_only = rests.rev().enumerate().all(|(from_last, rest)| rest == (from_last == 0));
        if !last_only || (0..tiers.len()).any(twice) {
            return Err(bad());
        }
        Ok(Self(tiers))
    }
}

/// Names of DeepSeek-OCR's own modes, from the clearest to the blurriest.
const MODES: [&str; 4] = ["large", "base", "small", "tiny"];

impl Ladder {
    /// What suits a model: its own modes where it has them; else from the density that it is known
    /// to read, or `safe`, to `dense`.
    pub fn of(model: &Model) -> Self {
        let ladder = if MODES.iter().all(|mode| model.details.iter().any(|d| d.name == *mode)) {
            "large:4,base:12,small:20,tiny:rest"
        } else {
            match model.default_profile.as_ref().map(|known| known.density.as_str()) {
                Some("balanced") => "balanced:4,dense:rest",
                _ => "safe:4,balanced:12,dense:rest",
            }
        };
        ladder.parse().expect("the ladders are constant")
    }

    /// These tiers by age instead: every `half_life` turns, a turn may take half as many tokens.
    fn by_half_life(self, half_life: usize, weights: &[f64]) -> Self {
        let ages = weights.windows(2).map(|pair| {
            let halvings = libm::log2(weights[0] / pair[1]).max(0.0);
            Width::Turns((halvings * half_life as f64) as usize)
        });
        let ages: Vec<Width> = ages.chain([Width::Rest]).collect();
        let tiers = self.0.into_iter().zip(ages).map(|(tier, width)| Named { width, ..tier });
        Self(tiers.collect())
    }

    /// The tiers for a model and the beginning of a conversation's text.
    ///
    /// # Errors
    /// [`Error::Setting`] for a name that is neither a density nor a detail of the model.
    pub fn resolve(
        self,
        model: &Model,
        detail: Option<&str>,
        half_life: Option<usize>,
        sample: &str,
    ) -> Result<Vec<Tier>> {
        let mut tiers = Vec::new();
        for (at, Named { name, width }) in self.0.iter().cloned().enumerate() {
            let density = Density::ALL.into_iter().find(|density| density.to_string() == name);
            let known = |d: &&crate::tokens::models::Detail| d.name.eq_ignore_ascii_case(&name);
            let (density, detail) = match (density, model.details.iter().find(known)) {
                (Some(density), _) => (density, detail.map(str::to_owned)),
                // The same turns on ever smaller pages, in ever smaller letters.
                (None, Some(mode)) => (Density::ALL[at.min(3)], Some(mode.name.clone())),
                (None, None) => {
                    let densities = Density::ALL.map(|density| density.to_string()).join(", ");
                    return Err(Error::Setting(format!(
                        "tier {name:?} is neither a density ({densities}) nor a detail of {}",
                        model.id
                    )));
                }
            };
            let page = ModelPage::of(model, detail.as_deref())?;
            let own = detail.as_deref().is_some_and(|detail| detail == name);
            let settings = Settings {
                density: Some(density),
                // What is said in a conversation has its own line breaks.
                newlines: Some(Newlines::Mark),
                page: own.then_some(PageSize::Max),
                ..Settings::default()
            };
            let profile = Profile::resolve(&settings, page, sample)?;
            tiers.push(Tier { name, width, profile, detail });
        }
        let Some(half_life) = half_life else { return Ok(tiers) };
        let weight = |tier: &Tier| {
            let (w, h) = (tier.profile.width, tier.profile.height);
            let px = tier.profile.about_px_per_char(tier.profile.density);
            let tokens = model.count(tier.detail.as_deref(), w, h).map_or(1, |count| count.tokens);
            px * tokens as f64 / (f64::from(w) * f64::from(h))
        };
        let weights: Vec<f64> = tiers.iter().map(weight).collect();
        let ladder = self.by_half_life(half_life, &weights);
        for (tier, named) in tiers.iter_mut().zip(ladder.0) {
            tier.width = named.width;
        }
        Ok(tiers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::models::ModelTable;

    #[test]
    fn ladders_are_read_or_refused() {
        let Ladder(tiers) = "safe:4,balanced:12,dense:rest".parse().unwrap();
        assert_eq!(tiers[1], Named { name: "balanced".to_owned(), width: Width::Pages(12) });
        assert_eq!(tiers[2].width, Width::Rest);
        for bad in
            ["", "dense", "dense:4", "dense:rest,safe:2", "a:rest,b:rest", "dense:x", ":rest"]
        {
            assert!(bad.parse::<Ladder>().is_err(), "{bad}");
        }
        assert!("dense:4,dense:rest".parse::<Ladder>().is_err());
    }

    #[test]
    fn deepseek_has_its_own_modes() {
        let model = ModelTable::embedded().find("deepseek-ocr").unwrap();
        let tiers = Ladder::of(model).resolve(model, None, None, "Some text.").unwrap();
        let tokens = |tier: &Tier| {
            let (w, h) = (tier.profile.width, tier.profile.height);
            (w, h, model.count(tier.detail.as_deref(), w, h).unwrap().tokens)
        };
        let pages: Vec<_> = tiers.iter().map(tokens).collect();
        assert_eq!(pages, [(1280, 1280, 421), (1024, 1024, 273), (640, 640, 111), (512, 512, 73)]);
        let unknown: Ladder = "huge:rest".parse().unwrap();
        assert!(unknown.resolve(model, None, None, "").is_err());
    }

    #[test]
    fn a_half_life_is_turned_into_ages() {
        let model = ModelTable::embedded().find("claude-fable-5").unwrap();
        let ladder: Ladder = "safe:4,balanced:12,dense:rest".parse().unwrap();
        let tiers = ladder.resolve(model, None, Some(10), "Some text.").unwrap();
        // 133 px a character become 41 in 1.7 halvings and 30 in 2.1.
        let widths: Vec<Width> = tiers.iter().map(|tier| tier.width).collect();
        assert_eq!(widths, [Width::Turns(16), Width::Turns(21), Width::Rest]);
    }
}
