//! What a byte-pair vocabulary is, told in merges.
//!
//! A token is either a single byte or the merge of two other tokens, so a vocabulary is a list of
//! pairs. The list is smaller than the tokens' bytes (o200k: 728 KB deflated against 923 KB) and it
//! spares the loader the search for how each token splits.

use std::collections::HashMap;

/// Number of the first merged token: the single bytes come before, each under its own value.
pub const FIRST_MERGE: u32 = 256;

/// The longest token that is read from a file. The longest known are of 256 blanks.
const LONGEST: usize = 2048;

/// A byte-pair vocabulary as merges, in the order of their ranks.
///
/// Tokens are numbered anew: byte `b` is token `b`, merge `k` makes token `256 + k`. Only counts
/// leave this crate, never ids, so the vendor's own numbers are not kept. Nearly always a token's
/// halves come before it; a few of GLM's and Llama 3's have a half of a higher rank.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Merges {
    /// Left and right half of every merged token.
    pub pairs: Vec<(u32, u32)>,
    /// Tokens that no sequence of merges reaches. They count as one token only where they are a
    /// whole piece.
    pub whole_only: Vec<Vec<u8>>,
}

/// All tokens' bytes.
pub struct Spelling {
    bytes: Vec<u8>,
    /// Start and length of each token.
    spans: Vec<(u32, u32)>,
}

impl Spelling {
    /// The bytes of a token.
    pub fn of(&self, token: u32) -> &[u8] {
        let (start, length) = self.spans[token as usize];
        &self.bytes[start as usize..][..length as usize]
    }

    /// The same tokens in another order.
    pub fn in_order(&self, order: &[u32]) -> Self {
        let mut bytes = Vec::with_capacity(self.bytes.len());
        let spans = order.iter().map(|&token| {
            let start = bytes.len() as u32;
            bytes.extend_from_slice(self.of(token));
            (start, bytes.len() as u32 - start)
        });
        let spans = spans.collect();
        Self { bytes, spans }
    }

    /// How many tokens there are.
    pub fn len(&self) -> usize {
        self.spans.len()
    }
}

/// Why a list of tokens or merges is no vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MergesError {
    /// Some texts could not be encoded at all.
    #[error("no token for the byte {0:#04x}")]
    ByteMissing(u8),
    /// More than entries of 21 bits can tell apart.
    #[error("more than two million tokens")]
    TooMany,
    /// Longer than any vocabulary needs; to take it apart would take too long.
    #[error("a token of {0} bytes")]
    TooLong(usize),
}

impl Merges {
    /// The merges of tokens given in the order of their ranks, as in a `.tiktoken` file: any two
    /// neighbours that make a token may merge, those that make the lowest first.
    pub fn of_ranks(tokens: &[Vec<u8>]) -> Result<Self, MergesError> {
        let ranks: HashMap<&[u8], u32> = tokens.iter().map(|token| &token[..]).zip(0..).collect();
        Self::derive(tokens, |left, right, both| {
            debug_assert_eq!(left.len() + right.len(), both.len());
            ranks.get(both).copied()
        })
    }

    /// The merges of tokens where only the pairs of a list merge, those listed first before the
    /// others, as in a `tokenizer.json`.
    pub fn of_list(tokens: &[Vec<u8>], list: &[(Vec<u8>, Vec<u8>)]) -> Result<Self, MergesError> {
        let mut ranks: HashMap<(&[u8], &[u8]), u32> = HashMap::with_capacity(list.len());
        for ((left, right), rank) in list.iter().zip(0..) {
            ranks.entry((left, right)).or_insert(rank);
        }
        Self::derive(tokens, |left, right, _| ranks.get(&(left, right)).copied())
    }

