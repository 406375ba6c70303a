use super::*;

const NAME: &str = "mine.toml";

fn table() -> &'static ModelTable {
    ModelTable::embedded()
}

fn with(toml: &str) -> Result<ModelTable, ModelsError> {
    table().with_overrides(toml, NAME)
}

fn error(toml: &str) -> ModelsError {
    with(toml).expect_err(toml)
}

#[test]
fn the_default_model_is_there() {
    assert_eq!(table().default_model().id, "claude-fable-5");
    assert_eq!(table().iter().next().map(|model| &*model.id), Some("claude-fable-5"));
}

#[test]
fn the_bounds_and_the_profiles_are_not_resized() {
    for model in table() {
        for detail in &model.details {
            let Some([width, height]) = detail.max_page else {
                continue;
            };
            let count = detail.rule.count(width, height);
            let resized = count.expect("a bound is accepted").resized;
            assert_eq!(resized, None, "{} {}", model.id, detail.name);
        }
        if let Some(profile) = &model.default_profile {
            let [width, height] = profile.page;
            let bound = model.detail(None).unwrap().max_page.expect("a bound");
            let count = model.count(None, width, height).unwrap();
            let scales_all = model.family == "gemini-3";
            assert!(count.resized.is_none() || scales_all, "{}", model.id);
            assert!(width * height <= bound[0] * bound[1], "{}", model.id);
        }
    }
}

#[test]
fn a_larger_square_would_be_resized() {
    for model in table() {
        for detail in &model.details {
            let (Some([width, height]), Some(patch)) = (detail.max_page, model.patch) else {
                continue;
            };
            // Grok's cap is not known; LLaVA interpolates features, not pixels.
            if matches!(model.family.as_str(), "grok" | "llava") || width != height {
                continue;
            }
            let larger = detail.rule.count(width + patch, height + patch);
            let kept = larger.is_ok_and(|count| count.resized.is_none());
            assert!(!kept || detail.rule.family() == "flat", "{} {}", model.id, detail.name);
        }
    }
}

#[test]
fn names_come_in_many_spellings() {
    for (written, id) in [
        ("claude-fable-5", "claude-fable-5"),
        ("Claude-Fable-5", "claude-fable-5"),
        ("anthropic/claude-opus-4.8", "claude-opus-4-8"),
        ("claude-sonnet-4-5-20250929", "claude-sonnet-4-5"),
        ("anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-sonnet-4-5"),
        ("us.anthropic.claude-opus-4-6-v1:0", "claude-opus-4-6"),
        ("claude-haiku-4-5@20251001", "claude-haiku-4-5"),
        ("claude-3-5-sonnet-latest", "claude-3-5-sonnet"),
        ("claude-sonnet-4-20250514", "claude-sonnet-4"),
        ("openai/gpt-5.4-2026-03-05", "gpt-5.4"),
        ("gpt-4o-2024-08-06", "gpt-4o"),
        ("gpt-5-chat-latest", "gpt-5"),
        ("google/gemini-3.6-flash", "gemini-3.6-flash"),
        ("models/gemini-2.5-pro-preview-06-05", "gemini-2.5-pro"),
        ("gemini-3-flash", "gemini-3-flash-preview"),
        ("x-ai/grok-4.5", "grok-4.5"),
        ("xai/grok-4.20-0309-reasoning", "grok-4.20-0309-reasoning"),
        ("amazon-nova/nova-lite-v1", "nova-lite-v1"),
        ("us.amazon.nova-pro-v1:0", "nova-pro-v1"),
        ("amazon.nova-2-lite-v1:0", "nova-2-lite"),
        ("qwen/qwen3-vl-235b-a22b-instruct", "qwen3-vl"),
        ("qwen3-vl-plus", "dashscope/qwen3-vl-plus"),
        ("qwen2.5-vl-72b-instruct", "dashscope/qwen2.5-vl-72b-instruct"),
        ("deepseek/deepseek-v4-flash", "deepseek-flash"),
        ("moonshotai/kimi-k2.5", "kimi-k2.5"),
        ("zai/glm-4.5v", "glm-4.5v"),
        ("minimax/MiniMax-M3", "minimax-m3"),
        ("mistralai/pixtral-12b", "pixtral-12b"),
        ("mistral-small", "mistral-small-latest"),
        ("meta-llama/llama-4-scout:free", "llama-4"),
        ("gemini/gemma-4-31b-it", "gemma-4-31b-it"),
    ] {
        assert_eq!(table().find(written).map(|model| &*model.id), Ok(id), "{written}");
    }
}

