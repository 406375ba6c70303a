//! The bytes that were read and are on no page yet, hashed as they come onto one.

use std::collections::VecDeque;

use blake3::{Hash, Hasher};

/// Follows the layout: bytes go in as they are read, and out, by their number, onto pages. Every byte
/// is on exactly one page, in order, so numbers are enough. What waits is what the text stage holds
/// back, not a page.
#[derive(Default)]
pub(super) struct Trail {
    waiting: VecDeque<u8>,
    /// Of the page under way, and how many bytes it has seen.
    hasher: Hasher,
    hashed: u64,
}

impl Trail {
    /// Bytes that were read.
    pub(super) fn read(&mut self, bytes: &[u8]) {
        self.waiting.extend(bytes);
    }

    /// The page under way has so many bytes by now.
    pub(super) fn follow(&mut self, bytes: u64) {
        let count = (bytes - self.hashed) as usize;
        let (front, back) = self.waiting.as_slices();
        let split = count.min(front.len());
        self.hasher.update(&front[..split]).update(&back[..count - split]);
        self.waiting.drain(..count);
        self.hashed = bytes;
    }

    /// The page under way ends with so many bytes; returns their hash.
    pub(super) fn end_page(&mut self, bytes: u64) -> Hash {
        self.follow(bytes);
        self.hashed = 0;
        let hash = self.hasher.finalize();
        self.hasher.reset();
        hash
    }
}

#[cfg(test)]
mod tests {
    use super::Trail;

    #[test]
    fn pages_are_hashed_however_their_bytes_come() {
        let bytes: Vec<u8> = (0..100_000_u32).flat_map(u32::to_le_bytes).collect();
        for (block, step) in [(1000, 333), (130_000, 7), (7, 1)] {
            let mut trail = Trail::default();
            let (mut start, mut read) = (0, 0);
            for end in [1, 5000, 5001, 250_000, bytes.len()] {
                let mut at = start;
                while at < end {
                    at = (at + step).min(end);
                    while read < at {
                        let next = (read + block).min(bytes.len());
                        trail.read(&bytes[read..next]);
                        read = next;
                    }
                    trail.follow((at - start) as u64);
                }
                let hash = trail.end_page((end - start) as u64);
                assert_eq!(hash, blake3::hash(&bytes[start..end]), "{block} {start}");
                start = end;
            }
        }
    }
}
