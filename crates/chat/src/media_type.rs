//! What bytes are, told by the first of them: a file's name says what its owner likes.

/// How many bytes are looked at.
pub(crate) const HEAD: usize = 8 * 1024;

const TEXT: &str = "text/plain";
const BYTES: &str = "application/octet-stream";

/// The media type of a file that begins with `head`. Never one that a browser would run: pages, drawings with scripts
/// in them, and scripts are text.
pub(crate) fn of(head: &[u8]) -> &'static str {
    match infer::get(head).map(|kind| kind.mime_type()) {
        Some(known) if !known.starts_with("text/") && !known.ends_with("xml") => known,
        _ if is_text(head) => TEXT,
        _ => BYTES,
    }
}

/// What a file that begins with `head` is, even where it isn't kept as that.
pub(crate) fn told(head: &[u8]) -> &'static str {
    infer::get(head).map_or_else(|| of(head), |kind| kind.mime_type())
}

/// Whether this is UTF-8 with nothing in it but characters and white space. A last character may be cut off.
fn is_text(head: &[u8]) -> bool {
    let whole = match std::str::from_utf8(head) {
        Ok(text) => Some(text),
        Err(error) if error.error_len().is_none() && head.len() >= HEAD => {
            head.split_at_checked(error.valid_up_to()).and_then(|(whole, _)| std::str::from_utf8(whole).ok())
        }
        Err(_) => None,
    };
    whole.is_some_and(|text| !text.chars().any(|c| c.is_control() && !c.is_whitespace()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_browser_would_run_is_text() {
        for content in [
            "<!DOCTYPE html><script>alert(1)</script>",
            "  \n<HTML><body onload=alert(1)>",
            "<script>alert(1)</script>",
            "\u{FEFF}<html>",
            "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>",
            "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>",
            "<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\"/>",
            "#!/bin/sh\nrm -rf /",
            "alert(1)",
            "",
        ] {
            assert_eq!(of(content.as_bytes()), "text/plain", "{content:?}");
        }
    }

    #[test]
    fn bytes_say_what_they_are() {
        assert_eq!(of(b"\x89PNG\r\n\x1a\n rest"), "image/png");
        assert_eq!(of(b"%PDF-1.7\n"), "application/pdf");
        assert_eq!(of(b"GIF89a<script>alert(1)</script>"), "image/gif");
        assert_eq!(of(b"PK\x03\x04 rest"), "application/zip");
        for bytes in [&b"\0\0\0\0"[..], b"<script>\0</script>", b"caf\xe9", b"\xff\xfe<\0h\0t\0m\0l\0>\0"] {
            assert_eq!(of(bytes), "application/octet-stream", "{bytes:?}");
        }
    }

    #[test]
    fn a_character_may_be_cut_where_the_look_ends() {
        let mut long = vec![b'a'; HEAD - 1];
        long.extend("é".bytes().take(1));
        assert_eq!(of(&long), "text/plain");
        assert_eq!(of(b"caf\xc3"), "application/octet-stream", "but not where the file ends");
    }
}
