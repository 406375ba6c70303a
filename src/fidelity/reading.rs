//! Reading many pages beside each other, and handing them out in order.

use std::ops::ControlFlow;
use std::path::PathBuf;

use super::cache::Cache;
use super::in_order::in_order;
use super::reader::{PageImage, ReadError, Reader};
use crate::error::Result;
use crate::layout::TextBox;

/// A page to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageFile {
    /// Its file.
    pub path: PathBuf,
    /// The text boxes (columns) in reading order.
    pub boxes: Vec<TextBox>,
}

/// What a reader read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The text.
    pub text: String,
    /// Whether the reader was not asked, because the reading was kept.
    pub kept: bool,
}

/// Reads pages, `jobs` at a time, and calls for each, in order, with its number from 0. Stops when
/// the call breaks off; what is being read then is read to its end.
///
/// # Errors
/// [`crate::error::Error::Write`] where a reading cannot be kept. What keeps a reader from reading
/// a page goes to the call.
pub fn read_pages<B>(
    reader: &dyn Reader,
    pages: &[PageFile],
    cache: Option<&Cache>,
    jobs: usize,
    mut each: impl FnMut(usize, Result<Reading, ReadError>) -> ControlFlow<B>,
) -> Result<ControlFlow<B>> {
    let worker = || |(number, page)| (number, read(reader, page, cache));
    let work = pages.iter().enumerate().map(Ok);
    in_order(jobs, work, worker, |(number, reading)| Ok(each(number, reading?)))
}

fn read(
    reader: &dyn Reader,
    page: &PageFile,
    cache: Option<&Cache>,
) -> Result<Result<Reading, ReadError>> {
    let png = match std::fs::read(&page.path) {
        Ok(png) => png,
        Err(source) => return Ok(Err(ReadError::File { path: page.path.clone(), source })),
    };
    let image = PageImage { path: &page.path, png: &png, boxes: &page.boxes };
    let identity = reader.identity();
    if let Some(text) = cache.and_then(|cache| cache.get(&image, &identity)) {
        return Ok(Ok(Reading { text, kept: true }));
    }
    let text = match reader.read(&image) {
        Ok(text) => text,
        Err(error) => return Ok(Err(error)),
    };
    if let Some(cache) = cache {
        cache.put(&image, &identity, &text)?;
    }
    Ok(Ok(Reading { text, kept: false }))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    /// Reads what is in the file, the first pages slowest; counts how often it is asked.
    #[derive(Default)]
    struct Echo(AtomicUsize);

    impl Reader for Echo {
        fn name(&self) -> String {
            "echo".to_owned()
        }

        fn identity(&self) -> String {
            self.name()
        }

        fn read(&self, page: &PageImage) -> Result<String, ReadError> {
            let asked = self.0.fetch_add(1, Ordering::SeqCst);
            std::thread::sleep(Duration::from_millis(40_u64.saturating_sub(4 * asked as u64)));
            let text = String::from_utf8_lossy(page.png).into_owned();
            if text == "5" { Err(ReadError::Empty) } else { Ok(text) }
        }
    }

    fn pages(folder: &std::path::Path) -> Vec<PageFile> {
        let page = |number: usize| {
            let path = folder.join(format!("{number}.png"));
            std::fs::write(&path, number.to_string()).unwrap();
            PageFile { path, boxes: Vec::new() }
        };
        (0..12).map(page).collect()
    }

    #[test]
    fn pages_come_in_order_and_are_asked_for_once() {
        let dir = tempfile::tempdir().unwrap();
        let pages = pages(dir.path());
        let cache = Cache::open(&dir.path().join("kept")).unwrap();
        for (jobs, asked) in [(5, 12), (1, 1), (40, 1)] {
            let reader = Echo::default();
            let mut seen = Vec::new();
            let end = read_pages(&reader, &pages, Some(&cache), jobs, |number, reading| {
                assert_eq!(reading.is_err(), number == 5);
                if let Ok(reading) = reading {
                    assert_eq!(reading, Reading { text: number.to_string(), kept: asked == 1 });
                }
                seen.push(number);
                ControlFlow::<()>::Continue(())
            });
            assert_eq!(end.unwrap(), ControlFlow::Continue(()));
            assert_eq!(seen, (0..12).collect::<Vec<_>>());
            // The page that failed is asked for again.
            assert_eq!(reader.0.load(Ordering::SeqCst), asked);
        }
    }

    #[test]
    fn a_page_that_is_gone_is_one_error_and_a_break_ends_it() {
        let dir = tempfile::tempdir().unwrap();
        let pages = pages(dir.path());
        std::fs::remove_file(&pages[1].path).unwrap();
        let end = read_pages(&Echo::default(), &pages, None, 2, |number, reading| match number {
            1 => {
                assert!(reading.unwrap_err().to_string().contains("1.png"));
                ControlFlow::Continue(())
            }
            3 => ControlFlow::Break("enough"),
            _ => ControlFlow::Continue(()),
        });
        assert_eq!(end.unwrap(), ControlFlow::Break("enough"));
    }
}
