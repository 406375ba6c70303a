//! Bytes to characters, each with the number of bytes it came from.

use encoding_rs::{DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::{Reading, Widths, binary};
use crate::error::{Error, Result};

/// What one block gave.
pub(super) struct Decoded {
    pub(super) lead: u32,
    pub(super) text: String,
    pub(super) widths: Widths,
    pub(super) chars: u64,
    pub(super) replacements: u64,
}

enum Mode {
    Utf8,
    Utf16 { big_endian: bool },
    Other(encoding_rs::Decoder),
}

/// A decoder that is fed block by block and keeps what a block's end cut in two.
pub(super) struct Decoder {
    path: String,
    encoding: &'static Encoding,
    mode: Mode,
    named: bool,
    lossy: bool,
    started: bool,
    /// Bytes of an unfinished character; for `Mode::Other` they are inside its decoder already.
    carry: Vec<u8>,
    /// Offset in the input of the first byte that no character has claimed.
    offset: u64,
}

impl Decoder {
    pub(super) fn new(path: String, reading: &Reading) -> Self {
        let encoding = reading.encoding.unwrap_or(UTF_8);
        Self {
            path,
            encoding,
            mode: mode_of(encoding),
            named: reading.encoding.is_some(),
            lossy: reading.lossy,
            started: false,
            carry: Vec::new(),
            offset: 0,
        }
    }

    pub(super) fn encoding(&self) -> &'static str {
        self.encoding.name()
    }

    /// Decodes the next block; `last` says that nothing follows.
    pub(super) fn decode(&mut self, block: &[u8], last: bool) -> Result<Decoded> {
        let mut out = Output::default();
        let mut bytes = block;
        if !self.started {
            self.started = true;
            let lead = self.start(block)?;
            out.lead = lead as u32;
            self.offset += lead as u64;
            bytes = &block[lead..];
        }
        match &self.mode {
            Mode::Utf8 => self.utf8(bytes, last, &mut out)?,
            Mode::Utf16 { big_endian } => self.utf16(bytes, last, *big_endian, &mut out)?,
            Mode::Other(_) => self.other(bytes, last, &mut out)?,
        }
        Ok(out.finish())
    }

    /// Looks at the first block: refuses binaries, finds a byte order mark, returns its length.
    fn start(&mut self, block: &[u8]) -> Result<usize> {
        if !self.named {
            let head = &block[..block.len().min(binary::HEAD)];
            if let Some(what) = binary::sniff(head) {
                return Err(Error::Binary { path: self.path.clone(), what });
            }
        }
        match Encoding::for_bom(block) {
            Some((marked, length)) if !self.named || marked == self.encoding => {
                self.encoding = marked;
                self.mode = mode_of(marked);
                Ok(length)
            }
            _ => Ok(0),
        }
    }

    fn utf8(&mut self, block: &[u8], last: bool, out: &mut Output) -> Result<()> {
        if !self.named
            && let Some(nul) = block.iter().position(|&b| b == 0)
        {
            let offset = self.offset + (self.carry.len() + nul) as u64;
            return Err(Error::Binary { path: self.path.clone(), what: binary::nul_at(offset) });
        }
        let joined;
        let mut bytes = block;
        if !self.carry.is_empty() {
            joined = [&self.carry[..], block].concat();
            self.carry.clear();
            bytes = &joined;
        }
        loop {
            let error = match std::str::from_utf8(bytes) {
                Ok(text) => {
                    out.push_utf8(text);
                    self.offset += bytes.len() as u64;
                    return Ok(());
                }
                Err(error) => error,
            };
            let (valid, rest) = bytes.split_at(error.valid_up_to());
            out.push_utf8(std::str::from_utf8(valid).expect("checked by from_utf8"));
            self.offset += valid.len() as u64;
            let bad = match error.error_len() {
                Some(length) => length,
                None if last => rest.len(),
                None => {
                    self.carry = rest.to_vec();
                    return Ok(());
                }
            };
            self.invalid(&rest[..bad], out)?;
            bytes = &rest[bad..];
        }
    }

    fn utf16(&mut self, block: &[u8], last: bool, big: bool, out: &mut Output) -> Result<()> {
        let mut bytes = std::mem::take(&mut self.carry);
        bytes.extend_from_slice(block);
        let unit = |at: usize| -> Option<u16> {
            let pair = [*bytes.get(at)?, *bytes.get(at + 1)?];
            Some(if big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) })
        };
        let mut at = 0;
        while at < bytes.len() {
            let missing = match unit(at) {
                None => true,
                Some(first) if (0xD800..0xDC00).contains(&first) => unit(at + 2).is_none(),
                Some(_) => false,
            };
            if missing && !last {
                break;
            }
            let units = [unit(at), unit(at + 2)];
            match char::decode_utf16(units.into_iter().map_while(|u| u)).next() {
                Some(Ok(c)) => {
                    let width = 2 * c.len_utf16();
                    out.push(c, width as u32);
                    self.offset += width as u64;
                    at += width;
                }
                _ => {
                    let end = (at + 2).min(bytes.len());
                    self.invalid(&bytes[at..end], out)?;
                    at = end;
                }
            }
        }
        self.carry = bytes[at..].to_vec();
        Ok(())
    }

    /// Legacy encodings, a byte at a time: slow, and the only way to know from the library which
    /// bytes made which character.
    fn other(&mut self, block: &[u8], last: bool, out: &mut Output) -> Result<()> {
        let end: &[&[u8]] = if last { &[&[]] } else { &[] };
        for step in block.chunks(1).chain(end.iter().copied()) {
            self.carry.extend_from_slice(step);
            let mut text = String::with_capacity(16);
            let mut fed = step;
            loop {
                let Mode::Other(decoder) = &mut self.mode else { unreachable!("mode is Other") };
                let (result, read) =
                    decoder.decode_to_string_without_replacement(fed, &mut text, step.is_empty());
                fed = &fed[read..];
                self.take_whole(&mut text, out);
                match result {
                    DecoderResult::InputEmpty => break,
                    DecoderResult::OutputFull => text.reserve(16),
                    DecoderResult::Malformed(..) => {
                        let bad = std::mem::take(&mut self.carry);
                        self.invalid(&bad, out)?;
                    }
                }
            }
        }
        if last {
            // A closing shift sequence stands for no character; it goes with the one before it.
            let rest = std::mem::take(&mut self.carry).len() as u32;
            match out.widths.as_mut().and_then(|widths| widths.last_mut()) {
                Some(width) => *width += rest,
                None => out.lead += rest,
            }
        }
        Ok(())
    }

    /// Gives the bytes collected so far to the characters that came of them: all to the first.
    fn take_whole(&mut self, text: &mut String, out: &mut Output) {
        let mut width = self.carry.len() as u32;
        for c in text.drain(..) {
            out.push(c, width);
            self.offset += u64::from(width);
            self.carry.clear();
            width = 0;
        }
    }

    fn invalid(&mut self, bytes: &[u8], out: &mut Output) -> Result<()> {
        if !self.lossy {
            return Err(Error::Invalid {
                path: self.path.clone(),
                offset: self.offset,
                bytes: bytes.iter().map(|b| format!("{b:02X}")).collect::<Vec<_>>().join(" "),
                encoding: self.encoding.name(),
            });
        }
        out.replacements += 1;
        out.push('\u{FFFD}', bytes.len() as u32);
        self.offset += bytes.len() as u64;
        Ok(())
    }
}

