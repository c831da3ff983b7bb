//! Which types of files a place takes, as whoever runs it says: `image/*, application/pdf`.

use protocol::Error;

use crate::media_type;

/// Some media types.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MediaTypes(Vec<String>);

/// Which types are taken, and which are not.
#[derive(Clone, Debug, Default)]
pub struct AcceptedTypes {
    /// Those that are taken; all of them where none is named.
    pub allowed: MediaTypes,
    /// Those that are not, even if the others name them.
    pub denied: MediaTypes,
}

impl MediaTypes {
    /// Reads `application/pdf, image/*`. Nothing at all names nothing.
    ///
    /// # Errors
    /// A sentence that says how to write them.
    pub fn parse(text: &str) -> Result<Self, String> {
        let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
        items.map(one).collect::<Result<_, _>>().map(Self)
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|item| match item.strip_suffix("/*") {
            Some("*") => true,
            Some(group) => name.split('/').next() == Some(group),
            None => item == name,
        })
    }
}

impl AcceptedTypes {
    /// Whether a file that begins with `head` is taken, whatever it is called.
    ///
    /// # Errors
    /// [`Error::RefusedMedia`].
    pub(crate) fn check(&self, head: &[u8]) -> protocol::Result<()> {
        // A page is kept as text, but who denies `text/html` means pages, too.
        let (told, kept) = (media_type::told(head), media_type::of(head));
        let has = |types: &MediaTypes| types.has(told) || types.has(kept);
        let only = if has(&self.denied) {
            String::new()
        } else if self.allowed.0.is_empty() || has(&self.allowed) {
            return Ok(());
        } else {
            format!(" Only these are: {}.", self.allowed.0.join(", "))
        };
        Err(Error::RefusedMedia { message: format!("Files of the type {told} aren’t taken here.{only}") })
    }
}

fn one(text: &str) -> Result<String, String> {
    let text = text.to_ascii_lowercase();
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
    };
    match text.split_once('/') {
        Some((group, kind)) if (is_name(group) && (kind == "*" || is_name(kind))) || text == "*/*" => Ok(text),
        _ => Err(format!("“{text}” is no media type. Write image/png or image/*, several with commas between them")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n rest";
    const PAGE: &[u8] = b"<!doctype html><script>alert(1)</script>";

    /// What a file is refused for.
    fn refused(allowed: &str, denied: &str, head: &[u8]) -> Option<String> {
        let types = |text| MediaTypes::parse(text).expect("types");
        let accepted = AcceptedTypes { allowed: types(allowed), denied: types(denied) };
        accepted.check(head).err().map(|error| error.to_string())
    }

    #[test]
    fn what_is_allowed_and_not_denied_is_taken() {
        for (allowed, denied, head) in [
            ("", "", PNG),
            ("image/*", "", PNG),
            (" text/plain , IMAGE/PNG ", "", PNG),
            ("*/*", "image/gif, video/*", PNG),
            ("text/plain", "", PAGE),
            ("text/html", "", PAGE),
        ] {
            assert_eq!(refused(allowed, denied, head), None, "{allowed} {denied}");
        }
    }

    #[test]
    fn anything_else_is_refused_by_its_name() {
        let png = "Files of the type image/png aren’t taken here.";
        for denied in ["image/png", "image/*", "*/*"] {
            assert_eq!(refused("image/*", denied, PNG).as_deref(), Some(png), "{denied}");
        }
        let only = format!("{png} Only these are: imag/*, application/pdf.");
        assert_eq!(refused("imag/*,application/pdf", "", PNG), Some(only));
        let page = "Files of the type text/html aren’t taken here.";
        assert_eq!(refused("", "text/html", PAGE).as_deref(), Some(page));
        assert!(refused("", "text/plain", PAGE).is_some(), "nor as the text that it is kept as");
    }

    #[test]
    fn what_is_no_type_is_not_understood() {
        for text in ["png", "image/", "/png", "*/png", "image/p*", "image/png/x", "image png", "*"] {
            assert!(MediaTypes::parse(text).is_err(), "{text}");
        }
        assert_eq!(MediaTypes::parse(""), Ok(MediaTypes::default()));
    }
}
