//! The golden vectors: what reference implementations and interfaces count for images of many
//! sizes, and sizes that must be refused.

use microfiche::tokens::models::ModelTable;
use microfiche::tokens::vision::VisionCount;
use serde::Deserialize;

#[derive(Deserialize)]
struct File {
    vectors: Vec<Vector>,
}

#[derive(Deserialize, Debug)]
struct Vector {
    id: String,
    detail: Option<String>,
    width: u32,
    height: u32,
    tokens: u64,
    #[serde(default)]
    alt_tokens: Vec<u64>,
    feature_tokens: Option<u64>,
    template_tokens: Option<u32>,
    billed_tokens: Option<u64>,
    confidence: String,
}

#[derive(Deserialize, Debug)]
struct Refused {
    id: String,
    detail: Option<String>,
    width: u32,
    height: u32,
    error: String,
}

/// Confidences under which the reference itself is open between several counts.
const OPEN: [&str; 2] = ["rounding-ambiguous", "tie-depends-on-CPython-set-order"];

fn check(vector: &Vector) -> Result<(), String> {
    let model = ModelTable::embedded().find(&vector.id).map_err(|error| error.to_string())?;
    let count: VisionCount = model
        .count(vector.detail.as_deref(), vector.width, vector.height)
        .map_err(|error| error.to_string())?;
    let open = OPEN.contains(&&*vector.confidence);
    let same = count.tokens == vector.tokens || (open && vector.alt_tokens.contains(&count.tokens));
    if !same {
        return Err(format!("tokens {}", count.tokens));
    }
    let features = count.features.unwrap_or(count.tokens);
    if vector.feature_tokens.is_some_and(|wanted| wanted != features) {
        return Err(format!("features {features}"));
    }
    if vector.template_tokens.is_some_and(|wanted| wanted != model.template_tokens) {
        return Err(format!("template tokens {}", model.template_tokens));
    }
    let billed = count.tokens + u64::from(model.overhead.tokens);
    if vector.billed_tokens.is_some_and(|wanted| wanted != billed) {
        return Err(format!("billed {billed}"));
    }
    if vector.confidence == "published-algorithm" && !count.exact {
        return Err("all roundings agree, and yet not exact".to_owned());
    }
    Ok(())
}

#[test]
fn every_vector_is_counted() {
    let file: File = serde_json::from_str(include_str!("data/vision_tokens.json")).unwrap();
    assert!(file.vectors.len() > 2000);
    let wrong: Vec<String> = file
        .vectors
        .iter()
        .filter_map(|vector| check(vector).err().map(|why| format!("{why}: {vector:?}")))
        .collect();
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_refused_size_is_refused() {
    let all: Vec<Refused> =
        serde_json::from_str(include_str!("data/vision_token_errors.json")).unwrap();
    assert!(!all.is_empty());
    for refused in all {
        let model = ModelTable::embedded().find(&refused.id).unwrap();
        let count = model.count(refused.detail.as_deref(), refused.width, refused.height);
        let error = count.expect_err(&format!("{refused:?}")).to_string();
        assert!(error.starts_with("rejected: "), "{error}");
        if let Some((patches, _)) = refused.error.split_once(" patches") {
            assert!(error.starts_with(patches), "{error} against {}", refused.error);
        }
    }
}
