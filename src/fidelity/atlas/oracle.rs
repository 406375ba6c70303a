//! The slow way to the same findings: every glyph of a page exchanged for every candidate, and the
//! page drawn anew each time.

use std::sync::Arc;

use image::GrayImage;

use super::{Atlas, Fault};
use crate::compress::{Options, Sheet, compress};
use crate::layout::{Geometry, Page};
use crate::profile::{Bits, FontSize, ModelPage, PageSize, Profile, Settings};
use crate::raster::{Canvas, Ink};
use crate::source::Source;
use crate::tokens::models::ModelTable;
use crate::typeface::{GlyphId, Typeface};

struct Press {
    face: Arc<Typeface>,
    geometry: Geometry,
    ink: Ink,
}

/// The first page of a text, drawn, and what it was drawn with.
fn drawn(text: &str, settings: &Settings) -> (Sheet, Press) {
    let model = ModelPage::of(ModelTable::embedded().default_model(), None).unwrap();
    let profile = Profile::resolve(settings, model, text).unwrap();
    let options = Options { threads: 1, draw: true, text: true, ..Options::default() };
    let mut pages = compress(Source::from_text(text), &profile, options).unwrap();
    let face = Arc::new(profile.typeface().unwrap());
    let geometry = profile.geometry(&face);
    (pages.next().unwrap().unwrap(), Press { face, geometry, ink: profile.ink() })
}

impl Press {
    fn image(&self, page: &Page) -> GrayImage {
        Canvas::default().draw(page, &self.geometry, &self.face, self.ink).to_image()
    }

    fn atlas(&self) -> Atlas<'_> {
        Atlas::new(&self.face, self.geometry, self.ink)
    }

    /// The page with another glyph in a place, or none.
    fn exchanged(page: &Page, at: usize, by: Option<GlyphId>) -> Page {
        let mut page = page.clone();
        match by {
            Some(glyph) => page.glyphs[at].glyph = glyph,
            // Off the page.
            None => page.glyphs[at].x = i32::MAX / 4,
        }
        page
    }

    /// The page with one glyph alone on it.
    fn alone(&self, page: &Page, at: usize) -> GrayImage {
        let mut page = page.clone();
        for (other, glyph) in page.glyphs.iter_mut().enumerate() {
            glyph.x = if other == at { glyph.x } else { i32::MAX / 4 };
        }
        self.image(&page)
    }

    /// The glyphs that the page does not hold.
    fn unheld(&self, page: &Page) -> Vec<usize> {
        let whole = self.image(page);
        let candidates = self.atlas().candidates(page);
        let fits = |at: usize| {
            let hidden = self.image(&Self::exchanged(page, at, None)) == whole;
            hidden || {
                let alone = self.alone(page, at);
                candidates.iter().any(|&glyph| {
                    let other = Self::exchanged(page, at, Some(glyph));
                    self.image(&other) == whole && self.alone(&other, at) != alone
                })
            }
        };
        (0..page.glyphs.len()).filter(|&at| fits(at)).collect()
    }
}

fn settings(font: &str, size: f32, bits: u8) -> Settings {
    Settings {
        font: Some(font.to_owned()),
        font_size: (!font.starts_with(|c: char| c.is_ascii_digit())).then_some(FontSize::Px(size)),
        page: Some(PageSize::Px(88, 40)),
        margin: Some(1),
        bits: Some(Bits::Number(bits)),
        ..Settings::default()
    }
}

#[test]
fn what_pixels_do_not_hold_is_what_the_slow_way_finds() {
    let text = "fillet Illusion (l1I|!) .,;: rn m 0O co,e.";
    let mut found = 0;
    for (font, size) in [("5x8", 8.0), ("roboto-condensed", 6.0), ("dejavu-sans", 7.0)] {
        for bits in [1, 2, 4] {
            for x_scale in [1.0, 0.7] {
                let settings = Settings {
                    x_scale: (font != "5x8").then_some(x_scale),
                    ..settings(font, size, bits)
                };
                found += compare(text, &settings);
            }
        }
    }
    assert!(found > 10, "nothing was hard to read: {found}");
}

/// Glyphs of Devanagari lie on each other, so that many a witness is drowned.
#[test]
fn glyphs_that_lie_on_each_other_are_judged_as_the_slow_way_does() {
    let mut found = 0;
    for bits in [1, 2, 4] {
        for size in [7.0, 9.0] {
            for text in ["सभी मनुष्यों को गौरव", "अधिकारों के मामले में"]
            {
                found += compare(text, &settings("dejavu-sans", size, bits));
            }
        }
    }
    assert!(found > 0, "nothing was hard to read");
}

