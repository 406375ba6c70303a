//! What people call a model: provider prefixes, dates, dots and dashes.

/// Prefixes with a dot that Bedrock puts before a name, after the region.
const VENDORS: [&str; 14] = [
    "ai21",
    "amazon",
    "anthropic",
    "cohere",
    "deepseek",
    "google",
    "meta",
    "minimax",
    "mistral",
    "moonshot",
    "moonshotai",
    "openai",
    "qwen",
    "zai",
];

/// Regions that Bedrock puts before the vendor.
const REGIONS: [&str; 8] = ["us", "eu", "apac", "global", "au", "jp", "ca", "us-gov"];

/// Endings that say which release of a model is meant, not which model.
const ENDINGS: [&str; 5] = ["-latest", "-preview", "-exp", "-beta", "-default"];

/// The spelling in which names are compared: lower case, `.` and `_` as `-`.
pub(super) fn canonical(name: &str) -> String {
    name.trim()
        .chars()
        .map(|c| match c {
            '.' | '_' => '-',
            _ => c.to_ascii_lowercase(),
        })
        .collect()
}

/// The names that `name` may stand for, from what was written to what is left when provider, date
/// and release are taken off; the first one that is known is meant. All are canonical.
pub(super) fn forms(name: &str) -> Vec<String> {
    let mut rest = name.trim().to_ascii_lowercase();
    let mut forms = vec![canonical(&rest)];
    let mut shortened = Some(without_provider(&rest));
    while let Some(next) = shortened {
        rest = next;
        let form = canonical(&rest);
        if forms.last() != Some(&form) {
            forms.push(form);
        }
        shortened = without_ending(&rest);
    }
    forms
}

/// A model's name as it is written, with the release that was asked for; `None` where that is not
/// the name that was asked for. Releases are those of the vendor, not of who else serves the model.
pub(super) fn written_like(name: &str, asked: &str) -> Option<String> {
    let asked = asked.trim().to_ascii_lowercase();
    let own = |asked: &str| {
        // Both spellings are as long as what they are of.
        let release = asked.get(name.len()..)?;
        let same = canonical(&asked[..name.len()]) == canonical(name);
        let ours = release.is_empty() || release.starts_with('-');
        (same && ours && !release.contains([':', '@'])).then(|| format!("{name}{release}"))
    };
    own(&asked).or_else(|| own(&without_provider(&asked)))
}

/// Without `provider/`, `models/` and the like, and without Bedrock's `region.vendor.`.
pub(super) fn without_provider(name: &str) -> String {
    let name = name.rsplit('/').find(|part| !part.is_empty()).unwrap_or(name);
    let strip = |name: &str, words: &[&str]| {
        name.split_once('.')
            .filter(|(first, rest)| words.contains(first) && !rest.is_empty())
            .map(|(_, rest)| rest.to_owned())
    };
    let name = strip(name, &REGIONS).unwrap_or_else(|| name.to_owned());
    strip(&name, &VENDORS).unwrap_or(name)
}

/// Without one ending that names a release: `@…`, `:…`, a date, `-latest`, `-preview`, `-v1` …
fn without_ending(name: &str) -> Option<String> {
    if let Some((rest, _)) = name.split_once(['@', ':']) {
        return nonempty(rest);
    }
    for ending in ENDINGS {
        if let Some(rest) = name.strip_suffix(ending) {
            return nonempty(rest);
        }
    }
    without_date(name)
        .or_else(|| {
            let (rest, last) = name.rsplit_once('-')?;
            let number = last.strip_prefix('v')?;
            (!number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())).then_some(rest)
        })
        .and_then(nonempty)
}

/// Without `-20250929`, `-2025-09-29` or the `-09-29` of `-preview-09-29`.
fn without_date(name: &str) -> Option<&str> {
    let digits =
        |part: &str, count: usize| part.len() == count && part.bytes().all(|b| b.is_ascii_digit());
    let (rest, last) = name.rsplit_once('-')?;
    if digits(last, 8) && (last.starts_with("20") || last.starts_with("19")) {
        return Some(rest);
    }
    let (rest, month) = rest.rsplit_once('-')?;
    if !digits(last, 2) || !digits(month, 2) {
        return None;
    }
    match rest.rsplit_once('-') {
        Some((rest, year)) if digits(year, 4) => Some(rest),
        _ => rest.ends_with("-preview").then_some(rest),
    }
}

fn nonempty(name: &str) -> Option<String> {
    (!name.is_empty()).then(|| name.to_owned())
}

/// How much a name is like one that was asked for: 1 for the same, more where one holds the other,
/// the more the less is left over.
pub(super) fn likeness(asked: &str, name: &str) -> f64 {
    let (short, long) = if asked.len() < name.len() { (asked, name) } else { (name, asked) };
    let held = !short.is_empty() && long.contains(short);
    let share = short.len() as f64 / long.len().max(1) as f64;
    strsim::normalized_damerau_levenshtein(asked, name) + if held { share / 2.0 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_comes_down_to_a_bare_name() {
        for (written, bare) in [
            ("anthropic/claude-opus-4.8", "claude-opus-4-8"),
            ("claude-sonnet-4-5-20250929", "claude-sonnet-4-5"),
            ("claude-haiku-4-5@20251001", "claude-haiku-4-5"),
            ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-sonnet-4-5"),
            ("anthropic.claude-opus-4-6-v1:0", "claude-opus-4-6"),
            ("openai/gpt-5.4-2026-03-05", "gpt-5-4"),
            ("models/gemini-3.6-flash", "gemini-3-6-flash"),
            ("google/gemini-2.5-pro-preview-06-05", "gemini-2-5-pro"),
            ("publishers/google/models/gemini-3-flash-preview", "gemini-3-flash"),
            ("x-ai/grok-4.5", "grok-4-5"),
            ("openrouter/qwen/qwen3-vl-plus:free", "qwen3-vl-plus"),
            ("Mistral-Small-Latest", "mistral-small"),
        ] {
            assert!(forms(written).iter().any(|f| f == bare), "{written}: {:?}", forms(written));
        }
    }

    #[test]
    fn versions_are_not_taken_for_dates() {
        assert_eq!(forms("claude-opus-4-1"), ["claude-opus-4-1"]);
        assert_eq!(forms("mistral-large-2512"), ["mistral-large-2512"]);
        assert_eq!(forms("gpt-4.1"), ["gpt-4-1"]);
    }

    #[test]
    fn odd_names_do_no_harm() {
        for odd in ["", "/", "//", ":", "@", "-", ".", "-latest", "-20250101", "us.", "é/ü", "a/"]
        {
            assert!(!forms(odd).is_empty());
        }
    }
}
