//! Files on their way out. A browser saves them, or shows those in which nothing can run, but never as a page of ours,
//! whatever they hold: their type was told by their bytes, `nosniff` keeps it, and the policy for what is no page lets
//! nothing in them run.
//!
//! A file can be asked for by parts and asked whether it is still the same: its tag is the hash of its bytes. A browser may
//! keep it, but asks each time, so that rights end at once.

use std::{convert::Infallible, ops::Range};

use axum::{
    body::Body,
    extract::FromRequestParts,
    http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Version, header, request::Parts},
    response::{IntoResponse as _, Response},
};
use axum_extra::{
    TypedHeader,
    headers::{AcceptRanges, ContentLength, ContentRange, ETag, HeaderMapExt as _, IfNoneMatch},
};
use chat::{Fault, OpenFile, OpenPreview};
use futures::TryStreamExt as _;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use protocol::File;
use utoipa::{IntoParams, IntoResponses};

use crate::{error::Result, observe::RequestId, range::Wanted};

/// All but the letters that RFC 8187, 3.2.1 lets stand.
const ENCODED: AsciiSet = NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// What a browser does with a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Saves it.
    Saved,
    /// Shows it if nothing in it can run; saves it otherwise.
    Shown,
}

/// What a request says of the bytes that it wants.
pub struct Download {
    method: Method,
    headers: HeaderMap,
    request_id: String,
}

impl<S: Sync> FromRequestParts<S> for Download {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> std::result::Result<Self, Infallible> {
        let request_id = parts.extensions.get::<RequestId>().map(|RequestId(id)| id.clone());
        let (method, headers) = (parts.method.clone(), parts.headers.clone());
        Ok(Self { method, headers, request_id: request_id.unwrap_or_default() })
    }
}

impl Download {
    /// The file as it is asked for: all of it, a part, or only that it is still the same.
    ///
    /// # Errors
    /// As for [`OpenFile::read`].
    pub async fn answer(self, opened: &OpenFile, manner: Manner) -> Result<Response> {
        let size = opened.file.size.cast_unsigned();
        let tag: ETag = format!("\"{}\"", opened.hash).parse().map_err(|_| {
            chat::Error::from(Fault::Stored(format!("the hash of file {} is none: {}", opened.file.id, opened.hash)))
        })?;
        if self.knows(&tag) {
            return Ok((StatusCode::NOT_MODIFIED, TypedHeader(tag), GUARDS).into_response());
        }
        // A range means something to GET alone (RFC 9110, 14.2).
        let get = self.method == Method::GET;
        let wanted = if get { Wanted::of(&self.headers, &tag, size) } else { Wanted::Whole };
        let content = match wanted {
            // The layer that tells errors finds the words.
            Wanted::Nothing => {
                let size = TypedHeader(ContentRange::unsatisfied_bytes(size));
                return Ok((StatusCode::RANGE_NOT_SATISFIABLE, size).into_response());
            }
            Wanted::Whole if get => {
                (StatusCode::OK, TypedHeader(ContentLength(size)), self.read(opened, None).await?).into_response()
            }
            Wanted::Whole => TypedHeader(ContentLength(size)).into_response(),
            Wanted::Part(range) => self.part(opened, range, size).await?,
        };
        let tags = (TypedHeader(tag), TypedHeader(AcceptRanges::bytes()));
        Ok((tags, GUARDS, description(&opened.file, manner), content).into_response())
    }

    /// A preview, shown in place, or only that it is still the same: it was made here, so nothing in it can run.
    ///
    /// # Errors
    /// As for [`OpenPreview::read`].
    pub async fn show(self, opened: &OpenPreview) -> Result<Response> {
        let tag: ETag = format!("\"{}\"", opened.tag)
            .parse()
            .map_err(|_| chat::Error::from(Fault::Stored(format!("the tag of a preview is none: {}", opened.tag))))?;
        if self.knows(&tag) {
            return Ok((StatusCode::NOT_MODIFIED, TypedHeader(tag), GUARDS).into_response());
        }
        let (size, content) = opened.read().await?;
        let content = Body::from_stream(content.map_err(move |error| error.report(&self.request_id)));
        let described = [(header::CONTENT_TYPE, opened.content_type), (header::CONTENT_DISPOSITION, "inline")];
        Ok((TypedHeader(tag), TypedHeader(ContentLength(size)), GUARDS, described, content).into_response())
    }

    /// Whether whoever asks has what has this tag.
    fn knows(&self, tag: &ETag) -> bool {
        self.headers.typed_get::<IfNoneMatch>().is_some_and(|known| !known.precondition_passes(tag))
    }

    async fn part(self, opened: &OpenFile, range: Range<u64>, size: u64) -> Result<Response> {
        let length = TypedHeader(ContentLength(range.end - range.start));
        let told = ContentRange::bytes(range.clone(), size).ok().map(TypedHeader);
        let content = self.read(opened, Some(range)).await?;
        Ok((StatusCode::PARTIAL_CONTENT, length, told, content).into_response())
    }

    async fn read(self, opened: &OpenFile, range: Option<Range<u64>>) -> Result<Body> {
        let content = opened.read(range).await?;
        // A fault is logged here; what the reader sees is that the file ends too early.
        Ok(Body::from_stream(content.map_err(move |error| error.report(&self.request_id))))
    }
}