#[test]
fn interfaces_are_told_their_own_names() {
    for (asked, name) in [
        ("Claude-Fable-5", "claude-fable-5"),
        ("anthropic/claude-opus-4.8", "claude-opus-4-8"),
        ("claude-sonnet-4-5-20250929", "claude-sonnet-4-5-20250929"),
        ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-sonnet-4-5"),
        ("claude-haiku-4-5@20251001", "claude-haiku-4-5"),
        ("claude-opus-4", "claude-opus-4-0"),
        ("claude-4-opus", "claude-opus-4-0"),
        ("claude-3-5-sonnet-latest", "claude-3-5-sonnet-latest"),
        ("openai/gpt-5.4-2026-03-05", "gpt-5.4-2026-03-05"),
        ("gpt-5-chat-latest", "gpt-5-chat-latest"),
        ("models/gemini-2.5-pro-preview-06-05", "gemini-2.5-pro-preview-06-05"),
        ("gemini-3-flash", "gemini-3-flash-preview"),
        ("qwen3.8-max", "qwen3.8-max"),
        ("dashscope/qwen3.8-max", "qwen3.8-max"),
        ("qwen-vl-plus", "qwen-vl-plus"),
        ("minimax-m3", "MiniMax-M3"),
    ] {
        assert_eq!(table().find(asked).unwrap().api_name(asked), name, "{asked}");
    }
    let odd = table().default_model();
    for asked in ["", "é", "claude-fable-é", "/", "-", "claude-fable-5é"] {
        assert_eq!(odd.api_name(asked), "claude-fable-5");
    }
}

#[test]
fn every_id_and_alias_finds_its_own_model() {
    for model in table() {
        for name in std::iter::once(&model.id).chain(&model.aliases) {
            assert_eq!(table().find(name).map(|found| &found.id), Ok(&model.id), "{name}");
        }
    }
}

#[test]
fn an_unknown_name_is_answered_with_the_nearest() {
    let unknown = table().find("claude-fabel-5").unwrap_err();
    assert_eq!(unknown.nearest.len(), 3);
    assert_eq!(unknown.nearest[0], "claude-fable-5");
    let unknown = table().find("openai/gpt-6.3-sol").unwrap_err();
    assert!(unknown.nearest.iter().all(|id| id.ends_with("-sol")), "{unknown}");
    for odd in ["", "/", "🐟", "a".repeat(10_000).as_str()] {
        assert_eq!(table().find(odd).unwrap_err().nearest.len(), 3);
    }
}

