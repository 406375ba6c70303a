//! Counting runs of one byte: rulers, indentation, a megabyte of one letter.
//!
//! Vocabularies have tokens for them of odd lengths (96, 64, 38, 32, …), among which backtracking
//! loses its way, and merging one by one is slow. Here a run is a few runs of tokens, and each merge
//! halves one of them.

use super::vocabulary::Tables;

/// Runs shorter than this are left to backtracking.
const LEAST: usize = 24;

/// How many tokens a piece has, if it is such a run.
///
/// That the merges of one rank are all done before the next is so in a regular vocabulary only.
pub fn count(tables: Tables<'_>, piece: &[u8]) -> Option<u32> {
    let byte = piece[0];
    if piece.len() < LEAST || !tables.is_regular() || piece.iter().any(|&other| other != byte) {
        return None;
    }
    let mut runs = vec![(u32::from(byte), piece.len())];
    while let Some((merged, pair)) = lowest(tables, &runs) {
        runs = merge(&runs, merged, pair);
    }
    Some(runs.iter().map(|run| run.1 as u32).sum())
}

/// The pair that merges first, and what into.
fn lowest(tables: Tables<'_>, runs: &[(u32, usize)]) -> Option<(u32, (u32, u32))> {
    let within = runs.iter().filter(|run| run.1 > 1).map(|run| (run.0, run.0));
    let between = runs.windows(2).map(|runs| (runs[0].0, runs[1].0));
    within.chain(between).filter_map(|pair| Some((tables.merged(pair.0, pair.1)?, pair))).min()
}

/// Merges every such pair, from the left.
fn merge(runs: &[(u32, usize)], merged: u32, (left, right): (u32, u32)) -> Vec<(u32, usize)> {
    let mut after: Vec<(u32, usize)> = Vec::with_capacity(runs.len() + 2);
    let mut push = |token: u32, count: usize| match after.last_mut() {
        _ if count == 0 => {}
        Some(last) if last.0 == token => last.1 += count,
        _ => after.push((token, count)),
    };
    let mut taken = 0;
    for (at, &(token, count)) in runs.iter().enumerate() {
        let count = count - taken;
        taken = 0;
        let next = runs.get(at + 1).map(|run| run.0);
        if token != left || count == 0 {
            push(token, count);
        } else if left == right {
            push(merged, count / 2);
            push(token, count % 2);
        } else if next == Some(right) {
            push(token, count - 1);
            push(merged, 1);
            taken = 1;
        } else {
            push(token, count);
        }
    }
    after
}
