//! Which strings are substrings of others.
//!
//! Every string is read once for each length that a string it may hold has: a hash of the bytes in
//! a window of that length tells nearly always that nothing is there. So the work is the bytes of
//! all strings times the number of different lengths, never pairs of strings. Strings longer than
//! [`HEAD`] are looked for only where their first bytes stand.

use std::collections::HashMap;

/// For each string, whether another one of the set holds it. The strings are distinct.
pub(crate) fn covered(strings: &[&str]) -> Vec<bool> {
    held_by(strings, &vec![true; strings.len()])
}

/// For each string, whether one of those set in `holders`, other than itself, holds it. The strings
/// are distinct.
pub(crate) fn held_by(strings: &[&str], holders: &[bool]) -> Vec<bool> {
    let longest = strings.iter().map(|string| string.len()).max().unwrap_or(0);
    let mut search = Search::new(strings, longest);
    let mut held = vec![false; strings.len()];
    for (holder, _) in strings.iter().zip(holders).filter(|(_, holds)| **holds) {
        search.read(strings, holder.as_bytes(), &mut held);
    }
    held
}

/// Odd, so that no byte is lost when it is multiplied in.
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

/// Bytes by which long strings are looked for.
const HEAD: usize = 64;

/// The strings that nobody holds yet.
struct Search {
    /// By hash; a string leaves when it is held.
    by_hash: HashMap<u64, Vec<u32>>,
    /// How many hashes fall into each slot: most windows find an empty one.
    slots: Vec<u8>,
    /// Whether a long string begins with a hash that falls into the slot.
    heads: Vec<bool>,
    shift: u32,
    /// Lengths with a string left, and how many.
    lengths: Vec<(usize, u32)>,
    powers: Vec<u64>,
    prefixes: Vec<u64>,
}

impl Search {
    fn new(strings: &[&str], longest: usize) -> Self {
        let mut powers = vec![1_u64; longest + 1];
        for i in 0..longest {
            powers[i + 1] = powers[i].wrapping_mul(FACTOR);
        }
        let size = (strings.len() * 64).next_power_of_two().clamp(64, 1 << 22);
        let mut search = Self {
            by_hash: HashMap::with_capacity(strings.len()),
            slots: vec![0; size],
            heads: vec![false; size],
            shift: 64 - size.trailing_zeros(),
            lengths: Vec::new(),
            powers,
            prefixes: Vec::new(),
        };
        let mut counts = vec![0_u32; longest + 1];
        for (index, string) in strings.iter().enumerate() {
            let hash = string.bytes().fold(0, step);
            search.by_hash.entry(hash).or_default().push(index as u32);
            let slot = search.slot(hash);
            search.slots[slot] = search.slots[slot].saturating_add(1);
            counts[string.len()] += 1;
            if string.len() > HEAD {
                let head = search.slot(string.bytes().take(HEAD).fold(0, step));
                search.heads[head] = true;
            }
        }
        search.lengths = counts.into_iter().enumerate().filter(|(_, count)| *count > 0).collect();
        search
    }

    fn slot(&self, hash: u64) -> usize {
        (hash.wrapping_mul(FACTOR) >> self.shift) as usize
    }

    /// Marks what a string holds.
    fn read(&mut self, strings: &[&str], holder: &[u8], held: &mut [bool]) {
        self.prefixes.clear();
        self.prefixes.push(0);
        let mut hash = 0;
        for &byte in holder {
            hash = step(hash, byte);
            self.prefixes.push(hash);
        }
        let mut emptied = false;
        let short = self.lengths.partition_point(|(length, _)| *length <= HEAD);
        for at in 0..short {
            let (length, _) = self.lengths[at];
            if length >= holder.len() {
                break;
            }
            for start in 0..=holder.len() - length {
                emptied |= self.look(strings, holder, start, at, held);
            }
        }
        if short < self.lengths.len() && holder.len() > HEAD {
            for start in 0..holder.len() - HEAD {
                if !self.heads[self.slot(self.window(start, HEAD))] {
                    continue;
                }
                for at in short..self.lengths.len() {
                    let (length, _) = self.lengths[at];
                    if length >= holder.len() || start + length > holder.len() {
                        break;
                    }
                    emptied |= self.look(strings, holder, start, at, held);
                }
            }
        }
        if emptied {
            self.lengths.retain(|(_, count)| *count > 0);
        }
    }

