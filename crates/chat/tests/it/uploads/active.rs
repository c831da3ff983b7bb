//! What would run if a browser took it for a page, and what is two things at once.

use fastrand::Rng;
use image::ImageFormat;

use super::{
    bombs::crc,
    pictures::{flag, written},
};

const SCRIPT: &str = "alert(document.cookie)";

fn one(random: &mut Rng, of: &[&str]) -> String {
    random.choice(of).copied().unwrap_or_default().to_owned()
}

/// Runs as `<script src>`, and begins as a GIF does.
pub fn film_that_is_a_script(random: &mut Rng) -> Vec<u8> {
    let begin = one(random, &["GIF89a/*", "GIF87a=1;/*", "GIF89a\u{1}\0\u{1}\0"]);
    format!("{begin} {} */={SCRIPT};//{}", "x".repeat(random.usize(..200)), random.u32(..)).into_bytes()
}

pub fn paper_that_is_a_page(random: &mut Rng) -> Vec<u8> {
    let begin = one(random, &["%PDF-1.7\n", "%PDF-1.4\n%<!--", "<!-- -->%PDF-1.7\n", "\n\n%PDF-1.7\n"]);
    let page = format!("<html><script>{SCRIPT}</script></html>");
    let action = format!("1 0 obj<</OpenAction<</S/JavaScript/JS({SCRIPT})>>>>endobj");
    format!("{begin}{page}\n{action}\n%%EOF{}", random.u32(..)).into_bytes()
}

/// A picture that is well-formed up to where it ends.
pub fn picture_with_a_page(random: &mut Rng) -> Vec<u8> {
    let format = *random.choice(&[ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif]).unwrap_or(&ImageFormat::Png);
    let picture = written(flag(random.u32(1..300), random.u32(1..300)), format);
    [&picture[..], b"<!doctype html><script>", SCRIPT.as_bytes(), b"</script>"].concat()
}

/// SVG with a script, however a file of it may begin.
pub fn drawing(random: &mut Rng) -> Vec<u8> {
    let begin = one(
        random,
        &[
            "",
            "\u{FEFF}",
            " \t\r\n\n",
            "<!-- a comment -->",
            "<!-- a > comment --><!DOCTYPE svg>",
            "<?xml version=\"1.0\"?>",
            "<?xml version='1.0' encoding='utf-8'?>\n<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"\">",
            "<?xml-stylesheet href='javascript:alert(1)'?>",
            "<!DOCTYPE svg [<!ENTITY a \"&b;&b;\"><!ENTITY b SYSTEM \"file:///etc/passwd\">]>",
        ],
    );
    let element = one(
        random,
        &[
            "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
            "<SVG xmlns='http://www.w3.org/2000/svg' OnLoad='alert(1)'></SVG>",
            "<x:svg xmlns:x='http://www.w3.org/2000/svg'><x:script>alert(1)</x:script></x:svg>",
            "<svg xmlns='http://www.w3.org/2000/svg'><foreignObject><iframe src='javascript:alert(1)'/></foreignObject></svg>",
        ],
    );
    let text = format!("{begin}{element}<!-- {} -->", random.u32(..));
    encoded(random, &text)
}

pub fn page(random: &mut Rng) -> Vec<u8> {
    let begin = one(
        random,
        &[
            "<!doctype html><script>",
            "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\"><script>",
            "  \n\t<HTML><body onload=alert(1)><script>",
            "<script>",
            "<ScRiPt>",
            "<!-- --><b><script>",
            "plain words first <script>",
            "\u{FEFF}<html><script>",
            "\0<script>",
            "\u{1b}%/@<script>",
            "+ADw-script+AD4-",
            "<iframe src=javascript:alert(1)></iframe><script>",
            "<a href='#'>x</a><style>*{background:url(javascript:alert(1))}</style><script>",
        ],
    );
    let text = format!("{begin}{SCRIPT}//{}</script>", random.u32(..));
    encoded(random, &text)
}

/// XHTML, and XML that becomes it.
pub fn tree(random: &mut Rng) -> Vec<u8> {
    let text = one(
        random,
        &[
            "<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\"><script>alert(1)</script></html>",
            "<html xmlns=\"http://www.w3.org/1999/xhtml\"><body onload=\"alert(1)\"/></html>",
            "<?xml version=\"1.0\"?><?xml-stylesheet type=\"text/xsl\" href=\"data:,x\"?><a/>",
            "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY x \"x\"><!ENTITY y \"&x;&x;&x;&x;\">]><a>&y;</a>",
            "<rss version=\"2.0\"><channel><link>javascript:alert(1)</link></channel></rss>",
            "<?xml version=\"1.0\"?><math xmlns=\"http://www.w3.org/1998/Math/MathML\" href=\"javascript:alert(1)\"/>",
        ],
    );
    let text = format!("{text}<!-- {} -->", random.u32(..));
    encoded(random, &text)
}

/// A drawing packed as `gzip -0` does it (RFC 1952), which servers unpack under the type of a drawing.
pub fn archived_drawing(random: &mut Rng) -> Vec<u8> {
    let drawing = drawing(random);
    let length = u16::try_from(drawing.len()).expect("short");
    let mut file = b"\x1f\x8b\x08\0\0\0\0\0\0\xff\x01".to_vec();
    file.extend(length.to_le_bytes());
    file.extend((!length).to_le_bytes());
    file.extend(&drawing);
    file.extend(crc(&drawing).to_le_bytes());
    file.extend(u32::from(length).to_le_bytes());
    file
}

/// Text as UTF-8 or as UTF-16, which browsers recognise too, with and without saying so.
fn encoded(random: &mut Rng, text: &str) -> Vec<u8> {
    let little = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    let big = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>();
    match random.u8(..8) {
        0 => [&[0xff, 0xfe][..], &little(text)].concat(),
        1 => [&[0xfe, 0xff][..], &big(text)].concat(),
        2 => little(text),
        3 => big(text),
        _ => text.as_bytes().to_vec(),
    }
}