/// Who may keep a file: the browser of who asked, which asks again before it shows it. And no other site shows it as a
/// picture of its own.
pub const GUARDS: [(HeaderName, HeaderValue); 2] = [
    (header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
];

/// What a file is, and what is to be done with it.
fn description(file: &File, manner: Manner) -> [(HeaderName, HeaderValue); 2] {
    let kind = match file.content_type.as_str() {
        // Told by its bytes, text is UTF-8. Nothing else may be read into it where it is shown.
        "text/plain" if manner == Manner::Shown => "text/plain; charset=utf-8",
        kind => kind,
    };
    let kind = HeaderValue::try_from(kind).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let shown = manner == Manner::Shown && is_inert(&file.content_type);
    let disposition = disposition(if shown { "inline" } else { "attachment" }, &file.name);
    [(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, disposition)]
}

/// Whether a browser runs nothing that a file of this type may hold. A PDF's scripts run in the viewer's own world, if at
/// all; a drawing's would in ours.
fn is_inert(content_type: &str) -> bool {
    const TYPES: [&str; 8] = [
        "image/png",
        "image/jpeg",
        "image/gif",
        "image/webp",
        "image/bmp",
        "image/avif",
        "application/pdf",
        "text/plain",
    ];
    TYPES.contains(&content_type) || content_type.starts_with("audio/") || content_type.starts_with("video/")
}

/// What a request may say of the bytes that it wants.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "it describes what `Download` reads")]
pub struct Conditions {
    /// One range of bytes. Several ranges and other units count as none.
    #[param(rename = "Range", required = false, example = "bytes=0-1023")]
    range: String,
    /// The range holds only if the file still has this tag; otherwise all of it comes.
    #[param(rename = "If-Range", required = false)]
    if_range: String,
    /// Nothing comes if the file still has one of these tags.
    #[param(rename = "If-None-Match", required = false)]
    if_none_match: String,
}

/// What comes of it.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "it describes what `Download` answers")]
pub enum Content {
    /// All bytes.
    #[response(status = 200, content_type = "*/*", headers(
        ("ETag", description = "The file’s tag: the SHA-256 of its bytes."),
        ("Accept-Ranges", description = "`bytes`: parts can be asked for.")
    ))]
    Whole(Vec<u8>),
    /// The bytes of the range.
    #[response(status = 206, content_type = "*/*", headers(
        ("ETag", description = "The file’s tag: the SHA-256 of its bytes."),
        ("Content-Range", description = "Which bytes these are, and how many there are in all.")
    ))]
    Part(Vec<u8>),
    /// The file is still the same.
    #[response(status = 304, headers(("ETag", description = "The file’s tag.")))]
    Same,
    /// The file has no byte in the range.
    #[response(status = 416, headers(("Content-Range", description = "How many bytes there are.")))]
    Beyond,
}

/// Whether an answer is anything but a file.
pub fn is_other(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    !headers.contains_key(header::CONTENT_DISPOSITION)
}

/// `attachment` or `inline` with the name twice (RFC 6266): once in letters that every browser reads, once as it is.
pub fn disposition(manner: &'static str, name: &str) -> HeaderValue {
    let plain = |c: char| if c.is_ascii_graphic() && !"\"\\%".contains(c) || c == ' ' { c } else { '_' };
    let fallback: String = name.chars().map(plain).collect();
    let value = format!("{manner}; filename=\"{fallback}\"; filename*=UTF-8''{}", utf8_percent_encode(name, &ENCODED));
    HeaderValue::try_from(value).unwrap_or(HeaderValue::from_static(manner))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_goes_out_plainly_and_exactly() {
        let told = |name| disposition("attachment", name).to_str().expect("ASCII").to_owned();
        assert_eq!(told("a b.txt"), "attachment; filename=\"a b.txt\"; filename*=UTF-8''a%20b.txt");
        assert_eq!(told("naïve.txt"), "attachment; filename=\"na_ve.txt\"; filename*=UTF-8''na%C3%AFve.txt");
        assert_eq!(told("\"\\%';.txt"), "attachment; filename=\"___';.txt\"; filename*=UTF-8''%22%5C%25%27%3B.txt");
    }

    #[test]
    fn a_name_can_write_no_header_of_its_own() {
        let told = disposition("attachment", "a\r\nSet-Cookie: b\u{0}.txt");
        assert!(told.as_bytes().iter().all(|byte| (b' '..=b'~').contains(byte)), "{told:?}");
    }

    #[test]
    fn only_what_runs_nothing_is_shown() {
        for shown in ["image/png", "image/avif", "audio/mpeg", "video/webm", "application/pdf", "text/plain"] {
            assert!(is_inert(shown), "{shown}");
        }
        for saved in [
            "text/html",
            "text/css",
            "text/xml",
            "image/svg+xml",
            "image/tiff",
            "application/xhtml+xml",
            "application/javascript",
            "application/zip",
            "application/octet-stream",
            "",
        ] {
            assert!(!is_inert(saved), "{saved}");
        }
    }
}
