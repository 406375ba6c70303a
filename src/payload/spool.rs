//! Pages kept until it is known what request each goes into.

use std::cell::RefCell;
use std::io::{self, Read, Seek, SeekFrom, Write};

use tempfile::{SpooledTempFile, spooled_tempfile};

/// Bytes kept in memory; what is more goes to a temporary file that nobody else can open.
const IN_MEMORY: usize = 8 << 20;

/// Page files in order, and what there is to know of each.
#[derive(Debug)]
pub struct Spool {
    file: RefCell<SpooledTempFile>,
    pages: Vec<PageFile>,
}

/// Where a page's file is in the spool, and the size of the page.
#[derive(Debug, Clone, Copy)]
pub(super) struct PageFile {
    start: u64,
    /// Bytes of the file.
    pub(super) bytes: u64,
    /// Px.
    pub(super) width: u32,
    /// Px.
    pub(super) height: u32,
}

impl Default for Spool {
    fn default() -> Self {
        Self { file: RefCell::new(spooled_tempfile(IN_MEMORY)), pages: Vec::new() }
    }
}

impl Spool {
    /// Adds a page of `width` × `height` pixels.
    ///
    /// # Errors
    /// A temporary file that cannot be made or written.
    pub fn push(&mut self, png: &[u8], width: u32, height: u32) -> io::Result<()> {
        let start = self.pages.last().map_or(0, |page| page.start + page.bytes);
        self.file.get_mut().write_all(png)?;
        self.pages.push(PageFile { start, bytes: png.len() as u64, width, height });
        Ok(())
    }

    pub(super) fn pages(&self) -> &[PageFile] {
        &self.pages
    }

    pub(super) fn read(&self, index: usize) -> io::Result<Vec<u8>> {
        let page = self.pages[index];
        let mut file = self.file.borrow_mut();
        file.seek(SeekFrom::Start(page.start))?;
        let mut bytes = vec![0; usize::try_from(page.bytes).map_err(io::Error::other)?];
        file.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_come_back_from_memory_and_from_the_file() {
        let mut spool = Spool::default();
        let page = |fill: u8| vec![fill; 3 << 20];
        for fill in 0..4 {
            spool.push(&page(fill), 1, 1).unwrap();
        }
        assert!(spool.file.borrow().is_rolled());
        for fill in [2, 0, 3, 1] {
            assert!(spool.read(usize::from(fill)).unwrap() == page(fill));
        }
    }
}
