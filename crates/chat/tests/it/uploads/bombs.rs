//! Pictures that aren't what their headers say, or that keep whoever reads them busy.

use fastrand::Rng;
use image::ImageFormat;

use super::pictures::{film, flag, glass, photo, written};

/// What a PNG begins with.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The checksum of PNG and gzip (RFC 1952, 8).
pub fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
    let table: Vec<u32> = (0..256).map(|byte| (0..8).fold(byte, step)).collect();
    let mut crc = u32::MAX;
    for byte in bytes {
        let [lowest, ..] = crc.to_le_bytes();
        crc = (crc >> 8) ^ table[usize::from(lowest ^ byte)];
    }
    !crc
}

fn chunk(kind: [u8; 4], content: &[u8]) -> Vec<u8> {
    let named = [&kind[..], content].concat();
    let length = u32::try_from(content.len()).expect("short");
    [&length.to_be_bytes()[..], &named, &crc(&named).to_be_bytes()].concat()
}

fn png_header(width: u32, height: u32, depth: u8, colours: u8) -> Vec<u8> {
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[depth, colours, 0, 0, 0]].concat();
    [PNG, &chunk(*b"IHDR", &header)].concat()
}

/// Zeros, more than a hundred bytes for each one here: zlib (RFC 1950) with the fixed codes of deflate (RFC 1951, 3.2.6).
fn inflating(length: usize) -> Vec<u8> {
    // The last block, with fixed codes; a zero; then “258 bytes like the one before”, 13 bits, again and again.
    let bits = "110".chars().chain("00110000".chars()).chain("1100010100000".chars().cycle());
    let bits: Vec<_> = bits.take(15 * 8).map(|bit| u8::from(bit == '1')).collect();
    let bytes: Vec<_> = bits.chunks(8).map(|bits| bits.iter().rev().fold(0, |byte, bit| byte << 1 | bit)).collect();
    let (begin, rest) = bytes.split_at(2);
    [0x78, 0x01].iter().chain(begin).chain(rest.iter().cycle()).take(length).copied().collect()
}

fn sample(random: &mut Rng) -> Vec<u8> {
    let (width, height) = (random.u32(1..200), random.u32(1..200));
    match random.u8(..7) {
        0 => written(flag(width, height), ImageFormat::Png),
        1 => written(flag(width, height), ImageFormat::Jpeg),
        2 => written(flag(width, height), ImageFormat::Bmp),
        3 => written(glass(width, height), ImageFormat::WebP),
        4 => written(glass(width, height), ImageFormat::Png),
        5 => photo(width, height, random.u8(..)),
        _ => film(random.u32(1..60), random.u32(1..60), random.u32(1..9)),
    }
}

/// What a format begins with, and then anything.
pub fn nonsense(random: &mut Rng) -> Vec<u8> {
    let magic: [&[u8]; 7] = [
        PNG,
        b"\xff\xd8\xff\xe0\0\x10JFIF\0",
        b"\xff\xd8\xff\xe1\xff\xffExif\0\0",
        b"GIF89a",
        b"BM",
        b"RIFF\x24\0\0\0WEBPVP8 ",
        b"RIFF\xff\xff\xff\xffWEBPVP8X",
    ];
    let mut file = random.choice(magic).unwrap_or_default().to_vec();
    file.extend((0..random.usize(..20_000)).map(|_| random.u8(..)));
    file
}

pub fn cut_off(random: &mut Rng) -> Vec<u8> {
    let mut file = sample(random);
    file.truncate(random.usize(..file.len()));
    file
}

/// A picture with some bytes of it changed.
pub fn altered(random: &mut Rng) -> Vec<u8> {
    let mut file = sample(random);
    for _ in 0..random.usize(1..12) {
        let at = if random.bool() { random.usize(..file.len().min(64)) } else { random.usize(..file.len()) };
        file[at] = *random.choice(&[0, 1, 0x7f, 0x80, 0xff, random.clone().u8(..)]).unwrap_or(&0);
    }
    file
}

pub fn vast_png(random: &mut Rng) -> Vec<u8> {
    let side = |random: &mut Rng| *random.choice(&[50_000, 7_000, 1 << 31, u32::MAX, 0, 1]).unwrap_or(&0);
    let (width, height) = (50_000, if random.bool() { 50_000 } else { side(random) });
    let (depth, colours) = *random.choice(&[(8, 6), (16, 6), (1, 0), (8, 3), (16, 2)]).unwrap_or(&(8, 6));
    let content = chunk(*b"IDAT", &inflating(random.usize(20..2_000)));
    [png_header(width, height, depth, colours), content, chunk(*b"IEND", b"")].concat()
}

/// A small picture with hundreds of megabytes of pixels in it.
pub fn inflating_png(random: &mut Rng) -> Vec<u8> {
    let (width, height) = (random.u32(1..1_000), random.u32(1..1_000));
    let content = chunk(*b"IDAT", &inflating(random.usize(50_000..1_000_000)));
    [png_header(width, height, 8, 6), content, chunk(*b"IEND", b"")].concat()
}

pub fn inflating_texts(random: &mut Rng) -> Vec<u8> {
    let bomb = inflating(random.usize(10_000..200_000));
    let text = chunk(*b"zTXt", &[b"Comment\0\0", &bomb[..]].concat());
    let profile = chunk(*b"iCCP", &[b"colours\0\0", &bomb[..]].concat());
    let content = chunk(*b"IDAT", &inflating(100));
    [png_header(9, 9, 8, 6), profile, text.repeat(random.usize(1..5)), content, chunk(*b"IEND", b"")].concat()
}

