//! Hostile uploads, by kinds, the same ones for the same seed.

use fastrand::Rng;

use super::{
    active::{archived_drawing, drawing, film_that_is_a_script, page, paper_that_is_a_page, picture_with_a_page, tree},
    bombs, names,
};

/// A file that somebody brings to do harm.
pub struct Hostile {
    /// What it tries.
    pub kind: &'static str,
    /// What it is said to be called.
    pub name: String,
    pub bytes: Vec<u8>,
}

/// How the bytes of a kind are made.
type Make = fn(&mut Rng) -> Vec<u8>;

/// Each kind, with the name that goes best with it.
const KINDS: [(&str, &str, Make); 25] = [
    ("GIF and script", "cat.gif", film_that_is_a_script),
    ("PDF and page", "paper.pdf", paper_that_is_a_page),
    ("PNG with a page behind it", "cat.png", picture_with_a_page),
    ("drawing with a script", "drawing.svg", drawing),
    ("drawing that is called a picture", "drawing.png", drawing),
    ("packed drawing", "drawing.svgz", archived_drawing),
    ("page that is called a picture", "cat.png", page),
    ("page", "page.html", page),
    ("XML", "page.xhtml", tree),
    ("name", "", names::content),
    ("nothing", "empty.png", |_| Vec::new()),
    ("nonsense after magic", "cat.jpeg", bombs::nonsense),
    ("cut off", "cat.webp", bombs::cut_off),
    ("altered", "cat.bmp", bombs::altered),
    ("PNG that claims to be vast", "vast.png", bombs::vast_png),
    ("PNG that inflates", "bomb.png", bombs::inflating_png),
    ("PNG whose texts inflate", "texts.png", bombs::inflating_texts),
    ("GIF that claims to be vast", "vast.gif", bombs::vast_gif),
    ("GIF of many frames", "frames.gif", bombs::many_frames),
    ("BMP that claims to be anything", "vast.bmp", bombs::vast_bmp),
    ("JPEG that claims to be vast", "vast.jpeg", bombs::vast_jpeg),
    ("JPEG of endless scans", "scans.jpeg", bombs::endless_scans),
    ("JPEG with a vast EXIF block", "exif.jpeg", bombs::vast_exif),
    ("JPEG whose EXIF block turns in circles", "loop.jpeg", bombs::looping_exif),
    ("WebP of wrong sizes", "sizes.webp", bombs::wrong_webp),
];

/// So many of them, each kind as often as the others.
pub fn uploads(seed: u64, count: usize) -> impl Iterator<Item = Hostile> {
    let mut random = Rng::with_seed(seed);
    KINDS.into_iter().cycle().take(count).map(move |(kind, name, make)| {
        let bytes = make(&mut random);
        // Bad names go with everything.
        let name = if name.is_empty() || random.u8(..4) == 0 { names::any(&mut random) } else { name.to_owned() };
        Hostile { kind, name, bytes }
    })
}
