//! What the colours of a picture mean: its previews say the same.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder as _, ImageEncoder, ImageFormat, ImageReader,
    codecs::{jpeg::JpegEncoder, png::PngEncoder, webp::WebPEncoder},
};
use protocol::{File, PreviewSize};

use crate::{
    file::upload,
    place::{Person, Place},
    preview::{try_look, with_project},
    uploads::pictures::{SECRET, exif, flag, glass},
};

crate::on_both_databases! {
    colours_mean_what_they_meant
    a_colour_profile_of_something_else_goes
}

/// A colour profile (ICC.1, 7.2) of so many bytes for pixels of that kind: `RGB `, `GRAY`, `CMYK`.
fn profile(pixels: [u8; 4], length: usize) -> Vec<u8> {
    let mut profile: Vec<u8> = (0..length).map(|at| u8::try_from(at % 251).expect("below 251")).collect();
    profile[..4].copy_from_slice(&u32::try_from(length).expect("short").to_be_bytes());
    profile[12..24].copy_from_slice(&[*b"mntr", pixels, *b"XYZ "].concat());
    profile[36..40].copy_from_slice(b"acsp");
    profile
}

/// A picture with a colour profile, and with an address beside it.
fn with_profile(picture: impl Into<DynamicImage>, format: ImageFormat, profile: &[u8]) -> Vec<u8> {
    fn write(picture: &DynamicImage, mut encoder: impl ImageEncoder, profile: &[u8]) {
        encoder.set_exif_metadata(exif(1)).expect("takes it");
        encoder.set_icc_profile(profile.to_vec()).expect("takes it");
        picture.write_with_encoder(encoder).expect("encodes");
    }
    let (picture, mut file) = (picture.into(), Vec::new());
    match format {
        ImageFormat::Jpeg => write(&picture, JpegEncoder::new_with_quality(&mut file, 90), profile),
        ImageFormat::Png => write(&picture, PngEncoder::new(&mut file), profile),
        _ => write(&picture, WebPEncoder::new_lossless(&mut file), profile),
    }
    file
}

/// The colour profile of a small preview, and whether that tells the address that was in the file.
async fn profile_of(person: &Person, file: &File) -> (Option<Vec<u8>>, bool) {
    let (content_type, bytes) = try_look(person, file, PreviewSize::Small).await.expect("has a preview");
    let format = ImageFormat::from_mime_type(content_type).expect("a picture’s type");
    let secret = bytes.windows(SECRET.len()).any(|bytes| bytes == SECRET);
    let decoder = ImageReader::with_format(Cursor::new(bytes), format).into_decoder();
    (decoder.expect("can be read").icc_profile().expect("is whole"), secret)
}

async fn colours_mean_what_they_meant(place: Place) {
    let (ada, project) = with_project(&place).await;
    for length in [600, 64 << 10] {
        let profile = profile(*b"RGB ", length);
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
            let file = upload(&ada, &project, "wide", &with_profile(flag(900, 300), format, &profile)).await;
            assert_eq!(profile_of(&ada, &file).await, (Some(profile.clone()), false), "{format:?} {length}");
        }
        let clear = with_profile(glass(900, 300), ImageFormat::Png, &profile);
        let file = upload(&ada, &project, "clear", &clear).await;
        assert_eq!(profile_of(&ada, &file).await, (Some(profile), false), "{length}");
    }
}

async fn a_colour_profile_of_something_else_goes(place: Place) {
    let (ada, project) = with_project(&place).await;
    let mut nonsense = profile(*b"RGB ", 600);
    nonsense[36..40].copy_from_slice(b"none");
    for profile in
        [profile(*b"GRAY", 600), profile(*b"CMYK", 600), profile(*b"RGB ", (64 << 10) + 1), nonsense, vec![7]]
    {
        for format in [ImageFormat::Jpeg, ImageFormat::Png] {
            let file = upload(&ada, &project, "odd", &with_profile(flag(900, 300), format, &profile)).await;
            assert_eq!(profile_of(&ada, &file).await, (None, false), "{format:?}");
        }
    }
}
