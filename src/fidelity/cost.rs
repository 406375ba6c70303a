//! What it would cost to have pages read by a model, worked out before it is asked.

use serde::Serialize;

use crate::error::{Error, Result};
use crate::tokens::models::Model;
use crate::tokens::text;

/// What reading pages would cost: an estimate, because a model need not write what it should.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Cost {
    /// Pages to be read.
    pub pages: usize,
    /// Tokens of the pages, what comes with each, and the prompt.
    pub input_tokens: u64,
    /// Tokens of the text, written out without a mistake or a thought.
    pub output_tokens: u64,
    /// Dollars; `None` where the model's price for input or output is not known.
    pub usd: Option<f64>,
}

/// Works out what it costs to have a model read pages, one request a page: of each its width and
/// height in px and its text as drawn.
///
/// # Errors
/// A tokenizer that cannot be loaded, and pages that the model does not take.
pub fn cost<'a>(
    model: &Model,
    detail: Option<&str>,
    prompt: &str,
    pages: impl IntoIterator<Item = (u32, u32, &'a str)>,
) -> Result<Cost> {
    let counter = text::load(&model.tokenizer)?;
    let around = model.tokens_around_image() + counter.count(prompt);
    let mut cost = Cost { usd: Some(0.0), ..Cost::default() };
    for (width, height, text) in pages {
        let count = model.count(detail, width, height);
        let count = count.map_err(|source| Error::Vision { model: model.id.clone(), source })?;
        let (input, output) = (count.tokens + around, counter.count(text));
        cost.pages += 1;
        cost.input_tokens += input;
        cost.output_tokens += output;
        let price = model.price.as_ref();
        let written = price.and_then(|price| price.output).map(|rate| output as f64 * rate / 1e6);
        let usd = model.cost(input).zip(written).map(|(input, output)| input + output);
        cost.usd = cost.usd.zip(usd).map(|(sum, usd)| sum + usd);
    }
    Ok(cost)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::models::ModelTable;

    #[test]
    fn every_page_is_a_request_and_its_text_an_answer() {
        let toml = "[[model]]\nid = \"priced\"\nlike = \"gpt-4o\"\nprice = { input = 2.0, output = 8.0 }\n\
                    [[model]]\nid = \"half-priced\"\nlike = \"gpt-4o\"\nprice = { input = 2.0 }\n";
        let table = ModelTable::embedded().with_overrides(toml, "t").unwrap();
        let model = table.find("priced").unwrap();
        let page = (512, 512, "hello hello hello");
        let one = cost(model, None, "Read.", [page]).unwrap();
        let image = model.count(None, 512, 512).unwrap().tokens + model.tokens_around_image();
        assert_eq!((one.pages, one.input_tokens, one.output_tokens), (1, image + 2, 3));
        let usd = (image + 2) as f64 * 2e-6 + 3.0 * 8e-6;
        assert!((one.usd.unwrap() - usd).abs() < 1e-12);
        let two = cost(model, None, "Read.", [page, page]).unwrap();
        assert_eq!((two.pages, two.output_tokens), (2, 6));
        assert!((two.usd.unwrap() - 2.0 * usd).abs() < 1e-12);
        let unknown = cost(table.find("half-priced").unwrap(), None, "Read.", [page]).unwrap();
        assert_eq!((unknown.output_tokens, unknown.usd), (3, None));
    }
}
