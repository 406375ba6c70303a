//! What a user should worry about, told from the report's own figures.

use super::Report;
use crate::profile::DensityFrom;
use crate::text::{Content, NotDrawn};

/// A ratio below this is little for all the risk of reading pages.
const LITTLE: f64 = 2.0;
/// Characters named in a warning; the report has them all.
const NAMED: usize = 5;

/// The warnings of a report. `resized` is a page's size and the size the model shrinks it to.
pub(super) fn of(report: &Report, resized: Option<(u32, u32, u32, u32)>) -> Vec<String> {
    let mut warnings = Vec::new();
    if let Some(ratio) = report.ratio.filter(|&ratio| ratio < 1.0) {
        warnings.push(format!(
            "the pages cost more than the text: the ratio is {ratio}; draw denser, or send the text"
        ));
    }
    if report.profile.density_from == DensityFrom::Default {
        warnings.push(format!(
            "it is not known how small {} reads: try its eyes with `microfiche eyechart --model {}`",
            report.model, report.model
        ));
    }
    if report.profile.content == Content::Identifiers {
        warnings.push(format!(
            "the text is full of strings that no reader can guess: they take {} px a character, and \
             should be sent as text where they must be exact",
            report.px_per_char
        ));
    }
    if let (Some(ratio), Some(text), "Han" | "Hangul") =
        (report.ratio, &report.text, &*report.profile.script)
        && (1.0..LITTLE).contains(&ratio)
    {
        let chars: u64 = report.inputs.iter().map(|input| input.chars).sum();
        warnings.push(format!(
            "text of this script has few characters a token to begin with ({:.1} here), so pages save \
             little: the ratio is {ratio}",
            chars as f64 / text.tokens.max(1) as f64
        ));
    }
    if let Some((width, height, to_width, to_height)) = resized {
        let scale = f64::from(to_width) / f64::from(width);
        warnings.push(format!(
            "{} shrinks a page of {width}x{height} px to {to_width}x{to_height} px: letters arrive \
             {scale:.2} times as large as drawn, and small ones are lost",
            report.model
        ));
    }
    let missing: u64 = report.missing.iter().map(|m| m.count).sum();
    if missing > 0 {
        let named: Vec<String> =
            report.missing.iter().take(NAMED).map(|m| format!("{} ×{}", m.ch, m.count)).collect();
        let more = if report.missing.len() > NAMED { ", …" } else { "" };
        warnings.push(format!(
            "{missing} characters have no glyph and are boxes with their code point: {}{more}",
            named.join(", ")
        ));
    }
    if report.replacements > 0 {
        warnings
            .push(format!("{} invalid byte sequences are drawn as U+FFFD", report.replacements));
    }
    if let Some(tags) = report.not_drawn.iter().find(|d| d.kind == NotDrawn::Tag) {
        warnings.push(format!(
            "{} invisible tag characters are not drawn; they can hide instructions from people",
            tags.count
        ));
    }
    let secrets = |redacted: bool| -> Option<String> {
        let of = report.secrets.iter().filter(|secret| secret.redacted == redacted);
        let named: Vec<String> = of.map(|s| format!("{} {}", s.count, s.kind)).collect();
        (!named.is_empty()).then(|| named.join(", "))
    };
    if let Some(kept) = secrets(false) {
        warnings.push(format!(
            "the text holds what looks like secrets, and they are drawn: {kept}; --secrets redact \
             covers them"
        ));
    }
    if let Some(covered) = secrets(true) {
        warnings.push(format!("secrets are covered with bars: {covered}"));
    }
    if let Some(sheet) = report.factsheet.as_ref().filter(|sheet| !sheet.not_kept.is_empty()) {
        let count: u64 = sheet.not_kept.values().sum();
        warnings.push(format!(
            "{count} exact strings are too long or too many for a factsheet, and were not kept"
        ));
    }
    if !report.skipped.is_empty() {
        warnings
            .push(format!("{} files were left out; the report lists them", report.skipped.len()));
    }
    if let Some(model) = report.models.first().filter(|model| !model.fits) {
        warnings.push(format!("the pages do not fit one request of {}: {}", model.id, model.note));
    }
    warnings
}
