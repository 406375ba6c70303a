//! Byte-pair encoding by its definition: merge the pair of the lowest rank, the leftmost of equals,
//! until there is none.
//!
//! For pieces in which backtracking (`bpe.rs`) loses its way. It takes some 20 bytes for each byte of
//! the piece, and time that grows hardly faster than the piece.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use super::vocabulary::{NONE, Tables};

/// Where the pairs of one rank start. Mostly they are found from left to right, and a queue does;
/// the others go on a heap.
#[derive(Default)]
struct Places {
    in_order: Vec<u32>,
    taken: usize,
    late: BinaryHeap<Reverse<u32>>,
}

impl Places {
    fn push(&mut self, place: u32) {
        if self.in_order.last().is_none_or(|&last| last <= place) {
            self.in_order.push(place);
        } else {
            self.late.push(Reverse(place));
        }
    }

    fn pop(&mut self) -> Option<u32> {
        let first = self.in_order.get(self.taken).copied();
        let late = self.late.peek().map(|&Reverse(place)| place);
        if late.is_some_and(|late| first.is_none_or(|first| late < first)) {
            return self.late.pop().map(|Reverse(place)| place);
        }
        self.taken += usize::from(first.is_some());
        first
    }
}

/// A token of the piece, kept at its first byte. Merging takes the right one off the list.
#[derive(Clone, Copy)]
struct Node {
    token: u32,
    next: u32,
    previous: u32,
}

/// How many tokens a piece has.
pub fn count(tables: Tables<'_>, piece: &[u8]) -> u32 {
    let length = piece.len() as u32;
    let mut nodes: Vec<Node> = piece
        .iter()
        .zip(0..)
        .map(|(&byte, at): (_, u32)| Node {
            token: byte.into(),
            next: at + 1,
            previous: at.wrapping_sub(1),
        })
        .collect();
    // Beyond the end is a token that merges with nothing.
    nodes.push(Node { token: NONE, next: length, previous: length });
    let mut ranks: BTreeMap<u32, Places> = BTreeMap::new();
    for (pair, at) in piece.windows(2).zip(0..) {
        if let Some(rank) = tables.merged(pair[0].into(), pair[1].into()) {
            ranks.entry(rank).or_default().push(at);
        }
    }
    let mut count = length;
    while let Some((rank, mut places)) = ranks.pop_first() {
        let halves = tables.halves(rank);
        while let Some(at) = places.pop() {
            let node = nodes[at as usize];
            let right = nodes[node.next as usize];
            if (node.token, right.token) != halves {
                // One of the two has merged with something else since.
                continue;
            }
            count -= 1;
            nodes[node.next as usize].token = NONE;
            nodes[at as usize].token = rank;
            nodes[at as usize].next = right.next;
            let mut lowest = NONE;
            if right.next < length {
                let after = &mut nodes[right.next as usize];
                after.previous = at;
                if let Some(rank) = tables.merged(rank, after.token) {
                    ranks.entry(rank).or_default().push(at);
                    lowest = rank;
                }
            }
            if at > 0 {
                let before = nodes[node.previous as usize].token;
                if let Some(rank) = tables.merged(before, rank) {
                    ranks.entry(rank).or_default().push(node.previous);
                    lowest = lowest.min(rank);
                }
            }
            if lowest < rank {
                // Only in an irregular vocabulary: it goes first, then the rest of this rank.
                ranks.insert(rank, places);
                break;
            }
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::super::bpe::{self, Scratch};
    use super::super::{catalogue, merging};

    /// Backtracking, runs and merging must agree, whatever the piece; GLM has irregular tokens.
    #[test]
    fn merging_and_backtracking_agree() {
        const ALPHABETS: [&str; 6] = ["ab", "=-", "nie", "ệthoviê ", "аеинот", "的了我是不"];
        let mut state = 7_u64;
        let mut random = move |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) as usize % below
        };
        for name in ["o200k", "glm4", "llama3", "tekken"] {
            let exact = catalogue::exact(name).expect("a vocabulary");
            let vocabulary = exact.vocabulary();
            let mut scratch = Scratch::default();
            for round in 0..600 {
                let alphabet: Vec<char> = ALPHABETS[round % ALPHABETS.len()].chars().collect();
                let length = 1 + random(80);
                let piece: String = (0..length).map(|_| alphabet[random(alphabet.len())]).collect();
                let piece = piece.as_bytes();
                if vocabulary.is_whole_only(piece) {
                    continue;
                }
                let tables = vocabulary.tables();
                let count = bpe::count(vocabulary, tables, &mut scratch, piece, 0, piece.len());
                assert_eq!(count, merging::count(tables, piece), "{name} {piece:?}");
            }
        }
    }
}
