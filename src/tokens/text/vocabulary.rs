//! The tables that a vocabulary is counted with.
//!
//! | table | entry | what it answers |
//! |---|---|---|
//! | trie | 8 bytes a node | the longest token that starts a text |
//! | rows | 8 bytes a token | its two halves, and the longest shorter token that starts it |
//! | lengths | 2 bytes a token | |
//! | pairs | 4 bytes a slot | which token two tokens merge into |
//!
//! Entries are plain little-endian numbers in byte arrays, so that the tables of the default
//! vocabulary are used in place, in the binary, with nothing to load: 8 MB for o200k, of which
//! a one-page document touches a few hundred KB.

use std::borrow::Cow;
use std::collections::HashSet;

use super::merges::{FIRST_MERGE, Merges};
use super::trie::TrieBuilder;

/// Tokens and trie nodes are numbers of 21 bits, three to an entry; this one means none.
pub const NONE: u32 = (1 << BITS) - 1;
const BITS: u32 = 21;
/// Slots of the pair table hold a token and the top bits of the hash.
const EMPTY: u32 = u32::MAX;
/// Set in the length of a token that is, or holds, the merge of a token of a higher rank.
const IRREGULAR: u16 = 1 << 15;
/// The filter has a bit for each of 2^21 hashes: 256 KB, which stays in the second-level cache.
const FILTER_SHIFT: u32 = 64 - 21;
const MAGIC: &[u8; 8] = b"mfimage1";

type Table<const N: usize> = Cow<'static, [[u8; N]]>;

/// A vocabulary, ready to count with.
pub struct Vocabulary {
    trie: Table<8>,
    rows: Table<8>,
    lengths: Table<2>,
    pairs: Table<4>,
    byte_pairs: Table<4>,
    filter: Table<1>,
    whole_only: HashSet<Vec<u8>>,
    has_irregular: bool,
}

/// The tables as plain slices: what the inner loops hold.
#[derive(Clone, Copy)]
pub struct Tables<'a> {
    trie: &'a [[u8; 8]],
    rows: &'a [[u8; 8]],
    lengths: &'a [[u8; 2]],
    pairs: &'a [[u8; 4]],
    byte_pairs: &'a [[u8; 4]],
    pair_shift: u32,
    has_irregular: bool,
    filter: &'a [[u8; 1]],
}

/// An entry of three numbers.
pub fn triple(a: u32, b: u32, c: u32) -> [u8; 8] {
    (u64::from(a) | u64::from(b) << BITS | u64::from(c) << (2 * BITS)).to_le_bytes()
}

#[inline(always)]
fn field(entry: u64, number: u32) -> u32 {
    (entry >> (number * BITS)) as u32 & NONE
}

#[inline(always)]
fn pair_hash(left: u32, right: u32) -> u64 {
    (u64::from(left) << 32 | u64::from(right)).wrapping_mul(0x9E37_79B9_7F4A_7C15)
        ^ u64::from(left).wrapping_mul(0xD6E8_FEB8_6659_FD93).rotate_left(29)
}

impl<'a> Tables<'a> {
    /// The longest token that `text` starts with, and its length. Every byte is a token, so only
    /// the empty text has none.
    #[inline(never)]
    pub fn longest(&self, text: &[u8]) -> (u32, usize) {
        let mut node = 0u32;
        let mut base = field(u64::from_le_bytes(self.trie[0]), 0);
        let mut best = (NONE, 0);
        for (at, &byte) in text.iter().enumerate() {
            let child = base ^ u32::from(byte);
            let entry = u64::from_le_bytes(self.trie[child as usize]);
            if field(entry, 1) != node {
                break;
            }
            node = child;
            base = field(entry, 0);
            let token = field(entry, 2);
            if token != NONE {
                best = (token, at + 1);
            }
        }
        best
    }