pub fn vast_gif(random: &mut Rng) -> Vec<u8> {
    let mut file = b"GIF89a\xff\xff\xff\xff\x80\0\0\0\0\0\xff\xff\xff".to_vec();
    for _ in 0..random.usize(1..50) {
        file.extend(b"\x21\xf9\x04\x01\x0a\0\0\0\x2c\0\0\0\0\xff\xff\xff\xff\0\x02\x02\x44\x01\0");
    }
    file.extend(b";");
    file
}

/// Thousands of frames, some of them beyond the picture.
pub fn many_frames(random: &mut Rng) -> Vec<u8> {
    let mut file = b"GIF89a".to_vec();
    file.extend([random.u8(1..), 0, random.u8(1..), 0]);
    file.extend(b"\x80\0\0\0\0\0\xff\xff\xff");
    for _ in 0..random.usize(2..5_000) {
        file.extend([0x2c, random.u8(..), 0, random.u8(..), 0, 1, 0, 1, 0, 0]);
        file.extend(b"\x02\x02\x44\x01\0");
    }
    file.extend(b";");
    file
}

pub fn vast_bmp(random: &mut Rng) -> Vec<u8> {
    let mut file = written(flag(3, 3), ImageFormat::Bmp);
    // Width, height, planes, bits of a pixel, compression, size, colours.
    for at in [18, 22, 26, 28, 30, 34, 46] {
        if random.bool() {
            let value = *random.choice(&[0, 1, 3, 8, 0x7fff_ffff, 0x8000_0000, u32::MAX, 50_000]).unwrap_or(&0);
            let length = if matches!(at, 26 | 28) { 2 } else { 4 };
            file[at..at + length].copy_from_slice(&value.to_le_bytes()[..length]);
        }
    }
    file
}

/// The segment of a JPEG that begins with that marker.
fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).expect("short");
    [&[0xff, marker][..], &length.to_be_bytes(), content].concat()
}

/// Nothing but a header and a scan without any pixels, all at once or little by little.
pub fn vast_jpeg(random: &mut Rng) -> Vec<u8> {
    let mut file = written(flag(8, 8), ImageFormat::Jpeg);
    let frame = file.windows(2).position(|marker| marker == [0xff, 0xc0]).expect("a frame");
    file[frame + 1] = *random.choice(&[0xc0, 0xc1, 0xc2]).unwrap_or(&0xc0);
    let side = |random: &mut Rng| random.choice([1_500, 9_000, u16::MAX, 0]).unwrap_or(0).to_be_bytes();
    let (height, width) = (side(random), side(random));
    file[frame + 5..frame + 9].copy_from_slice(&[height, width].concat());
    file
}

/// Little by little: each of thousands of scans says of half a million blocks in a few bytes that nothing changes.
pub fn endless_scans(random: &mut Rng) -> Vec<u8> {
    let side = random.u16(2_000..3_000).to_be_bytes();
    let table = |class: u8, symbol: u8| segment(0xc4, &[&[class, 1][..], &[0; 15], &[symbol]].concat());
    let mut file = [
        vec![0xff, 0xd8],
        segment(0xdb, &[&[0][..], &[1; 64]].concat()),
        segment(0xc2, &[&[8][..], &side, &side, &[1, 1, 0x11, 0]].concat()),
        table(0x00, 0x00),
        table(0x10, 0xe0),
        segment(0xda, &[1, 1, 0, 0, 0, 0]),
        vec![0; 80_000],
    ]
    .concat();
    let scan = [segment(0xda, &[1, 1, 0, 1, 63, 0]), [0b0101_0101, 0b0101_0100, 0b1010_1010, 0b1010_1001].repeat(12)];
    file.extend(scan.concat().repeat(random.usize(50..5_000)));
    file.extend([0xff, 0xd9]);
    file
}

fn with_exif(blocks: &[Vec<u8>]) -> Vec<u8> {
    let picture = written(flag(40, 30), ImageFormat::Jpeg);
    let blocks = blocks.iter().flat_map(|block| segment(0xe1, &[b"Exif\0\0", &block[..]].concat()));
    picture[..2].iter().copied().chain(blocks).chain(picture[2..].iter().copied()).collect()
}

pub fn vast_exif(random: &mut Rng) -> Vec<u8> {
    let mut block = b"II\x2a\0\x08\0\0\0\xff\xff".to_vec();
    block.resize(65_000, random.u8(..));
    with_exif(&vec![block; random.usize(1..20)])
}

/// A directory whose next one is itself, and whose entries lie in one another.
pub fn looping_exif(random: &mut Rng) -> Vec<u8> {
    let entry = b"\x12\x01\x03\0\x01\0\0\0\x06\0\0\0";
    let elsewhere = b"\x69\x87\x04\0\x01\0\0\0\x08\0\0\0";
    let next = random.choice([8, 0, 10, u32::MAX]).unwrap_or(8).to_le_bytes();
    with_exif(&[[&b"II\x2a\0\x08\0\0\0\x02\0"[..], elsewhere, entry, &next].concat()])
}

/// A WebP whose file, chunks and picture each say something else.
pub fn wrong_webp(random: &mut Rng) -> Vec<u8> {
    let mut file = written(glass(20, 20), ImageFormat::WebP);
    let any = |random: &mut Rng| random.choice([0, 1, 0x7fff_ffff, u32::MAX, 3, 50_000]).unwrap_or(0).to_le_bytes();
    match random.u8(..3) {
        0 => file[4..8].copy_from_slice(&any(random)),
        1 => file[16..20].copy_from_slice(&any(random)),
        _ => {
            // The extended form with a canvas of its own, up to 16,777,216 pixels each way.
            let canvas = [&[random.u8(..), 0, 0, 0][..], &any(random)[..3], &any(random)[..3]].concat();
            let chunk = [&b"VP8X\x0a\0\0\0"[..], &canvas].concat();
            file.splice(12..12, chunk);
        }
    }
    file
}