#[test]
fn every_priced_model_is_findable_under_its_bare_name() {
    let priced = "gpt-4o gpt-4o-mini gpt-4.1 gpt-4.1-mini gpt-4.1-nano o1 o3 o4-mini gpt-5 gpt-5-mini \
        gpt-5-nano gpt-5.1 gpt-5.2 gpt-5.4 gpt-5.4-mini gpt-5.4-nano gpt-5.5 gpt-5.6-sol gpt-5.6-terra \
        gpt-5.6-luna gpt-6-astra gpt-6-sol gpt-6-luna gpt-6.1-sol gpt-6.2-sol claude-haiku-4-5 \
        claude-haiku-5-5 claude-sonnet-4-5 claude-sonnet-4-6 claude-sonnet-5 claude-sonnet-5-5 \
        claude-opus-4-5 claude-opus-4-6 claude-opus-4-7 claude-opus-4-8 claude-opus-5 claude-opus-5-5 \
        claude-fable-5 claude-fable-5-1 claude-mythos-5 claude-mythos-5-1 gemini-2.5-flash \
        gemini-2.5-flash-lite gemini-2.5-pro gemini-3-flash-preview gemini-3.1-pro-preview \
        gemini-3.1-flash-lite gemini-3.5-flash gemini-3.5-flash-lite gemini-3.6-flash gemini-3.7-flash \
        gemini-3.8-flash gemini-4-argon gemma-4-31b-it grok-4.20-0309-reasoning grok-4.3 grok-4.5 grok-4.6 \
        grok-4.7 nova-lite-v1 nova-pro-v1 nova-premier-v1 amazon.nova-2-lite-v1:0 \
        amazon.nova-2-pro-preview-20251202-v1:0 mistral-large-4 mistral-large-2512 mistral-medium-3-5 \
        mistral-medium-latest mistral-small-latest mistral-small-2603 ministral-8b-2512 ministral-14b-2512 \
        pixtral-large-latest qwen3-vl-plus qwen3.5-plus qwen3.7-plus qwen3.8-max qwen3.8-flash \
        deepseek-flash deepseek-v4-flash deepseek-v4-flash-vision-exp kimi-k2.5 kimi-k2.6 kimi-k3 glm-4.5v \
        glm-5.3-flash MiniMax-M3";
    for name in priced.split_whitespace() {
        let model = table().find(name).expect(name);
        let price = model.price.as_ref().expect(name);
        assert!(price.date.is_some() && price.source.is_some(), "{name}");
        assert!(model.context.is_some() || name == "gpt-6.2-sol", "{name}");
    }
}

#[test]
fn long_requests_cost_more() {
    let model = table().find("gpt-6-astra").unwrap();
    assert_eq!(model.cost(100_000), Some(1.0));
    assert_eq!(model.cost(272_000), Some(2.72));
    assert_eq!(model.cost(300_000), Some(6.0));
    assert_eq!(table().find("o1-pro").unwrap().cost(1), None);
}

#[test]
fn details_are_found_without_case_and_default_when_not_given() {
    let model = table().find("gpt-6-astra").unwrap();
    assert_eq!(model.detail(None).unwrap().name, "auto");
    assert_eq!(model.detail(Some("HIGH")).unwrap().name, "high");
    let gemini = table().find("gemini-3.6-flash").unwrap();
    assert_eq!(gemini.detail(Some("auto")).unwrap().name, "high");
    let unknown = gemini.detail(Some("huge")).unwrap_err();
    assert_eq!(
        unknown.to_string(),
        "gemini-3.6-flash has no detail `huge`; it has high, medium, low, ultra_high"
    );
}

#[test]
fn exactness_follows_model_and_detail() {
    let exact =
        |id: &str, detail| table().find(id).unwrap().count(detail, 1000, 1000).unwrap().exact;
    assert!(exact("claude-fable-5", None));
    assert!(exact("gemini-3.6-flash", None));
    assert!(!exact("gemini-3.6-flash", Some("low")));
    assert!(!exact("gpt-6.1-sol", None));
    assert!(!exact("nova-lite-v1", None));
    assert!(!exact("gemini-2.5-pro", None));
}