    /// Length of a token in bytes.
    #[inline(always)]
    pub fn length(&self, token: u32) -> usize {
        usize::from(u16::from_le_bytes(self.lengths[token as usize]) & !IRREGULAR)
    }

    #[inline(always)]
    fn is_irregular(&self, token: u32) -> bool {
        u16::from_le_bytes(self.lengths[token as usize]) & IRREGULAR != 0
    }

    /// The longest token that is a proper prefix of this one, or `NONE`.
    #[inline(always)]
    pub fn shorter(&self, token: u32) -> u32 {
        field(u64::from_le_bytes(self.rows[token as usize]), 2)
    }

    /// The token that two tokens merge into, if it is below `limit`.
    #[inline(always)]
    fn merged_below(&self, left: u32, right: u32, limit: u32) -> Option<u32> {
        let hash = pair_hash(left, right);
        let bit = (hash >> FILTER_SHIFT) as usize;
        if self.filter[bit / 8][0] >> (bit % 8) & 1 == 0 {
            return None;
        }
        let tag = hash as u32 >> BITS;
        let mut slot = (hash >> self.pair_shift) as usize;
        loop {
            let entry = u32::from_le_bytes(self.pairs[slot]);
            if entry == EMPTY {
                return None;
            }
            // Only a token below the limit is worth the look at its row, another cache miss.
            let token = entry & NONE;
            if entry >> BITS == tag && token < limit {
                let row = u64::from_le_bytes(self.rows[token as usize]);
                if field(row, 0) == left && field(row, 1) == right {
                    return Some(token);
                }
            }
            slot += 1;
            if slot == self.pairs.len() {
                slot = 0;
            }
        }
    }

    /// Whether byte-pair encoding can leave these two tokens side by side.
    ///
    /// The merges on either side of the seam are undone from the last to the first; if at any
    /// moment the two parts at the seam would have merged before one of those undone, the seam
    /// would not be there. Of two equal merges the left one comes first, hence the `+ 1`.
    #[inline(never)]
    pub fn side_by_side(&self, mut left: u32, mut right: u32) -> bool {
        if self.has_irregular && (self.is_irregular(left) || self.is_irregular(right)) {
            return self.come_out(left, right);
        }
        let mut limit = NONE;
        loop {
            if left | right < FIRST_MERGE {
                let pair = (left << 8 | right) as usize;
                return u32::from_le_bytes(self.byte_pairs[pair]) >= limit;
            }
            if self.merged_below(left, right, limit).is_some() {
                return false;
            }
            // No branch on the side: it is as good as random, and a wrong guess costs more than
            // the whole step.
            let undo_left = left > right;
            let undone = if undo_left { left } else { right };
            let row = u64::from_le_bytes(self.rows[undone as usize]);
            limit = undone + u32::from(!undo_left);
            left = if undo_left { field(row, 1) } else { left };
            right = if undo_left { right } else { field(row, 0) };
        }
    }
}

impl Tables<'_> {
    /// Whether merges happen in the order of their ranks.
    pub fn is_regular(&self) -> bool {
        !self.has_irregular
    }

    /// The two tokens that a merged token is made of.
    #[inline(always)]
    pub fn halves(&self, token: u32) -> (u32, u32) {
        let row = u64::from_le_bytes(self.rows[token as usize]);
        (field(row, 0), field(row, 1))
    }

    /// The token that two tokens merge into.
    #[inline(always)]
    pub fn merged(&self, left: u32, right: u32) -> Option<u32> {
        if left | right < FIRST_MERGE {
            let pair = (left << 8 | right) as usize;
            let token = u32::from_le_bytes(self.byte_pairs[pair]);
            return (token != NONE).then_some(token);
        }
        self.merged_below(left, right, NONE)
    }

    /// Whether the bytes of two tokens, encoded by the definition, come out as these tokens.
    ///
    /// Where a token may be the merge of a later one, merges do not happen in the order of ranks,
    /// and cannot be undone in it. That is so for two thousand tokens of GLM and Llama 3.
    #[cold]
    fn come_out(&self, left: u32, right: u32) -> bool {
        let mut parts = Vec::new();
        let mut halves = vec![right, left];
        while let Some(token) = halves.pop() {
            if token < FIRST_MERGE {
                parts.push(token);
            } else {
                let row = u64::from_le_bytes(self.rows[token as usize]);
                halves.extend([field(row, 1), field(row, 0)]);
            }
        }
        let merge = |(at, pair): (usize, &[u32])| {
            let token = self.merged(pair[0], pair[1]).unwrap_or(NONE);
            (token, at)
        };
        while let Some((token, at)) = parts.windows(2).enumerate().map(merge).min()
            && token != NONE
        {
            parts[at] = token;
            parts.remove(at + 1);
        }
        parts == [left, right]
    }
}