fn mode_of(encoding: &'static Encoding) -> Mode {
    if encoding == UTF_8 {
        Mode::Utf8
    } else if encoding == UTF_16LE || encoding == UTF_16BE {
        Mode::Utf16 { big_endian: encoding == UTF_16BE }
    } else {
        Mode::Other(encoding.new_decoder_without_bom_handling())
    }
}

/// Text under way; keeps a width a character only from the first that is not plain UTF-8.
#[derive(Default)]
struct Output {
    lead: u32,
    text: String,
    widths: Option<Vec<u32>>,
    replacements: u64,
}

impl Output {
    fn push_utf8(&mut self, text: &str) {
        if let Some(widths) = &mut self.widths {
            widths.extend(text.chars().map(|c| c.len_utf8() as u32));
        }
        self.text.push_str(text);
    }

    fn push(&mut self, c: char, width: u32) {
        let widths = self
            .widths
            .get_or_insert_with(|| self.text.chars().map(|c| c.len_utf8() as u32).collect());
        widths.push(width);
        self.text.push(c);
    }

    fn finish(self) -> Decoded {
        let chars = match &self.widths {
            Some(widths) => widths.len(),
            None => self.text.chars().count(),
        };
        Decoded {
            lead: self.lead,
            text: self.text,
            widths: self.widths.map_or(Widths::Utf8, Widths::Each),
            chars: chars as u64,
            replacements: self.replacements,
        }
    }
}
