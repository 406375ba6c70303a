//! Small pages, compared with stored ones pixel by pixel.
//!
//! `BLESS=1 cargo test --test golden` writes the stored pages anew; look at every one that changed
//! before committing it. A page that differs is left beside its difference in `target/golden`.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{folder, microfiche, text};
use image::{GrayImage, Rgb, RgbImage};

/// Draws `text` and compares its first page with `tests/golden/NAME.png`.
fn golden(name: &str, text: &[u8], args: &[&str]) {
    let dir = folder();
    let out = dir.path().join("pages");
    let args = [&["compress", "--no-tokens"], args].concat();
    let crop = if args.contains(&"--crop") { &[][..] } else { &["--crop", "none"] };
    microfiche().args(args).args(crop).arg("-o").arg(&out).write_stdin(text).assert().success();
    let drawn = out.join("page-0001.png");
    let stored = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/{name}.png"));
    if std::env::var_os("BLESS").is_some() {
        fs::copy(&drawn, &stored).unwrap();
        return;
    }
    let drawn = image::open(&drawn).unwrap().into_luma8();
    let stored = image::open(&stored)
        .unwrap_or_else(|e| panic!("{}: {e}; see the top of this file", stored.display()))
        .into_luma8();
    if drawn != stored {
        panic!("{name} differs: see {}", show(name, &drawn, &stored).display());
    }
}

/// Writes the page that differs, and a picture of where: red is new ink, blue is lost ink.
fn show(name: &str, drawn: &GrayImage, stored: &GrayImage) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("golden");
    fs::create_dir_all(&dir).unwrap();
    drawn.save(dir.join(format!("{name}.png"))).unwrap();
    let (width, height) = (drawn.width().max(stored.width()), drawn.height().max(stored.height()));
    let at = |image: &GrayImage, x, y| image.get_pixel_checked(x, y).map_or(255, |p| p.0[0]);
    let difference = RgbImage::from_fn(width, height, |x, y| {
        let (new, old) = (at(drawn, x, y), at(stored, x, y));
        Rgb([old, new.max(old) - new.abs_diff(old) / 2, new])
    });
    let path = dir.join(format!("{name}.difference.png"));
    difference.save(&path).unwrap();
    path
}

fn prose() -> Vec<u8> {
    fs::read(text("prose.txt")).unwrap()
}

/// The picture in the README.
#[test]
fn licence() {
    let text = fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/LICENSE-APACHE")).unwrap();
    golden("licence", &text, &["--density", "dense", "--crop", "auto"]);
}

#[test]
fn pixel_5x8() {
    golden("pixel-5x8", &prose(), &["--font", "5x8", "--page", "240x100"]);
}

#[test]
fn pixel_8x16_keep() {
    golden(
        "pixel-8x16-keep",
        &prose(),
        &["--font", "8x16", "--page", "320x120", "--newlines", "keep"],
    );
}

#[test]
fn pixel_6x12_two_columns() {
    golden(
        "pixel-6x12-columns",
        &prose(),
        &["--font", "6x12", "--page", "320x120", "--columns", "2"],
    );
}

#[test]
fn outline_dense() {
    golden("outline-dense", &prose(), &["--density", "dense", "--page", "300x100"]);
}

#[test]
fn outline_limit() {
    golden("outline-limit", &prose(), &["--density", "limit", "--page", "300x80"]);
}

#[test]
fn outline_without_downscale() {
    golden(
        "outline-direct",
        &prose(),
        &["--font", "dejavu-sans", "--font-size", "12", "--downscale", "1", "--page", "300x80"],
    );
}

#[test]
fn outline_fractional_downscale() {
    let args =
        ["--font", "dejavu-sans", "--font-size", "9", "--downscale", "2.5", "--page", "300x80"];
    golden("outline-downscale", &prose(), &args);
}

#[test]
fn ink_depths() {
    for bits in ["1", "2", "8"] {
        let args = [
            "--font",
            "fira-sans-condensed",
            "--font-size",
            "14",
            "--bits",
            bits,
            "--page",
            "160x40",
        ];
        golden(&format!("bits-{bits}"), &prose(), &args);
    }
}

