//! Pictures: how large they are, and smaller ones of them. Nothing that a file says of itself is believed beyond the limits
//! here, and what can't be read within them is no picture.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Cursor, Read, Seek, SeekFrom},
    path::PathBuf,
    time::{Duration, Instant},
};

use fast_image_resize::{
    PixelTrait, Resizer,
    images::{TypedImage, TypedImageRef},
    pixels::{U8x3, U8x4},
};
use image::{
    ColorType, DynamicImage, ImageDecoder, ImageEncoder, ImageError, ImageFormat, ImageReader, ImageResult, Limits,
    RgbImage, RgbaImage,
    codecs::{jpeg::JpegEncoder, png::PngEncoder},
    error::{LimitError, LimitErrorKind},
    metadata::Orientation,
};
use protocol::{Pixels, PreviewSize};

use crate::{animation, jpeg};

/// The most pixels of a picture, and of all frames of one that moves.
pub(crate) const MAX_PIXELS: u64 = 50_000_000;
/// The largest file of which smaller pictures are made, in bytes: all of it is in memory meanwhile.
pub(crate) const MAX_FILE: u64 = 32 << 20;
/// The most bytes that a decoder may need at once.
pub(crate) const MAX_DECODED: u64 = 256 << 20;
/// How many bytes of a file are read to learn how large the picture is, and the most that are unpacked of it. What cameras
/// and programs write before that is far less.
const MAX_HEAD: u64 = 2 << 20;
/// How long a decoder may take: what is packed well enough could keep it busy for hours.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
/// How many bytes are read at once to learn how large a picture is: a decoder jumps from header to header.
const SIP: usize = 1024;
/// How many bytes a decoder gets at once, before the clock is looked at again.
const PIECE: usize = 8 * 1024;
/// The largest colour profile that goes along, in bytes. Those of cameras and of screens have a few thousand.
const MAX_PROFILE: usize = 64 << 10;
/// Where nobody sees that JPEG loses something.
const QUALITY: u8 = 82;

/// Smaller pictures of one picture, without anything else that its file told but what its colours mean.
pub(crate) struct Smaller {
    pub(crate) content_type: &'static str,
    /// Each size that is different from the others.
    pub(crate) pictures: Vec<(PreviewSize, Vec<u8>)>,
}

/// How large the picture in that file is shown; none if it is no picture that can be read. Its pixels aren't decoded.
pub(crate) async fn pixels(path: PathBuf, content_type: &str) -> Option<Pixels> {
    let format = format(content_type)?;
    // A decoder that panics found no picture.
    tokio::task::spawn_blocking(move || measure(path, format)).await.ok().flatten()
}

/// Makes smaller pictures. Takes seconds: not for the async threads.
pub(crate) fn shrink(file: &[u8], content_type: &str) -> ImageResult<Smaller> {
    let format = format(content_type).ok_or_else(too_large)?;
    if format == ImageFormat::Gif
        && let Some(moving) = animation::shrink(file)?
    {
        return Ok(moving);
    }
    let mut decoder = open(Hurry::new(file), format, MAX_DECODED)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    if needed(file, format, &decoder) > MAX_DECODED {
        return Err(too_large());
    }
    let profile = decoder.icc_profile().ok().flatten().filter(|profile| suits(profile));
    still(DynamicImage::from_decoder(decoder)?, orientation, profile.as_deref().unwrap_or_default())
}

/// The sizes of a picture, and how many pixels each has.
pub(crate) fn sizes(width: u32, height: u32) -> impl Iterator<Item = (PreviewSize, u32, u32)> {
    let whole = Pixels { width: width.into(), height: height.into() };
    PreviewSize::ALL.into_iter().filter(move |size| size.of(whole) == *size).map(move |size| {
        let longer = u64::from(width.max(height));
        let edge = u64::from(size.edge()).min(longer);
        let scaled = |side: u32| u32::try_from((u64::from(side) * edge + longer / 2) / longer).unwrap_or(1).max(1);
        (size, scaled(width), scaled(height))
    })
}

