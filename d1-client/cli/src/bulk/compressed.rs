//! Compressed inputs: members of gzip and frames of Zstandard, as many as there are, one after another.

use std::io::{self, BufRead, BufReader, Cursor, Read};

use flate2::bufread::GzDecoder;
use ruzstd::decoding::{
    BlockDecodingStrategy, FrameDecoder,
    errors::{FrameDecoderError, ReadFrameHeaderError},
};

/// Bytes that can be read, whatever they are read from.
pub(super) type Bytes = Box<dyn BufRead>;

const BUFFER: usize = 64 * 1024;
/// How many bytes tell what an input is.
const TELLING: usize = 6;
/// RFC 1952, section 2.3.1.
const GZIP: &[u8] = &[0x1f, 0x8b];
/// RFC 8878, sections 3.1.1 and 3.1.2, little-endian. Of a skippable frame the last digit of the first byte is free.
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];
const SKIPPABLE: &[u8] = &[0x2a, 0x4d, 0x18];
/// What else is often behind a name that ends in `.csv`.
const OTHERS: [(&[u8], &str); 5] = [
    (b"PK\x03\x04", "a ZIP archive, as a spreadsheet (.xlsx, .ods) is"),
    (b"\xfd7zXZ\0", "compressed with xz"),
    (b"BZh", "compressed with bzip2"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"\x04\x22\x4d\x18", "compressed with LZ4"),
];

/// The first bytes of an input, which tell what it is, and all of it.
///
/// # Errors
/// If it cannot be read.
pub(super) fn begun(mut bytes: impl BufRead + 'static) -> io::Result<(Vec<u8>, Bytes)> {
    let mut first = Vec::with_capacity(TELLING);
    // One read may bring less: a pipe, or a short frame.
    bytes.by_ref().take(TELLING as u64).read_to_end(&mut first)?;
    Ok((first.clone(), Box::new(Cursor::new(first).chain(bytes))))
}

/// The bytes, decompressed if what they begin with says so.
///
/// # Errors
/// If they cannot be read.
pub(super) fn decompressed(bytes: impl BufRead + 'static) -> io::Result<(Vec<u8>, Bytes)> {
    let (first, bytes) = begun(bytes)?;
    if first.starts_with(GZIP) {
        let members = Members(Some(GzDecoder::new(bytes)));
        begun(BufReader::with_capacity(BUFFER, members))
    } else if first.starts_with(ZSTD) || is_skippable(&first) {
        let frames = Frames {
            bytes,
            decoder: FrameDecoder::new(),
            length: 0,
        };
        begun(BufReader::with_capacity(BUFFER, frames))
    } else {
        Ok((first, bytes))
    }
}

fn is_skippable(first: &[u8]) -> bool {
    matches!(first, [0x50..=0x5f, rest @ ..] if rest.starts_with(SKIPPABLE))
}

/// What an input is that is neither text nor compressed in a way that is read.
pub(super) fn other(first: &[u8]) -> Option<&'static str> {
    let other = OTHERS.iter().find(|(magic, _)| first.starts_with(magic));
    other.map(|(_, what)| *what)
}

/// The members of a gzip file (RFC 1952, section 2.2), which may have zeros after them, as tapes and block devices leave.
/// `None` after the last one.
struct Members<R: BufRead>(Option<GzDecoder<R>>);

impl<R: BufRead> Read for Members<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.0 {
            let length = member.read(buffer)?;
            if length > 0 || buffer.is_empty() {
                return Ok(length);
            }
            let has_more = pass_zeros(member.get_mut())?;
            let ended = self.0.take().filter(|_| has_more);
            self.0 = ended.map(|member| GzDecoder::new(member.into_inner()));
        }
        Ok(0)
    }
}

/// Whether anything comes after the zeros.
fn pass_zeros(bytes: &mut impl BufRead) -> io::Result<bool> {
    loop {
        let found = bytes.fill_buf()?;
        if found.is_empty() {
            return Ok(false);
        }
        let other = found.iter().position(|byte| *byte != 0);
        let zeros = other.unwrap_or(found.len());
        bytes.consume(zeros);
        if other.is_some() {
            return Ok(true);
        }
    }
}

