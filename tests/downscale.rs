//! The atlas against the slow way: a page put together from shrunk glyphs equals the page drawn
//! large and shrunk whole, by another library's filter.

use ab_glyph::{Font, FontRef, PxScale, point};
use image::imageops::{FilterType, resize};
use image::{ImageBuffer, Luma};
use microfiche::compress::{Options, compress};
use microfiche::layout::Page;
use microfiche::profile::{Bits, Crop, ModelPage, PageSize, Profile, Settings};
use microfiche::raster::Canvas;
use microfiche::source::Source;
use microfiche::text::Newlines;
use microfiche::tokens::models::ModelTable;

const FONT: &[u8] = include_bytes!("../fonts/roboto-condensed/RobotoCondensed-Medium.ttf");

/// Draws a page's glyphs `factor` times larger on one large page and shrinks it.
fn slowly(page: &Page, text: &str, profile: &Profile, ascent: u32) -> Vec<u8> {
    let font = FontRef::try_from_slice(FONT).unwrap();
    let factor = profile.downscale;
    let em = profile.font_size * factor * font.height_unscaled() / font.units_per_em().unwrap();
    let scale = PxScale { x: em * profile.x_scale, y: em };
    let size = |px: u32| px * factor as u32;
    let mut large = ImageBuffer::<Luma<f32>, Vec<f32>>::new(size(page.width), size(page.height));
    for (row, line) in page.lines.iter().enumerate() {
        let baseline = profile.margin + row as u32 * profile.pitch + ascent;
        for placed in &page.glyphs[line.clone()] {
            let c = text[placed.from as usize..].chars().next().unwrap();
            // The pen goes to the nearest quarter of a px.
            let x = profile.margin as f32 + ((placed.x + 8) / 16) as f32 / 4.0;
            let pen = point(x * factor, baseline as f32 * factor);
            let glyph = font.glyph_id(c).with_scale_and_position(scale, pen);
            let Some(outlined) = font.outline_glyph(glyph) else { continue };
            let bounds = outlined.px_bounds();
            outlined.draw(|x, y, coverage| {
                let (x, y) = (bounds.min.x as u32 + x, bounds.min.y as u32 + y);
                if let Some(pixel) = large.get_pixel_mut_checked(x, y) {
                    pixel.0[0] += coverage;
                }
            });
        }
    }
    let small = resize(&large, page.width, page.height, FilterType::Lanczos3);
    small.pixels().map(|p| (255.0 - p.0[0].clamp(0.0, 1.0) * 255.0).round() as u8).collect()
}

#[test]
fn a_page_of_shrunk_glyphs_is_a_shrunk_page() {
    let text = "Glyphs that do not overlap: AVOID {x} (y) 0123456789 @ underscore_ éàü. ".repeat(6);
    let model = ModelTable::embedded().default_model();
    for (factor, x_height, x_scale) in
        [(8.0, 3.0, 1.5), (8.0, 5.0, 0.9), (4.0, 4.5, 1.0), (2.0, 7.3, 1.0)]
    {
        let settings = Settings {
            page: Some(PageSize::Px(400, 160)),
            font: Some("roboto-condensed".to_owned()),
            weight: Some(500),
            x_height: Some(x_height),
            x_scale: Some(x_scale),
            tracking: Some(0.25),
            downscale: Some(factor),
            bits: Some(Bits::Number(8)),
            margin: Some(8),
            columns: Some(microfiche::profile::Columns::Number(1)),
            newlines: Some(Newlines::Keep),
            crop: Some(Crop::None),
            ..Settings::default()
        };
        let page = ModelPage::of(model, None).unwrap();
        let profile = Profile::resolve(&settings, page, &text).unwrap();
        let options = Options { threads: 1, ..Options::default() };
        let page = compress(Source::from_text(&text), &profile, options).unwrap().next();
        let page = page.unwrap().unwrap().page;
        let face = profile.typeface().unwrap();
        let geometry = profile.geometry(&face);
        let fast = Canvas::default().draw(&page, &geometry, &face, profile.ink());
        let slow = slowly(&page, &text, &profile, face.ascent());
        assert!(fast.rows.iter().filter(|&&gray| gray < 128).count() > 500);
        let differences = fast.rows.iter().zip(&slow).map(|(a, b)| a.abs_diff(*b));
        let (most, off) =
            differences.fold((0, 0), |(most, off), d| (d.max(most), off + usize::from(d > 2)));
        // Rounding of the atlas to 1/4096, of its sums, and of 8 bits. Where two glyphs' halos
        // meet, coverage is summed and clamped once either way.
        assert!(most <= 3 && off == 0, "factor {factor}: off by up to {most} of 255, {off} pixels");
    }
}