/// The picture in so many pixels, no more than it has: of eight bits for red, green, blue and, where it is transparent, for
/// that. Each further sort of pixels would bring a program of its own, two hundred kilobytes long.
pub(crate) fn scaled(picture: &DynamicImage, width: u32, height: u32) -> ImageResult<DynamicImage> {
    Ok(match picture {
        DynamicImage::ImageRgba8(pixels) => {
            let mut smaller = RgbaImage::new(width, height);
            resize::<U8x4>(pixels, pixels.dimensions(), &mut smaller, (width, height))?;
            smaller.into()
        }
        DynamicImage::ImageRgb8(pixels) => {
            let mut smaller = RgbImage::new(width, height);
            resize::<U8x3>(pixels, pixels.dimensions(), &mut smaller, (width, height))?;
            smaller.into()
        }
        other if other.color().has_alpha() => scaled(&other.to_rgba8().into(), width, height)?,
        other => scaled(&other.to_rgb8().into(), width, height)?,
    })
}

fn resize<P: PixelTrait>(
    from: &[u8],
    (width, height): (u32, u32),
    into: &mut [u8],
    (new_width, new_height): (u32, u32),
) -> ImageResult<()> {
    let from = TypedImageRef::<P>::from_buffer(width, height, from).map_err(unscalable)?;
    let mut into = TypedImage::<P>::from_buffer(new_width, new_height, into).map_err(unscalable)?;
    Resizer::new().resize_typed(&from, &mut into, None).map_err(unscalable)
}

fn unscalable(error: impl std::error::Error + Send + Sync + 'static) -> ImageError {
    ImageError::IoError(io::Error::other(error))
}

pub(crate) fn limits(memory: u64) -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(memory);
    limits
}

pub(crate) fn too_large() -> ImageError {
    ImageError::Limits(LimitError::from_kind(LimitErrorKind::DimensionError))
}

/// The formats that are read here, by what the first bytes said.
fn format(content_type: &str) -> Option<ImageFormat> {
    ImageFormat::from_mime_type(content_type).filter(ImageFormat::reading_enabled)
}

fn open<'a>(file: impl BufRead + Seek + 'a, format: ImageFormat, memory: u64) -> ImageResult<impl ImageDecoder + 'a> {
    let mut reader = ImageReader::with_format(file, format);
    reader.limits(limits(memory));
    let decoder = reader.into_decoder()?;
    let (width, height) = decoder.dimensions();
    match u64::from(width) * u64::from(height) {
        1..=MAX_PIXELS => Ok(decoder),
        _ => Err(too_large()),
    }
}

fn measure(path: PathBuf, format: ImageFormat) -> Option<Pixels> {
    let head = Head { file: File::open(path).ok()?, left: MAX_HEAD };
    let mut decoder = open(BufReader::with_capacity(SIP, head), format, MAX_HEAD).ok()?;
    let (width, height) = decoder.dimensions();
    let (width, height) = match decoder.orientation() {
        Ok(
            Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH,
        ) => (height, width),
        _ => (width, height),
    };
    Some(Pixels { width: width.into(), height: height.into() })
}

/// How many bytes it takes to decode and to shrink a picture. What isn't of eight bits each becomes so, and colours are weighed by
/// how much of them is seen; both in a copy.
fn needed(file: &[u8], format: ImageFormat, decoder: &impl ImageDecoder) -> u64 {
    let (width, height) = decoder.dimensions();
    let beside = if format == ImageFormat::Jpeg { jpeg::kept_for_a_pixel(file) } else { 0 };
    let color = decoder.color_type();
    let (copied, weighed) = if color.has_alpha() { (4, 4) } else { (3, 0) };
    let converted = if matches!(color, ColorType::Rgb8 | ColorType::Rgba8) { 0 } else { copied };
    u64::from(width) * u64::from(height) * (beside + converted + weighed) + decoder.total_bytes()
}

fn still(picture: DynamicImage, orientation: Orientation, profile: &[u8]) -> ImageResult<Smaller> {
    let mut sizes: Vec<_> = sizes(picture.width(), picture.height()).collect();
    let mut picture = picture;
    let mut smaller = Vec::new();
    // Each is made of the next larger one, so that only the first takes long.
    while let Some((size, width, height)) = sizes.pop() {
        picture = scaled(&picture, width, height)?;
        smaller.push((size, picture.clone()));
    }
    let opaque = smaller.first().is_none_or(|(_, largest)| is_opaque(largest));
    let encoded = smaller.into_iter().map(|(size, mut picture)| {
        picture.apply_orientation(orientation);
        Ok((size, encode(picture, opaque, profile)?))
    });
    let content_type = if opaque { "image/jpeg" } else { "image/png" };
    Ok(Smaller { content_type, pictures: encoded.collect::<ImageResult<_>>()? })
}