    /// Takes every token apart and merges it again, which is what byte-pair encoding means by it;
    /// the last two parts are its halves.
    ///
    /// Wherever a token comes out of a longer text, the merges inside it were the same, for none of
    /// them looks beyond it. So a token has one pair of halves, however many pairs would spell it,
    /// and one that does not come together on its own never comes out.
    fn derive(
        tokens: &[Vec<u8>],
        rank: impl Fn(&[u8], &[u8], &[u8]) -> Option<u32>,
    ) -> Result<Self, MergesError> {
        let mut has = [false; 256];
        for token in tokens {
            if let [byte] = token[..] {
                has[usize::from(byte)] = true;
            }
        }
        if let Some(byte) = (0..=255).find(|&byte: &u8| !has[usize::from(byte)]) {
            return Err(MergesError::ByteMissing(byte));
        }
        if let Some(long) = tokens.iter().find(|token| token.len() > LONGEST) {
            return Err(MergesError::TooLong(long.len()));
        }
        let mut merges = Self::default();
        let mut reached = Vec::with_capacity(tokens.len());
        for token in tokens.iter().filter(|token| token.len() > 1) {
            match halves(token, &rank) {
                Some((rank, split)) => reached.push((rank, split, token)),
                None => merges.whole_only.push(token.clone()),
            }
        }
        reached.sort_unstable();
        reached.dedup();
        if reached.len() > (1 << 21) - 1000 {
            return Err(MergesError::TooMany);
        }
        let bytes: Vec<u8> = (0..=255).collect();
        let mut ids: HashMap<&[u8], u32> = bytes.chunks(1).zip(0..).collect();
        ids.extend(reached.iter().map(|&(_, _, token)| &token[..]).zip(FIRST_MERGE..));
        merges.pairs = reached
            .iter()
            .filter_map(|&(_, split, token)| {
                let (left, right) = token.split_at(split);
                Some((*ids.get(left)?, *ids.get(right)?))
            })
            .collect();
        Ok(merges)
    }

    /// What this vocabulary adds to one that it begins with; `None` when it does not.
    #[allow(dead_code, reason = "for build.rs and the packer")]
    pub fn beyond(&self, base: &Self) -> Option<Self> {
        Some(Self {
            pairs: self.pairs.strip_prefix(&base.pairs[..])?.to_vec(),
            whole_only: self.whole_only.strip_prefix(&base.whole_only[..])?.to_vec(),
        })
    }

    /// Spells out every token; `None` when the pairs go in circles.
    pub fn spelling(&self) -> Option<Spelling> {
        const NOT_YET: (u32, u32) = (0, 0);
        let mut bytes: Vec<u8> = (0..=255).collect();
        let mut spans: Vec<(u32, u32)> = (0..FIRST_MERGE).map(|byte| (byte, 1)).collect();
        spans.resize(spans.len() + self.pairs.len(), NOT_YET);
        let mut left_over: Vec<usize> = (0..self.pairs.len()).collect();
        while !left_over.is_empty() {
            let before = left_over.len();
            left_over.retain(|&merge| {
                let (left, right) = self.pairs[merge];
                let halves =
                    [left, right].map(|half| *spans.get(half as usize).unwrap_or(&NOT_YET));
                if halves.contains(&NOT_YET) {
                    return true;
                }
                let start = bytes.len();
                for (start, length) in halves {
                    let start = start as usize;
                    bytes.extend_from_within(start..start + length as usize);
                }
                spans[FIRST_MERGE as usize + merge] = (start as u32, (bytes.len() - start) as u32);
                false
            });
            if left_over.len() == before {
                return None;
            }
        }
        Some(Spelling { bytes, spans })
    }
}

/// The rank of a token's last merge and where it splits, or `None` when it does not come together.
fn halves(token: &[u8], rank: impl Fn(&[u8], &[u8], &[u8]) -> Option<u32>) -> Option<(u32, usize)> {
    let mut bounds: Vec<usize> = (0..=token.len()).collect();
    loop {
        // `min` takes the first of equals, and byte-pair encoding the leftmost.
        let (rank, at) = bounds
            .windows(3)
            .zip(1..)
            .filter_map(|(bounds, at)| {
                let (from, seam, to) = (bounds[0], bounds[1], bounds[2]);
                let rank = rank(&token[from..seam], &token[seam..to], &token[from..to])?;
                Some((rank, at))
            })
            .min()?;
        if bounds.len() == 3 {
            return Some((rank, bounds[1]));
        }
        bounds.remove(at);
    }
}
