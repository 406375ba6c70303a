//! The ladder: what a page is drawn with when its letters were too small to be read.
//!
//! | drawn with | the next step |
//! |---|---|
//! | a preset | the next larger preset: `limit`, `dense`, `balanced`, `safe` |
//! | `safe`, or letters of the user's own choice | the same face a quarter larger |
//! | a pixel font | the next larger cell |

use unicode_script::Script;

use super::{Density, FontSize, Profile, presets};
use crate::error::{Error, Result};
use crate::typeface::{FaceSettings, Typeface};

/// Pixel fonts by their cells, with px from line to line.
const CELLS: [(&str, u32); 4] = [("5x8", 8), ("6x12", 12), ("8x13", 13), ("8x16", 16)];
/// How much larger letters become where no preset says.
const STEP: f32 = 1.25;
/// Px from line to line at the top of the ladder: twice those of `safe`. Who cannot read that
/// does not fail for its size.
const TALLEST: u32 = 32;

/// Letters of a step: the face, the preset, and the px between columns.
type Step = (FaceSettings, Density, u32);

impl Profile {
    /// The same with letters a step larger; `None` at the top of the ladder, or where the page has
    /// no room for larger ones. All settings but those of the letters stay.
    ///
    /// # Errors
    /// As for [`Self::typeface`].
    pub fn larger(&self) -> Result<Option<Self>> {
        let Some((face, density, gutter)) = self.step() else { return Ok(None) };
        let typeface = Typeface::load(&face)?;
        let larger = Self {
            density,
            gutter,
            font: face.font,
            weight: face.weight,
            font_size: typeface.em(),
            x_height: face.x_height,
            x_scale: face.x_scale,
            tracking: face.tracking,
            pitch: typeface.pitch(),
            extenders: typeface.extenders(),
            ..self.clone()
        };
        match larger.check(&typeface) {
            Ok(()) => Ok(Some(larger)),
            Err(Error::Setting(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn step(&self) -> Option<Step> {
        let (face, gutter) = self.preset(self.density);
        let preset =
            gutter == self.gutter && FaceSettings { extenders: None, ..self.face() } == face;
        let larger = Density::ALL.into_iter().rev().find(|&density| density < self.density);
        if let Some(density) = larger.filter(|_| preset) {
            let (face, gutter) = self.preset(density);
            return Some((face, density, gutter));
        }
        let face = match CELLS.iter().position(|(cell, _)| *cell == self.font) {
            Some(at) => {
                let ((font, tall), now) = (CELLS.get(at + 1)?, CELLS[at].1);
                let pitch = (self.pitch + tall).saturating_sub(now);
                FaceSettings { font: (*font).to_owned(), pitch: Some(pitch), ..self.face() }
            }
            None => self.scaled(),
        };
        let fits = face.pitch.is_some_and(|pitch| pitch <= TALLEST);
        fits.then_some((face, self.density, self.gutter))
    }

    /// The letters of a preset in this profile's script, with the px between its columns.
    fn preset(&self, density: Density) -> (FaceSettings, u32) {
        let script = Script::from_full_name(&self.script).unwrap_or(Script::Latin);
        let preset = presets::settings(density, self.content, script);
        let size = match preset.font_size {
            Some(FontSize::Px(px) | FontSize::Pt(px)) => px,
            None => self.font_size,
        };
        let face = FaceSettings {
            font: preset.font.unwrap_or_default(),
            weight: preset.weight.unwrap_or(400),
            size,
            x_height: preset.x_height,
            x_scale: preset.x_scale.unwrap_or(1.0),
            tracking: preset.tracking.unwrap_or(0.0),
            pitch: preset.pitch,
            extenders: None,
            ..self.face()
        };
        (face, preset.gutter.unwrap_or(super::GUTTER))
    }

    /// These letters a step larger. Small letters stay whole px high, and lines keep their air.
    fn scaled(&self) -> FaceSettings {
        FaceSettings {
            size: self.font_size * STEP,
            x_height: self.x_height.map(|px| (px * STEP).floor().max(px + 1.0)),
            tracking: self.tracking * STEP,
            pitch: Some((self.pitch as f32 * STEP).ceil() as u32),
            ..self.face()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{ModelPage, Settings};
    use crate::tokens::models::ModelTable;

    fn ladder(settings: &Settings, text: &str) -> Vec<Profile> {
        let model = ModelPage::of(ModelTable::embedded().default_model(), None).unwrap();
        let first = Profile::resolve(settings, model, text).unwrap();
        std::iter::successors(Some(first), |profile| profile.larger().unwrap()).collect()
    }

    fn words(text: &str) -> String {
        text.repeat(40)
    }

    #[test]
    fn presets_are_steps_and_so_are_larger_letters() {
        let settings = Settings { density: Some(Density::Limit), ..Settings::default() };
        let samples = [
            "Plain words of prose, one after the other. ",
            "let id = 0x3f2a9c1d; let name = \"a7b3\"; ",
            "中文文本压缩成图像页面。",
            "देवनागरी में लिखा हुआ पाठ। ",
        ];
        for sample in samples {
            let ladder = ladder(&settings, &words(sample));
            let densities: Vec<Density> = ladder.iter().map(|step| step.density).collect();
            let presets = [Density::Limit, Density::Dense, Density::Balanced, Density::Safe];
            assert!(densities.starts_with(&presets), "{densities:?}");
            assert!(ladder.len() > 5 && ladder.len() < 10, "{}", ladder.len());
            for pair in ladder.windows(2) {
                assert!(pair[0].pitch < pair[1].pitch && pair[1].pitch <= TALLEST, "{sample}");
                // What a preset comes to by itself is what the step comes to.
                let same = Profile { density_from: pair[0].density_from, ..pair[1].clone() };
                assert_eq!((same.columns, &same.mark), (pair[0].columns, &pair[0].mark));
                assert_eq!((same.width, same.height), (pair[0].width, pair[0].height));
                pair[1].check_values().unwrap();
            }
        }
    }

    #[test]
    fn a_step_to_a_preset_is_that_preset() {
        let text = words("Plain words of prose, one after the other. ");
        let of = |density| Settings { density: Some(density), ..Settings::default() };
        let from_limit = ladder(&of(Density::Limit), &text);
        for (step, density) in from_limit.iter().zip([Density::Limit, Density::Dense]) {
            assert_eq!(*step, ladder(&of(density), &text)[0]);
        }
    }

    #[test]
    fn letters_of_ones_own_choice_grow_and_pixel_cells_too() {
        let text = words("Plain words of prose, one after the other. ");
        let own = Settings {
            font: Some("dejavu-sans".to_owned()),
            font_size: Some(FontSize::Px(9.0)),
            ..Settings::default()
        };
        let ladder_of = |settings: &Settings| ladder(settings, &text);
        let sizes: Vec<f32> = ladder_of(&own).iter().map(|step| step.font_size).collect();
        assert_eq!(sizes[..3], [9.0, 11.25, 14.0625]);
        assert!(ladder_of(&own).iter().all(|step| step.font == "dejavu-sans"));
        let cells = Settings { font: Some("5x8".to_owned()), ..Settings::default() };
        let fonts: Vec<String> = ladder_of(&cells).into_iter().map(|step| step.font).collect();
        assert_eq!(fonts, ["5x8", "6x12", "8x13", "8x16"]);
    }

    #[test]
    fn a_page_without_room_ends_the_ladder() {
        let settings = Settings {
            density: Some(Density::Safe),
            page: Some(crate::profile::PageSize::Px(60, 24)),
            ..Settings::default()
        };
        let ladder = ladder(&settings, &words("word "));
        assert_eq!(ladder.len(), 1);
    }
}
