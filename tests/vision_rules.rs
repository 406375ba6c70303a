//! What must hold for every size: no size brings a rule down, nothing is enlarged by rules that
//! only shrink, budgets are kept, and the crate that DeepSeek publishes agrees.

mod common;

use common::Dice;
use deepseek_recipe_core::multimodal::ImageTokenSpec;
use microfiche::tokens::models::{Detail, Model, ModelTable};
use microfiche::tokens::vision::{MAX_SIDE, Rule, VisionError};

/// A side: small and large ones about equally often.
fn side(dice: &mut Dice, most: u32) -> u32 {
    let bits = dice.below(u64::from(most.ilog2() + 1));
    let below = (2_u64 << bits).min(u64::from(most));
    u32::try_from(1 + dice.below(below)).unwrap().min(most)
}

fn rules() -> impl Iterator<Item = (&'static Model, &'static Detail)> {
    ModelTable::embedded()
        .iter()
        .flat_map(|model| model.details.iter().map(move |detail| (model, detail)))
}

#[test]
fn no_size_brings_a_rule_down() {
    let extremes = [1, 2, 27, 28, 29, 65_535, MAX_SIDE - 1, MAX_SIDE];
    for (model, detail) in rules() {
        for width in extremes {
            for height in extremes {
                if let Ok(count) = detail.rule.count(width, height) {
                    assert!(count.tokens > 0, "{} {width}x{height}", model.id);
                    assert!(count.features.is_none_or(|f| 0 < f && f < count.tokens));
                    assert!(count.resized.is_none_or(|(w, h)| w > 0 && h > 0));
                }
            }
        }
        for (width, height) in [(0, 0), (0, 9), (9, 0), (0, u32::MAX)] {
            let error = detail.rule.count(width, height).unwrap_err();
            assert_eq!(error, VisionError::Empty { width, height });
        }
        for (width, height) in [(u32::MAX, 1), (1, u32::MAX), (MAX_SIDE + 1, MAX_SIDE + 1)] {
            assert!(matches!(
                detail.rule.count(width, height),
                Err(VisionError::SideTooLong { .. })
            ));
        }
    }
}

/// Parameters at the ends of their ranges, as a user's file might have them.
#[test]
fn parameters_out_of_all_proportion_do_no_harm() {
    let templates = [
        "flat = { tokens = L, features = L, square = W }",
        "patch = { px = W, max_side = L, budget = L, reject_above = L, percent = W }",
        "tile = { base = L, tile = L, px = W, fit = W, short = W }",
        "tiers = { px = W, max_side = L, max_tokens = L }",
        "soft_grid = { px = W, max_tokens = L }",
        "short_side_crops = { tokens = L, small = L }",
        "pan_and_scan = { tokens = L, min_crop = W, max_crops = B, min_percent = L }",
        "square_tiles = { tokens = L, px = W, max_tiles = L }",
        "area_table = { examples = [[L, L, L], [L, L, L], [0, 0, 0]] }",
        "area_table = { examples = [] }",
        "smart_resize = { factor = W, min_px = L, max_px = L, extra = L, row_token = true }",
        "smart_resize = { factor = W, min_px = L, max_px = L, small_sides = 'scale_both' }",
        "smart_resize = { factor = W, min_px = L, max_px = L, small_sides = 'scale_in_turn' }",
        "ceil_fit = { factor = W, min_tokens = L, max_tokens = L }",
        "navit = { px = W, merge = W, max_patches = L, max_side = L, reject_side = L }",
        "deepseek_v4 = { px = W, downsample = W, max_tokens = L, min_px = L, low_side = W }",
        "deepseek_ocr = { base = W, tile = W, above = 0, min_tiles = B, max_tiles = B, newlines = true }",
        "aspect_tiles = { px = W, max_tiles = B, tile_tokens = L, extra = L }",
        "least_upscale = { px = W, max_tiles = B, tile_tokens = L }",
        "mistral = { px = W, max_side = L, rounding = 'floor' }",
        "llama4 = { px = W, max_tiles = B, tile_tokens = L }",
        "idefics = { px = W, longest = W, tile_tokens = L }",
        "phi = { px = W, patch = W, max_tiles = B }",
        "minicpm = { view = W, px = W, merge = W, max_slices = B, resampled = L }",
        "minicpm = { view = W, px = W, merge = W, max_slices = B }",
        "llava = { px = W, grid = W, max_side = B, max_tiles = B }",
        "lfm = { factor = W, tile = W, min_tokens = L, max_tokens = L, min_tiles = B, max_tiles = B }",
        "grid_fit = { px = W, max_tokens = L }",
    ];
    for template in templates {
        for [long, word, byte] in [
            ["4294967295", "65535", "255"],
            ["1", "1", "1"],
            ["1", "65535", "255"],
            ["4294967295", "1", "1"],
            ["4294967295", "1", "255"],
        ] {
            let rule = template.replace('L', long).replace('W', word).replace('B', byte);
            let toml = format!("[[model]]\nid = 'x'\ndetails = [{{ name = 'd', rule.{rule} }}]");
            let table = ModelTable::embedded().with_overrides(&toml, "x.toml").expect(&toml);
            let model = table.find("x").unwrap();
            for size in [(1, 1), (1, MAX_SIDE), (MAX_SIDE, 1), (MAX_SIDE, MAX_SIDE), (1568, 728)] {
                let _ = model.count(None, size.0, size.1);
            }
        }
    }
}

