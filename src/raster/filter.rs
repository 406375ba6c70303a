//! The rows of a page with PNG's filter of each before it.
//!
//! A row is taken as it is, or as the difference from the row above: on text every other filter
//! costs bytes. Which of the two, is what the functions here differ in.

use super::Bitmap;

const NONE: u8 = 0;
const UP: u8 = 2;

/// Every row as it is: the best for gray text, which any filter makes larger.
pub(super) fn none(page: &Bitmap, raw: &mut Vec<u8>) {
    rows(page, raw, |_, _| false);
}

/// Rows of whichever bytes are more alike among themselves: the fewest bits by how often each
/// comes in the row. On pages with much air, in which whole strings come again.
pub(super) fn evener(page: &Bitmap, raw: &mut Vec<u8>) {
    let log = |n: usize| (256.0 * n as f64 * libm::log2(n.max(1) as f64)) as u32;
    let logs: Vec<u32> = (0..=page.stride()).map(log).collect();
    let alike = |row: &[u8]| -> u32 {
        let mut counts = [0u16; 256];
        row.iter().for_each(|&byte| counts[usize::from(byte)] += 1);
        counts.iter().map(|&count| logs[usize::from(count)]).sum()
    };
    rows(page, raw, |row, up| alike(up) > alike(row));
}

/// Rows of whichever bytes are smaller in sum, taken as signed: what encoders mostly go by. The best
/// on pages full of text, whose strings seldom come twice.
pub(super) fn smaller(page: &Bitmap, raw: &mut Vec<u8>) {
    let size = |byte: u8| u32::from(byte.min(byte.wrapping_neg()));
    let sum = |row: &[u8]| -> u32 { row.iter().map(|&byte| size(byte)).sum() };
    rows(page, raw, |row, up| sum(up) < sum(row));
}

/// Writes the rows, each as the difference from the one above where that is the better of a row and
/// its difference.
fn rows(page: &Bitmap, raw: &mut Vec<u8>, is_better: impl Fn(&[u8], &[u8]) -> bool) {
    let stride = page.stride();
    raw.clear();
    raw.reserve(page.rows.len() + page.height as usize);
    let mut up = vec![0; stride];
    let blank = vec![0; stride];
    let mut above = &blank[..];
    for row in page.rows.chunks_exact(stride.max(1)) {
        for ((up, byte), above) in up.iter_mut().zip(row).zip(above) {
            *up = byte.wrapping_sub(*above);
        }
        let (filter, row_or_up) = if is_better(row, &up) { (UP, &up[..]) } else { (NONE, row) };
        raw.push(filter);
        raw.extend_from_slice(row_or_up);
        above = row;
    }
}