/// The frames of a Zstandard file (RFC 8878, section 3.1), without those to be skipped, which parallel compressors write.
struct Frames<R: BufRead> {
    bytes: R,
    decoder: FrameDecoder,
    /// What came of this frame so far.
    length: u64,
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let length = self.decoder.read(buffer)?;
            if length > 0 || buffer.is_empty() {
                self.length += length as u64;
                return Ok(length);
            }
            if !self.decoder.is_finished() {
                let one = BlockDecodingStrategy::UptoBlocks(1);
                self.decoder
                    .decode_blocks(&mut self.bytes, one)
                    .map_err(refused)?;
                continue;
            }
            self.is_whole()?;
            if self.bytes.fill_buf()?.is_empty() {
                return Ok(0);
            }
            self.next()?;
        }
    }
}

impl<R: BufRead> Frames<R> {
    /// The frame that has ended had what it promised.
    fn is_whole(&self) -> io::Result<()> {
        let checksum = self.decoder.get_checksum_from_data();
        let is_same = checksum.is_none() || checksum == self.decoder.get_calculated_checksum();
        // 0 if it was not told.
        let told = self.decoder.content_size();
        if is_same && (told == 0 || told == self.length) {
            return Ok(());
        }
        Err(io::ErrorKind::InvalidData.into())
    }

    /// Begins the next frame, or passes over one to be skipped.
    fn next(&mut self) -> io::Result<()> {
        match self.decoder.reset(&mut self.bytes) {
            Ok(()) => {
                self.length = 0;
                Ok(())
            }
            Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                length, ..
            })) => {
                let length = u64::from(length);
                let mut skipped = self.bytes.by_ref().take(length);
                match io::copy(&mut skipped, &mut io::sink())? == length {
                    true => Ok(()),
                    false => Err(io::ErrorKind::UnexpectedEof.into()),
                }
            }
            Err(error) => Err(refused(error)),
        }
    }
}

fn refused(error: FrameDecoderError) -> io::Error {
    match error {
        FrameDecoderError::WindowSizeTooBig { .. } | FrameDecoderError::DictNotProvided { .. } => {
            io::ErrorKind::Unsupported
        }
        _ => io::ErrorKind::InvalidData,
    }
    .into()
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    const TEXT: &[u8] = b"consumerId,reason\nc-1,closed\nc-2,\n";

    fn gzip(content: &[u8]) -> Vec<u8> {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(content).unwrap();
        gzip.finish().unwrap()
    }

    fn zstd(content: &[u8]) -> Vec<u8> {
        ruzstd::encoding::compress_to_vec(content, ruzstd::encoding::CompressionLevel::Fastest)
    }

    fn read(bytes: Vec<u8>) -> io::Result<Vec<u8>> {
        let (_, mut text) = decompressed(Cursor::new(bytes))?;
        let mut content = Vec::new();
        text.read_to_end(&mut content)?;
        Ok(content)
    }

    #[test]
    fn what_is_cut_off_anywhere_but_between_two_parts_is_an_error() {
        let skippable = b"\x5a\x2a\x4d\x18\x03\0\0\0abc".to_vec();
        for (parts, least) in [
            ([gzip(TEXT), gzip(TEXT), gzip(TEXT)], GZIP.len()),
            ([zstd(TEXT), skippable, zstd(TEXT)], ZSTD.len()),
        ] {
            let whole = parts.concat();
            let ends = [parts[0].len(), parts[0].len() + parts[1].len(), whole.len()];
            for length in least..=whole.len() {
                let is_whole = ends.contains(&length);
                assert_eq!(
                    read(whole[..length].to_vec()).is_ok(),
                    is_whole,
                    "{length} of {ends:?}"
                );
            }
        }
    }

    #[test]
    fn a_changed_byte_is_an_error_or_changes_nothing() {
        for whole in [gzip(TEXT), zstd(TEXT)] {
            for place in GZIP.len().max(ZSTD.len())..whole.len() {
                for bit in 0..8 {
                    let mut changed = whole.clone();
                    changed[place] ^= 1 << bit;
                    let content = read(changed);
                    assert!(
                        content.is_err() || content.is_ok_and(|content| content == TEXT),
                        "{place} {bit}"
                    );
                }
            }
        }
    }
}
