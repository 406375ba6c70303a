//! The trie of a vocabulary's tokens, laid out as a double array: the child of a node by a byte is at
//! the node's base exclusive-or that byte, and knows its parent.

use super::merges::Spelling;
use super::vocabulary::{NONE, triple};

/// Children of a node lie in one block of this many nodes.
const BLOCK: usize = 256;
/// A block is given up when this many newer ones have been begun.
const OPEN_BLOCKS: usize = 8;

/// Lays the trie out.
pub struct TrieBuilder {
    /// Tokens in the order of their bytes, and those bytes one after the other: in the order of
    /// ranks every look at a byte is a cache miss, which tripled the time to build.
    order: Vec<u32>,
    sorted: Spelling,
    /// Base, parent and token of each node.
    pub nodes: Vec<u64>,
    /// Which nodes of each block are free, a bit a node.
    free: Vec<[u64; BLOCK / 64]>,
    /// Blocks before this one are not searched any more.
    open: usize,
    /// The longest token that is a proper prefix of each token.
    pub shorter: Vec<u32>,
}

/// Tokens that share a prefix: `order[first..last]`, all longer than `depth`.
struct Branch {
    first: usize,
    last: usize,
    depth: usize,
    node: u32,
    token: u32,
}

impl TrieBuilder {
    /// Sorts the tokens.
    pub fn new(spelling: &Spelling) -> Self {
        let mut keyed: Vec<(u64, u32)> = (0..spelling.len() as u32)
            .map(|token| {
                let bytes = spelling.of(token);
                let mut key = [0; 8];
                let length = bytes.len().min(8);
                key[..length].copy_from_slice(&bytes[..length]);
                (u64::from_be_bytes(key), token)
            })
            .collect();
        keyed.sort_unstable_by(|a, b| {
            a.0.cmp(&b.0).then_with(|| spelling.of(a.1).cmp(spelling.of(b.1)))
        });
        let order: Vec<u32> = keyed.into_iter().map(|(_, token)| token).collect();
        Self {
            sorted: spelling.in_order(&order),
            order,
            nodes: Vec::new(),
            free: Vec::new(),
            open: 0,
            shorter: vec![NONE; spelling.len()],
        }
    }

    /// Places every token.
    pub fn build(&mut self) {
        self.grow();
        self.take(0);
        self.nodes[0] = u64::from_le_bytes(triple(0, NONE, NONE));
        let mut queue = std::collections::VecDeque::from([Branch {
            first: 0,
            last: self.order.len(),
            depth: 0,
            node: 0,
            token: NONE,
        }]);
        let mut labels: Vec<(u8, usize)> = Vec::new();
        // Breadth first, so that the upper levels, which every search crosses, lie together.
        while let Some(branch) = queue.pop_front() {
            labels.clear();
            for at in branch.first..branch.last {
                let label = self.sorted.of(at as u32)[branch.depth];
                if labels.last().is_none_or(|&(last, _)| last != label) {
                    labels.push((label, at));
                }
            }
            let base = self.place(&labels);
            self.nodes[branch.node as usize] =
                self.nodes[branch.node as usize] & !u64::from(NONE) | u64::from(base);
            for (number, &(label, first)) in labels.iter().enumerate() {
                let last = labels.get(number + 1).map_or(branch.last, |next| next.1);
                let node = base ^ u32::from(label);
                let depth = branch.depth + 1;
                // The shortest of them comes first, so if one ends here it is this one.
                let ends = self.sorted.of(first as u32).len() == depth;
                let token = if ends { self.order[first] } else { NONE };
                self.nodes[node as usize] = u64::from_le_bytes(triple(0, branch.node, token));
                let mut inner = branch.token;
                let mut first = first;
                if ends {
                    self.shorter[token as usize] = branch.token;
                    inner = token;
                    first += 1;
                }
                if first < last {
                    queue.push_back(Branch { first, last, depth, node, token: inner });
                }
            }
        }
    }

    fn grow(&mut self) {
        self.nodes.resize(self.nodes.len() + BLOCK, u64::from_le_bytes(triple(0, NONE, NONE)));
        self.free.push([u64::MAX; BLOCK / 64]);
    }

    fn take(&mut self, node: usize) {
        self.free[node / BLOCK][node % BLOCK / 64] &= !(1 << (node % 64));
    }

    /// Finds a base under which all labels fall on free nodes, and takes those.
    fn place(&mut self, labels: &[(u8, usize)]) -> u32 {
        let mut block = self.open;
        let base = loop {
            if block == self.free.len() {
                self.grow();
            }
            if let Some(low) = fit(&self.free[block], labels) {
                break (block * BLOCK) as u32 | u32::from(low);
            }
            block += 1;
        };
        for &(label, _) in labels {
            self.take((base ^ u32::from(label)) as usize);
        }
        while self.open < self.free.len()
            && (self.free[self.open] == [0; BLOCK / 64]
                || self.open + OPEN_BLOCKS < self.free.len())
        {
            self.open += 1;
        }
        base
    }
}

/// The first base within a block that suits all labels: all 256 are tried at once, a bit a base.
fn fit(free: &[u64; BLOCK / 64], labels: &[(u8, usize)]) -> Option<u8> {
    let mut bases = [u64::MAX; BLOCK / 64];
    for &(label, _) in labels {
        let mut any = 0;
        for (word, base) in bases.iter_mut().enumerate() {
            *base &= xor_bits(free[word ^ usize::from(label / 64)], label % 64);
            any |= *base;
        }
        if any == 0 {
            return None;
        }
    }
    let word = bases.iter().position(|&bits| bits != 0)?;
    Some((word * 64) as u8 + bases[word].trailing_zeros() as u8)
}

/// Moves bit `i` of a word to `i ^ by`.
fn xor_bits(mut word: u64, by: u8) -> u64 {
    const LOW_HALVES: [u64; 6] = [
        0x5555_5555_5555_5555,
        0x3333_3333_3333_3333,
        0x0F0F_0F0F_0F0F_0F0F,
        0x00FF_00FF_00FF_00FF,
        0x0000_FFFF_0000_FFFF,
        0x0000_0000_FFFF_FFFF,
    ];
    for (bit, low) in LOW_HALVES.into_iter().enumerate() {
        if by >> bit & 1 == 1 {
            word = (word & low) << (1 << bit) | word >> (1 << bit) & low;
        }
    }
    word
}