    /// The hash of a window of the string being read.
    fn window(&self, start: usize, length: usize) -> u64 {
        let before = self.prefixes[start].wrapping_mul(self.powers[length]);
        self.prefixes[start + length].wrapping_sub(before)
    }

    /// Looks into one window for a string of the length at `at`; whether it was the last of them.
    fn look(
        &mut self,
        strings: &[&str],
        holder: &[u8],
        start: usize,
        at: usize,
        held: &mut [bool],
    ) -> bool {
        let (length, left) = self.lengths[at];
        let hash = self.window(start, length);
        if left == 0 || self.slots[self.slot(hash)] == 0 {
            return false;
        }
        let taken = self.take(hash, strings, &holder[start..start + length], held);
        self.lengths[at].1 -= taken;
        taken > 0 && self.lengths[at].1 == 0
    }

    /// Takes out the string that stands in a window, if one does; how many were taken.
    fn take(&mut self, hash: u64, strings: &[&str], window: &[u8], held: &mut [bool]) -> u32 {
        let Some(same) = self.by_hash.get_mut(&hash) else { return 0 };
        let Some(at) = same.iter().position(|&index| strings[index as usize].as_bytes() == window)
        else {
            return 0;
        };
        held[same.swap_remove(at) as usize] = true;
        if same.is_empty() {
            self.by_hash.remove(&hash);
        }
        let slot = self.slot(hash);
        // A slot that overflowed has lost count and stays.
        if self.slots[slot] < u8::MAX {
            self.slots[slot] -= 1;
        }
        1
    }
}

fn step(hash: u64, byte: u8) -> u64 {
    hash.wrapping_mul(FACTOR).wrapping_add(u64::from(byte) + 1)
}

#[cfg(test)]
mod tests {
    use super::covered;

    #[test]
    fn a_substring_is_covered_by_a_longer_string_only() {
        let strings = ["3f2a9c1", "3f2a9c1d77", "src/lib.rs", "lib.rs", "main.rs", "b.r"];
        assert_eq!(covered(&strings), [true, false, false, true, false, true]);
        assert_eq!(covered(&["same"]), [false]);
        assert!(covered(&[]).is_empty());
    }

    #[test]
    fn nested_strings_are_all_found() {
        let zeros = "0".repeat(1000);
        let strings: Vec<&str> = (1..=1000).map(|n| &zeros[..n]).collect();
        let covered = covered(&strings);
        assert_eq!(covered.iter().filter(|&&c| c).count(), 999);
        assert!(!covered[999]);
    }

    #[test]
    fn the_same_as_comparing_all_pairs() {
        // A small alphabet, so that many strings overlap.
        let mut seed = 7_u64;
        let mut next = || {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as usize
        };
        let mut strings: Vec<String> = (0..400)
            .map(|_| (0..1 + next() % 12).map(|_| ['a', 'b', 'c'][next() % 3]).collect())
            .collect();
        // Some longer than what they are looked for by.
        let long: Vec<String> = (0..40)
            .map(|n| strings.iter().skip(n * 3 % 40).take(20 + n % 7).map(String::as_str).collect())
            .collect();
        strings.extend(long.iter().map(|text: &String| text[text.len() / 9..].to_owned()));
        strings.extend(long);
        strings.sort();
        strings.dedup();
        let strings: Vec<&str> = strings.iter().map(String::as_str).collect();
        let slow: Vec<bool> =
            strings.iter().map(|a| strings.iter().any(|b| a != b && b.contains(a))).collect();
        assert_eq!(covered(&strings), slow);
    }
}