impl Vocabulary {
    /// The tables to count with.
    pub fn tables(&self) -> Tables<'_> {
        Tables {
            trie: &self.trie,
            rows: &self.rows,
            lengths: &self.lengths,
            pairs: &self.pairs,
            byte_pairs: &self.byte_pairs,
            pair_shift: 64 - self.pairs.len().ilog2(),
            has_irregular: self.has_irregular,
            filter: &self.filter,
        }
    }

    /// Whether these bytes are a token that merges do not reach.
    #[inline]
    pub fn is_whole_only(&self, piece: &[u8]) -> bool {
        !self.whole_only.is_empty() && self.whole_only.contains(piece)
    }

    /// Builds the tables; `None` when the merges make no sense.
    pub fn build(merges: &Merges) -> Option<Self> {
        let spelling = merges.spelling()?;
        let irregular = irregular(&merges.pairs);
        let mut trie = TrieBuilder::new(&spelling);
        trie.build();
        let mut rows = Vec::with_capacity(spelling.len());
        let mut lengths = Vec::with_capacity(spelling.len());
        for token in 0..spelling.len() as u32 {
            let (left, right) = match token.checked_sub(FIRST_MERGE) {
                Some(merge) => merges.pairs[merge as usize],
                None => (token, token),
            };
            rows.push(triple(left, right, trie.shorter[token as usize]));
            let length = u16::try_from(spelling.of(token).len()).ok()?;
            if length >= IRREGULAR {
                return None;
            }
            let mark = if irregular[token as usize] { IRREGULAR } else { 0 };
            lengths.push((length | mark).to_le_bytes());
        }
        Some(Self {
            has_irregular: irregular.contains(&true),
            trie: Cow::Owned(trie.nodes.iter().map(|entry| entry.to_le_bytes()).collect()),
            rows: Cow::Owned(rows),
            lengths: Cow::Owned(lengths),
            pairs: Cow::Owned(pair_table(&merges.pairs)),
            filter: Cow::Owned(filter(&merges.pairs)),
            byte_pairs: Cow::Owned(byte_pairs(&merges.pairs)),
            whole_only: merges.whole_only.iter().cloned().collect(),
        })
    }

    /// Writes the tables as one image that [`Vocabulary::from_image`] uses in place.
    #[allow(dead_code, reason = "for build.rs and the packer")]
    pub fn to_image(&self) -> Vec<u8> {
        let mut image = MAGIC.to_vec();
        for length in [
            self.trie.len(),
            self.rows.len(),
            self.lengths.len(),
            self.pairs.len(),
            self.byte_pairs.len(),
            self.filter.len(),
            usize::from(self.has_irregular),
        ] {
            image.extend((length as u64).to_le_bytes());
        }
        image.extend(self.trie.as_flattened());
        image.extend(self.rows.as_flattened());
        image.extend(self.lengths.as_flattened());
        image.extend(self.pairs.as_flattened());
        image.extend(self.byte_pairs.as_flattened());
        image.extend(self.filter.as_flattened());
        let mut whole_only: Vec<_> = self.whole_only.iter().collect();
        whole_only.sort();
        for token in whole_only {
            image.extend((token.len() as u16).to_le_bytes());
            image.extend(token);
        }
        image
    }

    /// Takes the tables from an image, without copying; `None` when it is not one.
    pub fn from_image(image: &'static [u8]) -> Option<Self> {
        fn table<const N: usize>(
            rest: &'static [u8],
            length: [u8; 8],
        ) -> Option<(Table<N>, &'static [u8])> {
            let length = usize::try_from(u64::from_le_bytes(length)).ok()?;
            let (table, rest) = rest.split_at_checked(length.checked_mul(N)?)?;
            Some((Cow::Borrowed(table.as_chunks().0), rest))
        }
        let (lengths, rest) = image.strip_prefix(MAGIC)?.split_first_chunk::<56>()?;
        let lengths = lengths.as_chunks::<8>().0;
        let (trie, rest) = table(rest, lengths[0])?;
        let (rows, rest) = table(rest, lengths[1])?;
        let (token_lengths, rest) = table(rest, lengths[2])?;
        let (pairs, rest) = table(rest, lengths[3])?;
        let (byte_pairs, rest) = table(rest, lengths[4])?;
        let (filter, mut rest) = table(rest, lengths[5])?;
        let mut whole_only = HashSet::new();
        while let Some((length, after)) = rest.split_first_chunk() {
            let (token, after) = after.split_at_checked(u16::from_le_bytes(*length).into())?;
            whole_only.insert(token.to_vec());
            rest = after;
        }
        Some(Self {
            filter,
            trie,
            rows,
            lengths: token_lengths,
            pairs,
            byte_pairs,
            whole_only,
            has_irregular: lengths[6] != [0; 8],
        })
    }
}