#[test]
fn rules_that_only_shrink_never_enlarge_and_look_the_same_turned() {
    let mut dice = Dice(1);
    for (model, detail) in rules() {
        if !matches!(detail.rule, Rule::Patch(_) | Rule::Tile(_) | Rule::Tiers(_)) {
            continue;
        }
        for _ in 0..2000 {
            let (width, height) = (side(&mut dice, 8000), side(&mut dice, 8000));
            let Ok(count) = detail.rule.count(width, height) else {
                continue;
            };
            if let Some((w, h)) = count.resized {
                assert!(w <= width && h <= height, "{} {width}x{height}", model.id);
                let again = detail.rule.count(w, h).unwrap();
                assert_eq!(again.tokens, count.tokens, "{} {width}x{height}", model.id);
            }
            let turned = detail.rule.count(height, width).unwrap();
            assert_eq!(turned.tokens, count.tokens, "{} {width}x{height}", model.id);
        }
    }
}

#[test]
fn budgets_are_kept() {
    let mut dice = Dice(2);
    for (model, detail) in rules() {
        for _ in 0..500 {
            let (width, height) = (side(&mut dice, 12_000), side(&mut dice, 12_000));
            let Ok(count) = detail.rule.count(width, height) else {
                continue;
            };
            let most = match &detail.rule {
                Rule::Tiers(rule) => rule.max_tokens.get().into(),
                Rule::SoftGrid(rule) => rule.max_tokens.get().into(),
                Rule::CeilFit(rule) => rule.max_tokens.get().into(),
                Rule::DeepseekV4(rule) => rule.max_tokens.get().into(),
                Rule::GridFit(rule) => rule.max_tokens.get().into(),
                Rule::Patch(rule) => match rule.budget {
                    Some(budget) => {
                        (u64::from(budget.get()) * u64::from(rule.percent.get())).div_ceil(100)
                    }
                    None => continue,
                },
                _ => continue,
            };
            assert!(count.tokens <= most, "{} {width}x{height}: {count:?}", model.id);
        }
    }
}

#[test]
fn a_larger_page_never_costs_less_where_nothing_is_scaled() {
    let grok = ModelTable::embedded().find("grok-4.5").unwrap();
    let mut dice = Dice(3);
    for _ in 0..2000 {
        let (width, height) = (side(&mut dice, 4000), side(&mut dice, 4000));
        let (more, taller) = (side(&mut dice, 200), side(&mut dice, 200));
        let count = |w, h| grok.count(None, w, h).unwrap().tokens;
        assert!(count(width, height) <= count(width + more, height + taller));
    }
}

#[test]
fn deepseeks_own_crate_agrees() {
    let model = ModelTable::embedded().find("deepseek-flash").unwrap();
    let spec = ImageTokenSpec::v41();
    let mut dice = Dice(4);
    for _ in 0..20_000 {
        let (width, height) = (side(&mut dice, 20_000), side(&mut dice, 20_000));
        let ours = model.count(None, width, height).ok();
        let theirs = spec.calc_resize(width as usize, height as usize).ok();
        assert_eq!(
            ours.map(|count| count.tokens),
            theirs.map(|result| result.token_count as u64),
            "{width}x{height}"
        );
        let seen = theirs.map(|result| (result.best_width as u32, result.best_height as u32));
        assert_eq!(
            ours.map(|count| count.resized.unwrap_or((width, height))),
            seen,
            "{width}x{height}"
        );
    }
}
