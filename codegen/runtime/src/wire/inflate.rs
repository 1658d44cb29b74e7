//! Compressed bytes as what they were before, a little at a time, so that a small body cannot become a large piece of
//! memory. Knows nothing of HTTP.

use std::io::Write;

use bytes::Bytes;
use flate2::write::MultiGzDecoder;
use flate2::{Decompress, FlushDecompress, Status};

use super::StreamError;

/// How a body is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coding {
    Gzip,
    /// With the header of zlib, as HTTP has it, or without, as some clients send it.
    Deflate,
}

impl Coding {
    /// The coding that `Content-Encoding` names.
    pub(crate) fn of(name: &str) -> Option<Self> {
        let is = |known: &str| name.trim().eq_ignore_ascii_case(known);
        if is("gzip") || is("x-gzip") {
            Some(Self::Gzip)
        } else if is("deflate") {
            Some(Self::Deflate)
        } else {
            None
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
        }
    }
}

/// So many compressed bytes are looked at at once: a thousand times as many may come out.
const STEP: usize = 1 << 10;

/// Decompresses what is added to it.
pub(crate) struct Inflater {
    coding: Coding,
    decoder: Decoder,
    /// What was not looked at yet.
    rest: Bytes,
    /// The most compressed bytes, so that a body that never becomes anything has an end.
    left: usize,
    limit: usize,
}

enum Decoder {
    Gzip(Box<MultiGzDecoder<Vec<u8>>>),
    /// `deflate` before its first bytes, which tell whether there is a header.
    Undecided,
    Deflate {
        inflate: Box<Decompress>,
        ended: bool,
    },
}

impl Inflater {
    /// `limit` is the most bytes that may come out; it is for the caller to count them.
    pub(crate) fn new(coding: Coding, limit: usize) -> Self {
        let decoder = match coding {
            Coding::Gzip => Decoder::Gzip(Box::new(MultiGzDecoder::new(Vec::new()))),
            Coding::Deflate => Decoder::Undecided,
        };
        Self {
            coding,
            decoder,
            rest: Bytes::new(),
            // What cannot be compressed grows a little.
            left: limit.saturating_mul(2).max(1 << 16),
            limit,
        }
    }

    /// Adds compressed bytes, when all those before were looked at.
    pub(crate) fn add(&mut self, bytes: Bytes) -> Result<(), StreamError> {
        self.left = self
            .left
            .checked_sub(bytes.len())
            .ok_or(StreamError::TooLarge(self.limit))?;
        self.rest = match self.rest.is_empty() {
            true => bytes,
            false => [&self.rest[..], &bytes].concat().into(),
        };
        Ok(())
    }

    /// The next bytes; `None` when more have to be added first.
    pub(crate) fn next(&mut self) -> Result<Option<Bytes>, StreamError> {
        if let Decoder::Undecided = self.decoder {
            let [first, second, ..] = self.rest[..] else {
                return Ok(None);
            };
            // The header of zlib: method 8, and a multiple of 31.
            let header = first & 0x0f == 8 && u16::from_be_bytes([first, second]) % 31 == 0;
            self.decoder = Decoder::Deflate {
                inflate: Box::new(Decompress::new(header)),
                ended: false,
            };
        }
        while !self.rest.is_empty() {
            let step = self.rest.split_to(self.rest.len().min(STEP));
            let out = self.inflate(&step).ok_or_else(|| self.broken())?;
            if !out.is_empty() {
                return Ok(Some(out.into()));
            }
        }
        Ok(None)
    }

    /// The last bytes, when the body has ended.
    pub(crate) fn finish(&mut self) -> Result<Option<Bytes>, StreamError> {
        let whole = match &mut self.decoder {
            Decoder::Gzip(decoder) => decoder.try_finish().is_ok(),
            Decoder::Undecided => false,
            Decoder::Deflate { ended, .. } => *ended,
        };
        if !whole {
            return Err(self.broken());
        }
        let last = match &mut self.decoder {
            Decoder::Gzip(decoder) => std::mem::take(decoder.get_mut()),
            Decoder::Undecided | Decoder::Deflate { .. } => Vec::new(),
        };
        Ok((!last.is_empty()).then(|| last.into()))
    }

    /// What these bytes become; `None` when they are not what they should be.
    fn inflate(&mut self, step: &[u8]) -> Option<Vec<u8>> {
        match &mut self.decoder {
            Decoder::Gzip(decoder) => {
                decoder.write_all(step).ok()?;
                decoder.flush().ok()?;
                Some(std::mem::take(decoder.get_mut()))
            }
            Decoder::Undecided => None,
            Decoder::Deflate { inflate, ended } => deflated(inflate, ended, step),
        }
    }

