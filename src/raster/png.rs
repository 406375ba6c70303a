//! PNG files of packed gray pages, without row filters: text has sharp edges, which filters spread
//! (W3C PNG, third edition).

use libdeflater::{CompressionLvl, Compressor, crc32};

use super::Bitmap;

/// Deflate effort from 1 to 12; 6 is where 1-bit text stops shrinking noticeably.
const EFFORT: i32 = 6;

/// Writes a page as a PNG file.
pub fn encode(page: &Bitmap) -> Vec<u8> {
    let mut raw = Vec::with_capacity(page.rows.len() + page.height as usize);
    for row in page.rows.chunks_exact(page.stride()) {
        raw.push(0);
        raw.extend_from_slice(row);
    }
    let level = CompressionLvl::new(EFFORT).expect("a level that libdeflate has");
    let mut compressor = Compressor::new(level);
    let mut data = vec![0; compressor.zlib_compress_bound(raw.len())];
    let length = compressor.zlib_compress(&raw, &mut data).expect("the bound is enough");
    data.truncate(length);

    let mut header = Vec::with_capacity(13);
    header.extend_from_slice(&page.width.to_be_bytes());
    header.extend_from_slice(&page.height.to_be_bytes());
    // Gray samples, deflate, the one filter method there is, not interlaced.
    header.extend_from_slice(&[page.bits, 0, 0, 0, 0]);

    let mut file = Vec::with_capacity(data.len() + 57);
    file.extend_from_slice(b"\x89PNG\r\n\x1a\n");
    chunk(&mut file, b"IHDR", &header);
    chunk(&mut file, b"IDAT", &data);
    chunk(&mut file, b"IEND", &[]);
    file
}

fn chunk(file: &mut Vec<u8>, name: &[u8; 4], data: &[u8]) {
    file.extend_from_slice(&(data.len() as u32).to_be_bytes());
    let checked = file.len();
    file.extend_from_slice(name);
    file.extend_from_slice(data);
    let sum = crc32(&file[checked..]);
    file.extend_from_slice(&sum.to_be_bytes());
}
