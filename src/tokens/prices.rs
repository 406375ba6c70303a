//! What input tokens cost: dollars per million, with the surcharges for long requests.

use serde::{Deserialize, Serialize};

/// The price of a model's input, in US dollars per million tokens. Images are billed at the text
/// rate by every model in the table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// Input tokens.
    pub input: f64,
    /// Output tokens, where known.
    #[serde(default)]
    pub output: Option<f64>,
    /// Input tokens read from the provider's cache, where known.
    #[serde(default)]
    pub cached: Option<f64>,
    /// Prices for longer requests, shortest first.
    #[serde(default)]
    pub above: Vec<LongContext>,
    /// When the price was read, `YYYY-MM`; the table's date unless given.
    #[serde(default)]
    pub date: Option<String>,
    /// Where the price was read; the table's source unless given.
    #[serde(default)]
    pub source: Option<String>,
    /// What else there is to know, such as an introductory price's end.
    #[serde(default)]
    pub note: Option<String>,
}

/// The price of a request with more than so many input tokens. It applies to the whole request,
/// not only to the tokens above.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LongContext {
    /// Requests with more input tokens than this pay this price.
    pub tokens: u64,
    /// Dollars per million input tokens.
    pub input: f64,
    /// Dollars per million cached input tokens; as for short requests unless given.
    #[serde(default)]
    pub cached: Option<f64>,
}

impl Price {
    /// Dollars for a request of `tokens` input tokens, none of them cached.
    pub fn cost(&self, tokens: u64) -> f64 {
        self.share(tokens, tokens)
    }

    /// Dollars for `part` of the input tokens of a request that has `request` of them in all:
    /// the whole request decides whether the price for long ones applies.
    pub fn share(&self, part: u64, request: u64) -> f64 {
        dollars(part, self.input_rate(request))
    }

    /// Dollars for `part` of the input tokens of a request of `request` when they are read from
    /// the cache. `None` where the price of that is not known.
    pub fn cached_share(&self, part: u64, request: u64) -> Option<f64> {
        let rate = self.step(request).and_then(|step| step.cached).or(self.cached);
        rate.map(|rate| dollars(part, rate))
    }

    /// Dollars per million input tokens for a request of `request` input tokens.
    pub fn input_rate(&self, request: u64) -> f64 {
        self.step(request).map_or(self.input, |step| step.input)
    }

    fn step(&self, request: u64) -> Option<&LongContext> {
        let reached = self.above.iter().filter(|step| request > step.tokens);
        reached.max_by_key(|step| step.tokens)
    }

    /// Every rate in the price, for checking.
    pub(crate) fn rates(&self) -> impl Iterator<Item = f64> {
        let long = self.above.iter().flat_map(|step| [Some(step.input), step.cached]);
        [Some(self.input), self.output, self.cached].into_iter().chain(long).flatten()
    }
}

fn dollars(tokens: u64, per_million: f64) -> f64 {
    tokens as f64 * per_million / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tiered() -> Price {
        let step = |tokens, input| LongContext { tokens, input, cached: None };
        Price {
            input: 0.2,
            output: None,
            cached: Some(0.1),
            above: vec![step(32_000, 0.3), step(128_000, 0.6)],
            date: None,
            source: None,
            note: None,
        }
    }

    #[test]
    fn the_whole_request_pays_the_step_it_reaches() {
        let price = tiered();
        assert_eq!(price.cost(0), 0.0);
        assert_eq!(price.input_rate(32_000), 0.2);
        assert_eq!(price.input_rate(32_001), 0.3);
        assert_eq!(price.input_rate(128_001), 0.6);
        assert!((price.cost(1_000_000) - 0.6).abs() < 1e-12);
        assert!((price.share(1_000_000, 100_000) - 0.3).abs() < 1e-12);
    }

    #[test]
    fn cached_input_keeps_its_price_unless_the_step_has_one() {
        let price = tiered();
        assert_eq!(price.cached_share(1_000_000, 200_000), Some(0.1));
        let unknown = Price { cached: None, ..tiered() };
        assert_eq!(unknown.cached_share(1, 1), None);
    }
}