    fn broken(&self) -> StreamError {
        let name = self.coding.name();
        StreamError::unreadable("body", format!("cannot be decompressed as {name}"))
    }
}

fn deflated(inflate: &mut Decompress, ended: &mut bool, mut step: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(4 * STEP);
    // Nothing may follow the end.
    while !step.is_empty() && !*ended {
        if out.len() == out.capacity() {
            out.reserve(4 * STEP);
        }
        let before = (inflate.total_in(), inflate.total_out());
        let status = inflate
            .decompress_vec(step, &mut out, FlushDecompress::None)
            .ok()?;
        let read = usize::try_from(inflate.total_in() - before.0).ok()?;
        step = step.get(read..)?;
        *ended = status == Status::StreamEnd;
        if read == 0 && inflate.total_out() == before.1 && out.len() < out.capacity() {
            return None;
        }
    }
    // What is decompressed already may wait for room.
    while !*ended && out.len() == out.capacity() {
        out.reserve(4 * STEP);
        let status = inflate
            .decompress_vec(&[], &mut out, FlushDecompress::None)
            .ok()?;
        *ended = status == Status::StreamEnd;
    }
    step.is_empty().then_some(out)
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zlib(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn raw(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    /// All that comes out, and the largest piece of it.
    fn inflated(coding: Coding, pieces: &[&[u8]]) -> Result<(Vec<u8>, usize), StreamError> {
        let mut inflater = Inflater::new(coding, 1 << 20);
        let (mut all, mut largest) = (Vec::new(), 0);
        let mut take = |bytes: Bytes| {
            largest = largest.max(bytes.len());
            all.extend_from_slice(&bytes);
        };
        for piece in pieces {
            inflater.add(Bytes::copy_from_slice(piece))?;
            while let Some(bytes) = inflater.next()? {
                take(bytes);
            }
        }
        while let Some(bytes) = inflater.finish()? {
            take(bytes);
        }
        Ok((all, largest))
    }

    #[test]
    fn what_was_compressed_comes_back_however_it_is_cut() {
        let text: Vec<u8> = (0..20_000_u32).flat_map(u32::to_le_bytes).collect();
        for (coding, compressed) in [
            (Coding::Gzip, gzip(&text)),
            (Coding::Deflate, zlib(&text)),
            (Coding::Deflate, raw(&text)),
        ] {
            for size in [1, 2, 7, 1024, compressed.len()] {
                let pieces: Vec<&[u8]> = compressed.chunks(size).collect();
                let (all, _) = inflated(coding, &pieces).unwrap();
                assert!(all == text, "{coding:?} in pieces of {size}");
            }
        }
        let two = [gzip(b"a"), gzip(b"b")].concat();
        assert_eq!(inflated(Coding::Gzip, &[&two]).unwrap().0, b"ab");
    }

    #[test]
    fn what_is_cut_off_changed_or_goes_on_is_refused() {
        for (coding, good) in [
            (Coding::Gzip, gzip(b"some text that is compressed")),
            (Coding::Deflate, zlib(b"some text that is compressed")),
            (Coding::Deflate, raw(b"some text that is compressed")),
        ] {
            for length in 0..good.len() {
                let cut = inflated(coding, &[&good[..length]]);
                assert!(cut.is_err(), "{coding:?}, {length} bytes");
            }
            let longer = [&good[..], b"more"].concat();
            assert!(inflated(coding, &[&longer]).is_err(), "{coding:?}");
        }
        let error = inflated(Coding::Gzip, &[b"{}"]).unwrap_err();
        assert_eq!(error.to_string(), "body: cannot be decompressed as gzip");
    }

    #[test]
    fn a_bomb_comes_out_in_small_pieces() {
        let bomb = gzip(&vec![0; 64 << 20]);
        assert!(bomb.len() < 1 << 17);
        let (all, largest) = inflated(Coding::Gzip, &[&bomb]).unwrap();
        assert_eq!(all.len(), 64 << 20);
        assert!(largest < 2 << 20, "{largest}");
        let (all, largest) = inflated(Coding::Deflate, &[&zlib(&vec![0; 64 << 20])]).unwrap();
        assert_eq!(all.len(), 64 << 20);
        assert!(largest < 2 << 20, "{largest}");
    }

    #[test]
    fn bytes_that_become_nothing_have_an_end() {
        // Empty blocks without end.
        let mut inflater = Inflater::new(Coding::Deflate, 10);
        let block = [0, 0, 0, 0xff, 0xff];
        let refused = (0..100_000).find_map(|_| {
            let added = inflater.add(Bytes::copy_from_slice(&block));
            added.and_then(|()| inflater.next()).err()
        });
        assert_eq!(refused, Some(StreamError::TooLarge(10)));
    }
}