/// Checks that a text's page has the findings of the slow way; how many.
fn compare(text: &str, settings: &Settings) -> usize {
    let (sheet, press) = drawn(text, settings);
    let findings = press.atlas().examine(&sheet.png, &sheet.page, &sheet.text, &sheet.places);
    let captions = super::Captions { page: &sheet.page, text: &sheet.text, places: &sheet.places };
    let slow: Vec<usize> =
        press.unheld(&sheet.page).into_iter().map(|at| captions.of(at).start).collect();
    let fast: Vec<usize> = findings.iter().map(|finding| finding.start).collect();
    assert_eq!(fast, slow, "{text:?} with {settings:?}: {findings:?}");
    fast.len()
}

/// Digits take the same room, so another number has the same layout.
#[test]
fn another_digit_is_read_as_what_it_is() {
    let number = "The sum is 3141592653589793 in all, 0.";
    for (font, size) in
        [("5x8", 8.0), ("8x16", 16.0), ("dejavu-sans", 9.0), ("dejavu-sans-mono", 8.0)]
    {
        for invert in [false, true] {
            let settings = Settings {
                page: Some(PageSize::Px(440, 60)),
                invert: Some(invert),
                ..settings(font, size, if size == 16.0 { 1 } else { 4 })
            };
            let (sheet, press) = drawn(number, &settings);
            let mut atlas = press.atlas();
            for (digit, other) in [("3141", "3741"), ("793", "798"), (" 0.", " 8."), ("141", "747")]
            {
                let (altered, _) = drawn(&number.replacen(digit, other, 1), &settings);
                let findings = atlas.examine(&altered.png, &sheet.page, &sheet.text, &sheet.places);
                let read = super::text(&sheet.text, &findings);
                assert_eq!(read, altered.text, "{font} {digit}: {findings:?}");
                assert!(findings.iter().all(|f| matches!(f.fault, Fault::ReadAs(_))));
                assert_eq!(
                    findings[0].source[0].start as usize,
                    number.find(digit).unwrap()
                        + digit.bytes().zip(other.bytes()).position(|(a, b)| a != b).unwrap()
                );
            }
            let clean = atlas.examine(&sheet.png, &sheet.page, &sheet.text, &sheet.places);
            assert_eq!(clean, [], "{font}");
        }
    }
}

#[test]
fn what_is_no_page_is_one_finding() {
    let (sheet, press) = drawn("some text", &settings("5x8", 8.0, 1));
    let mut atlas = press.atlas();
    let mut of = |png: &[u8]| {
        let found = atlas.examine(png, &sheet.page, &sheet.text, &sheet.places);
        assert_eq!(found.len(), 1);
        found[0].fault.clone()
    };
    assert!(matches!(of(b""), Fault::Damaged(_)));
    assert!(matches!(of(&sheet.png[..sheet.png.len() / 2]), Fault::Damaged(_)));
    let other = Settings { page: Some(PageSize::Px(90, 40)), ..settings("5x8", 8.0, 1) };
    assert_eq!(of(&drawn("some text", &other).0.png), Fault::Size([90, 40], [88, 40]));
}

#[test]
fn any_pixel_that_is_changed_is_found_where_it_is() {
    for text in ["pixels, 0123456789", "अधिकारों"] {
        let (sheet, press) = drawn(text, &settings("roboto-condensed", 8.0, 4));
        let image = image::load_from_memory(&sheet.png).unwrap().into_luma8();
        let mut atlas = press.atlas();
        let clean = atlas.examine(&sheet.png, &sheet.page, &sheet.text, &sheet.places);
        for (x, y) in (0..image.height()).flat_map(|y| (0..image.width()).map(move |x| (x, y))) {
            let mut altered = image.clone();
            let sample = &mut altered.get_pixel_mut(x, y).0[0];
            *sample = sample.wrapping_add(17 * 5);
            let mut png = std::io::Cursor::new(Vec::new());
            altered.write_to(&mut png, image::ImageFormat::Png).unwrap();
            let png = png.into_inner();
            let found = atlas.examine(&png, &sheet.page, &sheet.text, &sheet.places);
            let near = |finding: &&super::Finding| {
                let b = finding.bounds.unwrap();
                (b.x.saturating_sub(2)..b.x + b.w + 2).contains(&x)
                    && (b.y.saturating_sub(2)..b.y + b.h + 2).contains(&y)
            };
            let mut new = found.iter().filter(|finding| !clean.contains(finding)).peekable();
            assert!(
                new.peek().is_some() && new.all(|finding| near(&finding)),
                "{x},{y}: {found:?}"
            );
        }
    }
}