#[test]
fn a_model_of_a_known_family_is_a_few_lines() {
    let table = with(
        r#"
        [[model]]
        id = "acme-1"
        like = "claude-fable-5"
        aliases = ["acme"]
        price = { input = 3 }
        "#,
    )
    .unwrap();
    let model = table.find("acme/ACME").unwrap();
    let count = model.count(None, 1568, 728).unwrap();
    assert_eq!((count.tokens, count.exact), (1456, false));
    assert_eq!(model.cost(1_000_000), Some(3.0));
    assert_eq!(model.price.as_ref().unwrap().date, None);
    assert_eq!(model.vision.note.as_deref(), Some("assumed to count like claude-fable-5"));
    assert!(model.default_profile.is_none() && model.eyesight.evidence.is_none());
    assert_eq!(table.iter().last().map(|model| &*model.id), Some("acme-1"));
    assert_eq!(table.default_model().id, "claude-fable-5");
}

#[test]
fn a_family_and_a_default_of_the_users_own() {
    let table = with(
        r#"
        default_model = "tiny-7b"
        [[family]]
        id = "tiny"
        vendor = "me"
        details = [{ name = "one", rule.patch = { px = 16, percent = 100 } }]
        [[model]]
        id = "me/tiny-7b"
        like = "tiny"
        "#,
    )
    .unwrap();
    assert_eq!(table.default_model().id, "me/tiny-7b");
    assert_eq!(table.default_model().count(None, 32, 17).unwrap().tokens, 4);
}

#[test]
fn a_known_id_is_overridden_key_by_key() {
    let table = with(
        r#"
        [[model]]
        id = "claude-fable-5"
        price = { input = 1 }
        limits = { images = 7 }
        "#,
    )
    .unwrap();
    let (old, new) = (super::ModelTable::embedded().default_model(), table.default_model());
    assert_eq!(new.cost(1_000_000), Some(1.0));
    assert_eq!((new.limits.images, new.limits.max_side), (Some(7), Some(8000)));
    assert_eq!((&new.details, &new.eyesight), (&old.details, &old.eyesight));
    assert_eq!(table.iter().len(), super::ModelTable::embedded().iter().len());
    assert_eq!(table.iter().next().map(|model| &*model.id), Some("claude-fable-5"));
}

#[test]
fn a_bad_file_is_reported_with_line_and_key() {
    let place = |toml: &str| {
        let error = error(toml);
        assert_eq!(error.file, NAME);
        (error.line, error.key)
    };
    let key = |key: &str| Some(key.to_owned());
    assert_eq!(place("[[model]]\nid = \"x\"\nprize = 1\n"), (3, key("prize")));
    assert_eq!(place("[[model]]\nid = \"x\"\ncontext = \"big\"\n"), (3, key("context")));
    assert_eq!(place("[[model]]\nid = \"x\"\nlike = \"nobody\"\n"), (3, key("like")));
    assert_eq!(place("\n[[model]]\nid = \"x\"\n"), (3, key("details")));
    assert_eq!(place("default_model = \"nobody\"\n"), (1, key("default_model")));
    assert_eq!(
        place("[[model]]\nid = \"x\"\nlike = \"gpt-5\"\naliases = [\"o3\"]\n"),
        (2, key("aliases"))
    );
    assert_eq!(
        place("[[model]]\nid = \"x\"\nlike = \"gpt-5\"\nprice = { input = -1 }\n"),
        (2, key("price"))
    );
    assert_eq!(
        place("[[model]]\nid = \"x\"\nlike = \"gpt-5\"\ndefault_detail = \"huge\"\n"),
        (2, key("default_detail"))
    );
    let (line, key_found) = place(
        "[[model]]\nid = \"x\"\ndetails = [\n  { name = \"d\", rule.patch = { px = 0, percent = 1 } },\n]\n",
    );
    assert_eq!((line, key_found), (4, key("px")));
    let (line, _) =
        place("[[model]]\nid = \"x\"\ndetails = [\n  { name = \"d\", rule.nope = { } },\n]\n");
    assert_eq!(line, 4);
    assert_eq!(place("[[model]\n").0, 1);
    assert_eq!(
        error("[[model]]\nid = \"x\"\nprize = 1\n").to_string().split(',').next(),
        Some("mine.toml:3:1: `prize`: unknown field `prize`")
    );
}