#[test]
fn inverted() {
    golden("inverted", &prose(), &["--font", "6x12", "--invert", "--page", "160x40"]);
}

#[test]
fn code_with_marks() {
    let code = fs::read(text("code.rs")).unwrap();
    golden("code-marks", &code, &["--font", "6x12", "--page", "320x120"]);
    golden("code-keep", &code, &["--font", "6x12", "--page", "320x200", "--newlines", "keep"]);
}

#[test]
fn many_scripts() {
    let mixed = fs::read(text("mixed.md")).unwrap();
    let args = ["--font", "dejavu-sans", "--font-size", "12", "--pitch", "15", "--page", "400x200"];
    golden("scripts", &mixed, &args);
    golden("scripts-pixel", &mixed, &["--font", "6x12", "--page", "400x160"]);
}

/// Characters that only Unifont has stand on the line, between the lines above and below it.
#[test]
fn scaled_pixel_font() {
    let text = "gap ⃀㐀㐁㐂 Hxg ㆿ㐃 Hg\n".repeat(3);
    golden("scaled-pixel-font", text.as_bytes(), &["--density", "balanced", "--page", "200x40"]);
    let large = ["--font", "dejavu-sans", "--font-size", "20", "--page", "320x80"];
    golden("scaled-pixel-font-large", text.as_bytes(), &large);
}

#[test]
fn boxes_for_what_has_no_glyph() {
    let text = "bell \u{7} private \u{E123} beyond \u{10FFFF} mark §".as_bytes();
    golden("boxes", text, &["--font", "5x8", "--page", "240x40"]);
    golden("boxes-large", text, &["--font", "8x16", "--page", "320x60"]);
    golden("boxes-tiny", text, &["--density", "limit", "--page", "240x30"]);
}

#[test]
fn a_log_with_escapes_and_tabs() {
    let log = fs::read(text("build.log")).unwrap();
    golden("log", &log, &["--font", "5x8", "--page", "320x80", "--newlines", "keep"]);
}

#[test]
fn tracking_weight_and_stretch() {
    let args = [
        "--font",
        "roboto-condensed",
        "--weight",
        "700",
        "--x-height",
        "5",
        "--x-scale",
        "1.3",
        "--tracking",
        "0.5",
        "--pitch",
        "12",
        "--page",
        "300x60",
    ];
    golden("levers", &prose(), &args);
}

/// The Universal Declaration of Human Rights at a size at which every stroke can be seen; each was
/// looked at beside a browser's rendering (`tests/golden/SCRIPTS.md`).
#[test]
fn declaration() {
    for (script, file, font) in [
        ("arabic", "arb", "noto-sans-arabic"),
        ("hebrew", "heb", "noto-sans-hebrew"),
        ("devanagari", "hin", "noto-sans-devanagari"),
        ("bengali", "ben", "noto-sans-bengali"),
        ("tamil", "tam", "noto-sans-tamil"),
        ("thai", "tha", "noto-sans-thai"),
        ("khmer", "khm", "noto-sans-khmer"),
        ("burmese", "mya", "noto-sans-myanmar"),
        ("tibetan", "bod", "noto-serif-tibetan"),
        ("ethiopic", "amh", "noto-sans-ethiopic"),
        ("georgian", "kat", "noto-sans-georgian"),
        ("armenian", "hye", "noto-sans-armenian"),
        ("mongolian", "khk_mong", "noto-sans-mongolian"),
        ("cherokee", "chr_cased", "noto-sans-cherokee"),
        ("chinese", "cmn_hans", "wqy-microhei"),
    ] {
        let path = format!("{}/tests/udhr/{file}.txt", env!("CARGO_MANIFEST_DIR"));
        let text = fs::read_to_string(path).unwrap();
        let start: String = text.chars().take(500).collect();
        let look = ["--font", font, "--font-size", "18", "--page", "560x240", "--newlines", "keep"];
        golden(
            &format!("script-{script}"),
            start.as_bytes(),
            &[&look[..], &["--columns", "1"]].concat(),
        );
    }
}
