//! Smaller pictures of those that move: GIF stays GIF, frame by frame.

use std::io;

use image::{
    AnimationDecoder, DynamicImage, Frame, ImageDecoder, ImageError, ImageResult, RgbaImage,
    codecs::gif::{GifDecoder, GifEncoder, Repeat},
    metadata::LoopCount,
};

use crate::{
    gif,
    picture::{Hurry, MAX_DECODED, MAX_PIXELS, Smaller, limits, scaled, sizes, too_large},
};

/// The most frames. What has more, or more pixels in all of them, stands still.
const MAX_FRAMES: u64 = 300;
/// How exactly colours are chosen, from 1 (exact and slow) to 30.
const SPEED: i32 = 10;

/// Makes smaller pictures of a GIF that moves; none of one that doesn't, or that takes too long.
pub(crate) fn shrink(file: &[u8]) -> ImageResult<Option<Smaller>> {
    let mut decoder = GifDecoder::new(Hurry::new(file))?;
    decoder.set_limits(limits(MAX_DECODED))?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    let most = MAX_PIXELS.checked_div(pixels).ok_or_else(too_large)?.min(MAX_FRAMES);
    if !(2..=most).contains(&gif::frames(file)) {
        return Ok(None);
    }
    let sizes: Vec<_> = sizes(width, height).collect();
    let mut written = vec![Vec::new(); sizes.len()];
    let mut films: Vec<_> = written.iter_mut().map(|to| GifEncoder::new_with_speed(to, SPEED)).collect();
    for film in &mut films {
        film.set_repeat(repeat(&decoder))?;
    }
    let mut count = 0_u32;
    for frame in decoder.into_frames().take(usize::try_from(most).unwrap_or_default()) {
        let frame = match frame {
            Ok(frame) => frame,
            Err(ImageError::IoError(error)) if error.kind() == io::ErrorKind::TimedOut => return Ok(None),
            // Browsers show a film that is cut off, too.
            Err(_) if count > 0 => break,
            Err(error) => return Err(error),
        };
        count += 1;
        let (delay, picture) = (frame.delay(), DynamicImage::from(frame.into_buffer()));
        for ((_, width, height), film) in sizes.iter().zip(&mut films) {
            let smaller = clear_or_not(scaled(&picture, *width, *height)?.into_rgba8());
            film.encode_frame(Frame::from_parts(smaller, 0, 0, delay))?;
        }
    }
    // Each ends its film as it goes.
    drop(films);
    let pictures = sizes.into_iter().zip(written).map(|((size, ..), film)| (size, film)).collect();
    Ok((count > 1).then_some(Smaller { content_type: "image/gif", pictures }))
}

fn repeat<'a>(decoder: &impl AnimationDecoder<'a>) -> Repeat {
    match decoder.loop_count() {
        LoopCount::Infinite => Repeat::Infinite,
        LoopCount::Finite(times) => u16::try_from(times.get()).map_or(Repeat::Infinite, Repeat::Finite),
    }
}

/// GIF knows nothing between what is seen and what isn't.
fn clear_or_not(mut picture: RgbaImage) -> RgbaImage {
    for pixel in picture.pixels_mut() {
        pixel.0[3] = if pixel.0[3] < 128 { 0 } else { u8::MAX };
    }
    picture
}
