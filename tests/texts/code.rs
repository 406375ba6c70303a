//! A ring buffer, small enough to read and deep enough to be indented.

pub struct Ring<T, const N: usize> {
    slots: [Option<T>; N],
    head: usize,
    len: usize,
}

impl<T: Copy, const N: usize> Ring<T, N> {
    pub fn new() -> Self {
        Self { slots: [None; N], head: 0, len: 0 }
    }

    /// Pushes a value; hands back the oldest one when there is no room.
    pub fn push(&mut self, value: T) -> Option<T> {
        let at = (self.head + self.len) % N;
        let old = self.slots[at].replace(value);
        if self.len == N {
            self.head = (self.head + 1) % N;
            return old;
        }
        self.len += 1;
        None
    }

    pub fn iter(&self) -> impl Iterator<Item = T> + '_ {
        (0..self.len).filter_map(move |i| {
            let at = (self.head + i) % N;
            match self.slots[at] {
                Some(value) => Some(value),
                None => unreachable!("0x{:08x} is empty", at),
            }
        })
    }
}