fn is_opaque(picture: &DynamicImage) -> bool {
    !picture.color().has_alpha() || picture.to_rgba8().pixels().all(|pixel| pixel.0[3] == u8::MAX)
}

/// Whether a colour profile is of pixels in red, green and blue, as those of previews are (ICC.1, 7.2), and not too large. One of
/// greys or of printing inks would be wrong here: a decoder has made red, green and blue of those.
fn suits(profile: &[u8]) -> bool {
    let says = |at, word: &[u8]| profile.get(at..).is_some_and(|rest| rest.starts_with(word));
    profile.len() <= MAX_PROFILE && says(16, b"RGB ") && says(36, b"acsp")
}

fn encode(picture: DynamicImage, opaque: bool, profile: &[u8]) -> ImageResult<Vec<u8>> {
    let mut file = Vec::new();
    if opaque {
        let encoder = with_profile(JpegEncoder::new_with_quality(&mut file, QUALITY), profile)?;
        picture.into_rgb8().write_with_encoder(encoder)?;
    } else {
        picture.into_rgba8().write_with_encoder(with_profile(PngEncoder::new(&mut file), profile)?)?;
    }
    Ok(file)
}

fn with_profile<E: ImageEncoder>(mut encoder: E, profile: &[u8]) -> ImageResult<E> {
    encoder.set_icc_profile(profile.to_vec()).map_err(ImageError::Unsupported)?;
    Ok(encoder)
}

/// A file of which only so many bytes are read, wherever they are.
struct Head {
    file: File,
    left: u64,
}

impl Read for Head {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = (&self.file).take(self.left).read(buffer)?;
        self.left -= read as u64;
        Ok(read)
    }
}

impl Seek for Head {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

/// The bytes of a file for as long as there is patience: a decoder that takes longer fails.
pub(crate) struct Hurry<'a> {
    file: Cursor<&'a [u8]>,
    until: Instant,
}

impl<'a> Hurry<'a> {
    pub(crate) fn new(file: &'a [u8]) -> Self {
        Self { file: Cursor::new(file), until: Instant::now() + PATIENCE }
    }

    fn check(&self) -> io::Result<()> {
        if Instant::now() < self.until { Ok(()) } else { Err(io::ErrorKind::TimedOut.into()) }
    }
}

impl Read for Hurry<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.check()?;
        self.file.read(buffer)
    }
}

impl BufRead for Hurry<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.check()?;
        let all = self.file.fill_buf()?;
        Ok(all.get(..PIECE).unwrap_or(all))
    }

    fn consume(&mut self, count: usize) {
        self.file.consume(count);
    }
}

impl Seek for Hurry<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The header of a BMP of so many pixels, and none of them.
    fn bmp(width: u32, height: u32, bits: u16) -> Vec<u8> {
        let mut file = b"BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0".to_vec();
        file.extend([width.to_le_bytes(), height.to_le_bytes()].concat());
        file.extend([1_u16.to_le_bytes(), bits.to_le_bytes()].concat());
        file.resize(54, 0);
        file
    }

    #[test]
    fn what_is_too_large_is_not_decoded() {
        let opens = |width, height| open(Hurry::new(&bmp(width, height, 24)), ImageFormat::Bmp, MAX_DECODED).is_ok();
        assert!(opens(10_000, 5_000) && opens(1, 1));
        assert!(!opens(10_000, 5_001) && !opens(50_000, 50_000), "more than 50 megapixels");
    }

    #[test]
    fn what_needs_too_much_memory_is_not_decoded() {
        let mut file = io::Cursor::new(Vec::new());
        DynamicImage::new_rgba8(20, 10).write_to(&mut file, ImageFormat::Png).expect("encodes");
        let file = file.into_inner();
        let decoder = open(Hurry::new(&file), ImageFormat::Png, MAX_DECODED).expect("a picture");
        assert_eq!(needed(&file, ImageFormat::Png, &decoder), 20 * 10 * 4 * 2, "what is clear is weighed in a copy");
    }

    #[test]
    fn a_decoder_that_takes_too_long_gets_nothing_more() {
        let mut hurry = Hurry::new(b"bytes");
        assert_eq!(hurry.read(&mut [0; 2]).ok(), Some(2));
        hurry.until = Instant::now();
        for result in [hurry.read(&mut [0; 2]), hurry.fill_buf().map(<[u8]>::len)] {
            assert_eq!(result.err().map(|error| error.kind()), Some(io::ErrorKind::TimedOut));
        }
    }
}
