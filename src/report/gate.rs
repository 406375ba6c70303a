//! The gate: whether pages pay, and what would make them.

use super::Report;
use crate::profile::Density;

/// Why pages are refused when their ratio must be at least `bar`, in words that say what would
/// make them pay; `None` when they pay. A report without text tokens has no ratio and passes.
pub fn refusal(report: &Report, bar: f64) -> Option<String> {
    let ratio = report.ratio.filter(|&ratio| ratio < bar)?;
    let profile = &report.profile;
    let now = profile.density;
    // Denser pages need fewer tokens in proportion; the prompt stays, so this flatters a little.
    let denser = Density::ALL
        .into_iter()
        .filter(|&density| density > now)
        .map(|density| {
            (density, ratio * profile.about_px_per_char(now) / profile.about_px_per_char(density))
        })
        .find(|&(_, ratio)| ratio >= bar);
    let advice = match denser {
        Some((density, ratio)) => {
            format!("--density {density} would give about {ratio:.1}, for readers that can read it")
        }
        None => "no preset would reach it: send the text".to_owned(),
    };
    Some(format!("the ratio is {ratio}, below {bar}; {advice}"))
}
