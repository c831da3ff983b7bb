//! Names that lead out of a folder, hide what they end with, or write a header of their own.

use fastrand::Rng;

const NAMES: [&str; 40] = [
    "../../../etc/passwd",
    "..\\..\\windows\\system32\\evil.exe",
    "/etc/cron.d/evil",
    "C:\\Users\\ada\\evil.bat",
    "\\\\server\\share\\evil.lnk",
    "....//....//evil",
    "..%2f..%2fevil",
    "%2e%2e%5cevil",
    "a/../../../evil.png",
    "file:///etc/passwd",
    "~/.ssh/authorized_keys",
    ".",
    "..",
    "...",
    " ",
    "/",
    ".htaccess",
    "CON",
    "NUL.txt",
    "picture.png::$DATA",
    "picture.png:evil.exe",
    "photo\u{202E}gpj.exe",
    "\u{202D}photo\u{202C}.png",
    "photo\u{2066}.png\u{2069}.exe",
    "photo\u{200E}.png\u{200F}",
    "photo\u{61C}gnp.exe",
    "in\u{200B}voice.png\u{200B}.exe",
    "\u{FEFF}page.html",
    "soft\u{AD}hyphen.exe",
    "word\u{2060}joiner.png",
    "line\u{2028}break\u{2029}.png",
    "evil.exe\u{0}.png",
    "a\r\nSet-Cookie: confab_session=evil\r\n\r\n<script>.png",
    "\"; filename=\"evil.exe",
    "evil.exe\"; filename*=UTF-8''nice.png",
    "<img src=x onerror=alert(1)>.png",
    "'; DROP TABLE files; --.png",
    "\u{7F}\u{80}\u{9F}\u{1B}[2Jevil.txt",
    "picture.png                                                                                 .exe",
    "e\u{301}\u{302}\u{303}\u{304}\u{305}.png",
];

/// One of them, or one that is very long.
pub fn any(random: &mut Rng) -> String {
    let long = |letter: &str, random: &mut Rng| format!("{}.png", letter.repeat(random.usize(100..5_000)));
    match random.u8(..8) {
        0 => long("a", random),
        1 => long("é", random),
        2 => long("👩‍💻", random),
        3 => long("../", random),
        _ => random.choice(NAMES).unwrap_or_default().to_owned(),
    }
}

/// What it is a name of.
pub fn content(random: &mut Rng) -> Vec<u8> {
    format!("harmless {}", random.u32(..)).into_bytes()
}
