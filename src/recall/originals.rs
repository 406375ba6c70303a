//! Where the bytes of the inputs are now: the files that were drawn, if they are still the same, or
//! what was kept beside the pages.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use flate2::read::MultiGzDecoder;

use crate::error::{Error, Result};
use crate::layout::SourceRange;
use crate::source::Input;

/// Bytes hashed or skipped at a time.
const BLOCK: usize = 128 * 1024;

/// The originals of a report's inputs. One of them is open at a time.
pub(super) struct Originals {
    folder: PathBuf,
    inputs: Vec<Input>,
    /// Where each is, once it was found and checked.
    places: Vec<Option<Place>>,
    open: Option<Open>,
}

#[derive(Clone, PartialEq)]
struct Place {
    path: PathBuf,
    /// Whether it is in a file of kept inputs, and the bytes before it there.
    kept: Option<u64>,
}

struct Open {
    path: PathBuf,
    at: u64,
    stream: Stream,
}

enum Stream {
    Plain(File),
    Kept(Box<MultiGzDecoder<BufReader<File>>>),
}

impl Originals {
    pub(super) fn new(folder: &Path, inputs: Vec<Input>) -> Self {
        Self { folder: folder.to_owned(), places: vec![None; inputs.len()], inputs, open: None }
    }

    /// Finds an input and checks its length and hash.
    pub(super) fn check(&mut self, input: usize) -> Result<()> {
        match (&self.places[input], &self.inputs[input].kept) {
            (Some(_), _) => Ok(()),
            (None, Some(name)) => self.check_kept(&name.clone()),
            (None, None) => {
                let path = self.find(&self.inputs[input])?;
                self.places[input] = Some(Place { path, kept: None });
                Ok(())
            }
        }
    }

    /// The file that was drawn. Looked up from the current folder, then from the report's and
    /// those above it; a file of that name that is another one is passed by.
    fn find(&self, input: &Input) -> Result<PathBuf> {
        let gone = |place: &str| Error::Gone { path: input.path.clone(), place: place.to_owned() };
        if input.path == "-" {
            return Err(gone("standard input was not kept"));
        }
        let folder = self.folder.canonicalize().unwrap_or_else(|_| self.folder.clone());
        let above = folder.ancestors().map(|folder| folder.join(&input.path));
        let mut other = None;
        for path in std::iter::once(PathBuf::from(&input.path)).chain(above) {
            if !path.exists() {
                continue;
            }
            match differs(&path, input)? {
                None => return Ok(path),
                Some(how) => drop(other.get_or_insert((path, how))),
            }
        }
        Err(match other {
            Some((path, how)) => Error::Changed { path, how },
            None => gone(&format!(
                "it is not below the current folder, {}, or a folder above that",
                self.folder.display()
            )),
        })
    }

    /// Checks all inputs that were kept in a file, in one pass.
    fn check_kept(&mut self, name: &str) -> Result<()> {
        let path = self.folder.join(name);
        let failed = |source| Error::Read { path: path.display().to_string(), source };
        let changed = |how: String| Error::Changed { path: path.clone(), how };
        let mut stream = unpack(&path).map_err(failed)?;
        let (mut at, mut places) = (0, self.places.clone());
        for (input, place) in self.inputs.iter().zip(&mut places) {
            if input.kept.as_deref() != Some(name) {
                continue;
            }
            let (bytes, hash) = hash(&mut (&mut stream).take(input.bytes)).map_err(failed)?;
            if bytes < input.bytes {
                return Err(changed(format!("it ends within {}", input.path)));
            }
            if hash != input.blake3 {
                return Err(changed(format!("{} in it has other bytes", input.path)));
            }
            *place = Some(Place { path: path.clone(), kept: Some(at) });
            at += bytes;
        }
        if stream.read(&mut [0]).map_err(failed)? > 0 {
            return Err(changed("it goes on after the last input".to_owned()));
        }
        self.places = places;
        Ok(())
    }

    /// Reads on in an input that was checked.
    fn read(&mut self, input: usize, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(place) = &self.places[input] else { return Ok(0) };
        let at = at + place.kept.unwrap_or(0);
        let open = match self.open.take() {
            Some(open) if open.path == place.path && open.at <= at => open,
            _ => Open::new(place)?,
        };
        let open = self.open.insert(open);
        open.skip_to(at)?;
        let count = match &mut open.stream {
            Stream::Plain(file) => file.read(buffer)?,
            Stream::Kept(stream) => stream.read(buffer)?,
        };
        open.at += count as u64;
        Ok(count)
    }
}

impl Open {
    fn new(place: &Place) -> io::Result<Self> {
        let stream = match place.kept {
            Some(_) => Stream::Kept(Box::new(unpack(&place.path)?)),
            None => Stream::Plain(File::open(&place.path)?),
        };
        Ok(Self { path: place.path.clone(), at: 0, stream })
    }

    fn skip_to(&mut self, at: u64) -> io::Result<()> {
        let ahead = at - self.at;
        match &mut self.stream {
            _ if ahead == 0 => {}
            Stream::Plain(file) => drop(file.seek(SeekFrom::Start(at))?),
            Stream::Kept(stream) => drop(io::copy(&mut stream.take(ahead), &mut io::sink())?),
        }
        self.at = at;
        Ok(())
    }
}

/// Bytes of an input.
pub struct Passage {
    originals: Arc<Mutex<Originals>>,
    /// What is still to be read.
    rest: SourceRange,
}

impl Passage {
    /// Of an input that was checked.
    pub(super) fn new(originals: Arc<Mutex<Originals>>, range: SourceRange) -> Self {
        Self { originals, rest: range }
    }
}

impl Read for Passage {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let SourceRange { input, start, end } = self.rest;
        let most = (end - start).min(buffer.len() as u64) as usize;
        if most == 0 {
            return Ok(0);
        }
        let mut originals = self.originals.lock().unwrap_or_else(PoisonError::into_inner);
        let count = originals.read(input, start, &mut buffer[..most])?;
        self.rest.start += count as u64;
        match count {
            0 => Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                format!("{} became shorter while it was read", originals.inputs[input].path),
            )),
            count => Ok(count),
        }
    }
}

fn unpack(path: &Path) -> io::Result<MultiGzDecoder<BufReader<File>>> {
    Ok(MultiGzDecoder::new(BufReader::with_capacity(BLOCK, File::open(path)?)))
}

/// How a file differs from an input, if it does.
fn differs(path: &Path, input: &Input) -> Result<Option<String>> {
    let failed = |source| Error::Read { path: path.display().to_string(), source };
    let facts = path.metadata().map_err(failed)?;
    if !facts.is_file() {
        return Ok(Some("it is no file now".to_owned()));
    }
    if facts.len() != input.bytes {
        return Ok(Some(format!("it had {} bytes and has {}", input.bytes, facts.len())));
    }
    let (_, hash) = hash(&mut File::open(path).map_err(failed)?).map_err(failed)?;
    let same = hash == input.blake3;
    Ok((!same).then(|| "it has as many bytes, but others (by their BLAKE3 hash)".to_owned()))
}

/// Length and BLAKE3 hash of what is read.
fn hash(reader: &mut impl Read) -> io::Result<(u64, String)> {
    let mut hasher = blake3::Hasher::new();
    let bytes = io::copy(reader, &mut hasher)?;
    Ok((bytes, hasher.finalize().to_hex().to_string()))
}
