//! Pictures to upload, made for the test.

use std::io::Cursor;

use image::{
    Delay, DynamicImage, ExtendedColorType, Frame, ImageEncoder, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage,
    codecs::{
        gif::{GifEncoder, Repeat},
        jpeg::JpegEncoder,
    },
};

/// What a camera would tell of where its owner lives.
pub const SECRET: &[u8] = b"Lovelace Road 12, London";

/// Red on its left half, blue on its right one.
pub fn flag(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, _| if x < width / 2 { Rgb([220, 0, 0]) } else { Rgb([0, 0, 220]) })
}

/// The same on glass: nothing can be seen of its lower half.
pub fn glass(width: u32, height: u32) -> RgbaImage {
    RgbaImage::from_fn(width, height, |x, y| {
        if y >= height / 2 {
            Rgba([0, 0, 0, 0])
        } else if x < width / 2 {
            Rgba([220, 0, 0, 255])
        } else {
            Rgba([0, 0, 220, 255])
        }
    })
}

pub fn written(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture.into().write_to(&mut file, format).expect("encodes");
    file.into_inner()
}

/// A flag as a camera writes it that was held otherwise (EXIF 2.3, 4.6.4, “Orientation”), with an address beside it.
pub fn photo(width: u32, height: u32, orientation: u8) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut file, 90);
    encoder.set_exif_metadata(exif(orientation)).expect("takes it");
    encoder.encode(&flag(width, height), width, height, ExtendedColorType::Rgb8).expect("encodes");
    file
}

/// What that camera writes beside the picture.
pub fn exif(orientation: u8) -> Vec<u8> {
    let mut exif = b"MM\0\x2a\0\0\0\x08\0\x02\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.extend([orientation, 0, 0]);
    let length = u8::try_from(SECRET.len()).expect("short");
    exif.extend(*b"\x01\x0e\0\x02\0\0\0");
    exif.extend([length, 0, 0, 0, 38, 0, 0, 0, 0]);
    exif.extend(SECRET);
    exif
}

/// A film of so many frames: one column of it is white, another one in each frame.
pub fn film(width: u32, height: u32, frames: u32) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = GifEncoder::new_with_speed(&mut file, 30);
    encoder.set_repeat(Repeat::Infinite).expect("takes it");
    for number in 0..frames {
        let white = |x, _| if x == number % width { Rgba([255; 4]) } else { Rgba([200, 0, 0, 255]) };
        let picture = RgbaImage::from_fn(width, height, white);
        let delay = Delay::from_numer_denom_ms(70, 1);
        encoder.encode_frame(Frame::from_parts(picture, 0, 0, delay)).expect("encodes");
    }
    drop(encoder);
    file
}