/// Which tokens are, or hold, the merge of a token of a higher rank.
fn irregular(pairs: &[(u32, u32)]) -> Vec<bool> {
    let mut irregular = vec![false; FIRST_MERGE as usize + pairs.len()];
    let mut changed = true;
    while changed {
        changed = false;
        for (&(left, right), token) in pairs.iter().zip(FIRST_MERGE..) {
            let is = left > token
                || right > token
                || irregular[left as usize]
                || irregular[right as usize];
            changed |= is && !irregular[token as usize];
            irregular[token as usize] |= is;
        }
    }
    irregular
}

fn filter(pairs: &[(u32, u32)]) -> Vec<[u8; 1]> {
    let mut filter = vec![[0]; 1 << (61 - FILTER_SHIFT)];
    for &(left, right) in pairs {
        let bit = (pair_hash(left, right) >> FILTER_SHIFT) as usize;
        filter[bit / 8][0] |= 1 << (bit % 8);
    }
    filter
}

fn byte_pairs(pairs: &[(u32, u32)]) -> Vec<[u8; 4]> {
    let mut table = vec![NONE.to_le_bytes(); 1 << 16];
    for (merge, &(left, right)) in pairs.iter().enumerate() {
        if left | right < FIRST_MERGE {
            table[(left << 8 | right) as usize] = (FIRST_MERGE + merge as u32).to_le_bytes();
        }
    }
    table
}

fn pair_table(pairs: &[(u32, u32)]) -> Vec<[u8; 4]> {
    let size = (pairs.len() + pairs.len() / 8).next_power_of_two().max(2);
    let shift = 64 - size.ilog2();
    let mut table = vec![EMPTY; size];
    for (merge, &(left, right)) in pairs.iter().enumerate() {
        let hash = pair_hash(left, right);
        let mut slot = (hash >> shift) as usize;
        while table[slot] != EMPTY {
            slot = (slot + 1) % size;
        }
        table[slot] = (FIRST_MERGE + merge as u32) | (hash as u32) >> BITS << BITS;
    }
    table.iter().map(|entry| entry.to_le_bytes()).collect()
}
