//! Counting the tokens of one piece.

use super::vocabulary::{NONE, Tables, Vocabulary};
use super::{merging, runs};

/// What counting needs besides the vocabulary; kept between pieces, so that nothing is allocated
/// for most of them.
pub struct Scratch {
    memo: Vec<u128>,
    seams: Vec<u64>,
    tokens: Vec<(u32, u32)>,
    open: Vec<u64>,
}

/// Pieces shorter than this are remembered.
const MEMO_BYTES: usize = 15;
const MEMO_BITS: u32 = 14;
/// How many tokens may be tried for each byte, and for the piece, before backtracking gives up.
/// Prose needs half a try a byte, random letters one and a half.
const TRIES_A_BYTE: usize = 4;
const TRIES: usize = 400;
/// Seams before tokens at least this long are remembered.
const SEAM_BYTES: usize = 3;
const SEAM_BITS: u32 = 14;

impl Default for Scratch {
    fn default() -> Self {
        Self {
            memo: vec![0; 1 << MEMO_BITS],
            seams: vec![0; 1 << SEAM_BITS],
            tokens: Vec::new(),
            open: Vec::new(),
        }
    }
}

/// A short piece as a number: its bytes, and its length in bits 124 to 127. The count fits into
/// bits 120 to 123, as there are no more tokens than bytes.
#[inline(always)]
fn memo_key(text: &[u8], start: usize, length: usize) -> u128 {
    let bytes = match text[start..].first_chunk::<16>() {
        Some(&chunk) => u128::from_le_bytes(chunk) & (u128::MAX >> (128 - 8 * length as u32)),
        None => {
            let mut chunk = [0; 16];
            chunk[..length].copy_from_slice(&text[start..start + length]);
            u128::from_le_bytes(chunk)
        }
    };
    bytes | (length as u128) << 124
}

const COUNT_SHIFT: u32 = 120;
const COUNT_MASK: u128 = 0xF << COUNT_SHIFT;

#[inline(always)]
fn memo_slot(key: u128) -> usize {
    let mixed = (key as u64) ^ ((key >> 64) as u64).rotate_left(23);
    (mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - MEMO_BITS)) as usize
}

/// Tokens of the piece `text[start..end]`, which must not be empty.
///
/// Nine of ten pieces of prose are short words seen before. A direct-mapped memo of 16 Ki of them
/// (256 KB, which stays in the second-level cache) answers those.
#[inline(always)]
pub fn count(
    vocabulary: &Vocabulary,
    tables: Tables<'_>,
    scratch: &mut Scratch,
    text: &[u8],
    start: usize,
    end: usize,
) -> u32 {
    let length = end - start;
    if length == 1 {
        return 1;
    }
    if length >= MEMO_BYTES {
        // Fifteen bytes would leave no room for the count.
        return count_piece(vocabulary, tables, scratch, &text[start..end]);
    }
    let key = memo_key(text, start, length);
    let slot = memo_slot(key);
    let known = scratch.memo[slot];
    if known & !COUNT_MASK == key {
        return (known >> COUNT_SHIFT) as u32 & 0xF;
    }
    let count = count_piece(vocabulary, tables, scratch, &text[start..end]);
    scratch.memo[slot] = key | u128::from(count) << COUNT_SHIFT;
    count
}

/// Byte-pair encoding by backtracking, after the crate `bpe`: take the longest token that may
/// stand beside the one before, and when none does, go back one token and try a shorter.
///
/// A position that has led nowhere is struck from `open` and never tried again, so the work is
/// linear in the piece. But where a vocabulary has long tokens of one character repeated, it may try
/// a hundred tokens a byte: then the piece is counted by merging instead.
#[inline(never)]
fn count_piece(
    vocabulary: &Vocabulary,
    tables: Tables<'_>,
    scratch: &mut Scratch,
    piece: &[u8],
) -> u32 {
    let (mut token, mut length) = tables.longest(piece);
    if length == piece.len() || vocabulary.is_whole_only(piece) {
        return 1;
    }
    if let Some(count) = runs::count(tables, piece) {
        return count;
    }
    let Scratch { seams, tokens, open, .. } = scratch;
    tokens.clear();
    open.clear();
    open.resize(piece.len() / 64 + 1, u64::MAX);
    let mut at = 0;
    let mut tries = 0;
    loop {
        tries += 1;
        if tries > TRIES + TRIES_A_BYTE * piece.len().min(at + 64) {
            return merging::count(tables, piece);
        }
        let end = at + length;
        let last = tokens.last().map_or(NONE, |&(last, _)| last);
        if open[end / 64] >> (end % 64) & 1 == 1
            && (last == NONE || side_by_side(tables, seams, last, token, length))
        {
            tokens.push((token, end as u32));
            if end == piece.len() {
                return tokens.len() as u32;
            }
            at = end;
            (token, length) = tables.longest(&piece[at..]);
            continue;
        }
        let mut shorter = tables.shorter(token);
        while shorter == NONE {
            // Nothing fits after the last token: undo it, and go on below it.
            open[at / 64] &= !(1 << (at % 64));
            let (last, _) = tokens.pop().unwrap_or((0, 0));
            at = tokens.last().map_or(0, |&(_, end)| end as usize);
            shorter = tables.shorter(last);
        }
        token = shorter;
        length = tables.length(token);
    }
}

/// Whether two tokens may stand side by side, from memory if it was asked before.
///
/// To find out takes a step for every merge along the seam. Chinese gains a fifth by this memo, runs
/// of one character more. Short tokens are as quickly found out, and would only crowd the memo.
#[inline(always)]
fn side_by_side(
    tables: Tables<'_>,
    seams: &mut [u64],
    left: u32,
    right: u32,
    length: usize,
) -> bool {
    if length < SEAM_BYTES {
        return tables.side_by_side(left, right);
    }
    let key = u64::from(left) << 32 | u64::from(right) << 1;
    let slot = (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - SEAM_BITS)) as usize;
    let known = seams[slot];
    if known & !1 == key {
        return known & 1 == 1;
    }
    let answer = tables.side_by_side(left, right);
    seams[slot] = key | u64::from(answer);
    answer
}
