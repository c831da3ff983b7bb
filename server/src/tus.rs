//! tus 1.0 (<https://tus.io/protocols/resumable-upload>), as far as its headers go: the core with creation,
//! creation-with-upload, termination and expiration. `v1/upload.rs` has the routes.

use std::time::{Duration, UNIX_EPOCH};

use axum::{
    Json,
    extract::FromRequestParts,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse as _, Response},
};
use axum_extra::headers::{Expires, Header as _};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use chat::{Destination, ResumableUpload};
use protocol::{ConversationId, Error, FolderId, ProjectId};

use crate::voice;

/// The version that is spoken.
pub const VERSION: &str = "1.0.0";
/// What of it beside the core.
pub const EXTENSIONS: &str = "creation,creation-with-upload,termination,expiration";
/// The type of a body that has bytes of an upload.
pub const BYTES: &str = "application/offset+octet-stream";

/// The version that a request or an answer is written in.
pub const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
/// How many bytes there are already.
pub const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
/// How many there will be.
pub const LENGTH: HeaderName = HeaderName::from_static("upload-length");
/// What the file is called and where it is to go.
pub const METADATA: HeaderName = HeaderName::from_static("upload-metadata");
/// The id of the file that an upload became. Ours.
pub const FILE: HeaderName = HeaderName::from_static("upload-file");

const EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
const VERSIONS: HeaderName = HeaderName::from_static("tus-version");
const EXTENSION: HeaderName = HeaderName::from_static("tus-extension");
const MAX_SIZE: HeaderName = HeaderName::from_static("tus-max-size");

/// Whether this address speaks tus. What is asked there takes as long as it takes.
pub fn is_spoken_at(path: &str) -> bool {
    path.strip_prefix("/api/v1/uploads").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A request that is written in the version that is spoken: an extractor that refuses every other one with 412.
pub struct Spoken;

impl<S: Sync> FromRequestParts<S> for Spoken {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        if parts.headers.get(RESUMABLE).is_some_and(|version| version == VERSION) {
            return Ok(Self);
        }
        let refusal = Error::invalid("Tus-Resumable", format!("Send “Tus-Resumable: {VERSION}”: that is spoken here."));
        Err((StatusCode::PRECONDITION_FAILED, [(VERSIONS, VERSION)], Json(voice::json(&refusal))).into_response())
    }
}

/// Says in which version every answer is written.
pub async fn sign(mut response: Response) -> Response {
    response.headers_mut().insert(RESUMABLE, HeaderValue::from_static(VERSION));
    response
}

/// What is spoken here, and how much one upload may have.
pub fn description(max_size: u64) -> [(HeaderName, HeaderValue); 3] {
    let fixed = HeaderValue::from_static;
    [(VERSIONS, fixed(VERSION)), (EXTENSION, fixed(EXTENSIONS)), (MAX_SIZE, max_size.into())]
}

/// How far an upload has come, when it expires, and what became of it.
pub fn progress(upload: &ResumableUpload) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(OFFSET, upload.received.into());
    let expires_at = UNIX_EPOCH + Duration::from_millis(u64::try_from(upload.expires_at.0).unwrap_or_default());
    let mut dates = Vec::new();
    Expires::from(expires_at).encode(&mut dates);
    headers.extend(dates.into_iter().map(|date| (EXPIRES, date)));
    headers.extend(upload.file_id.map(|id| (FILE, HeaderValue::from(id.0))));
    headers
}

/// The number that a header has.
///
/// # Errors
/// [`Error::Invalid`] for one that is missing or has none.
pub fn number(headers: &HeaderMap, name: &HeaderName) -> protocol::Result<u64> {
    let text = headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    // The database counts bytes in 64 bits with a sign.
    let number = text.parse().ok().filter(|number| i64::try_from(*number).is_ok() && !text.starts_with('+'));
    number.ok_or_else(|| Error::invalid(name.as_str(), format!("The header “{name}” must be there, with a number.")))
}

/// Whether the body has bytes of an upload.
pub fn has_bytes(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case(BYTES))
}

/// Whether there is a body at all.
pub fn has_body(headers: &HeaderMap) -> bool {
    let length = headers.get(header::CONTENT_LENGTH);
    length.is_some_and(|length| length != "0") || headers.contains_key(header::TRANSFER_ENCODING)
}

/// What a new upload is called, and where it is to go.
#[derive(Debug, PartialEq, Eq)]
pub struct Metadata {
    pub name: String,
    pub destination: Destination,
    /// Folders below a library's folder, with a slash between two of them; made where they are missing.
    pub path: String,
}

impl Metadata {
    /// Reads `filename cGxhbi5wZGY=,project NA==`: keys, each with its value in base64. Clients add keys of their own, which
    /// are passed over.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub fn of(headers: &HeaderMap) -> protocol::Result<Self> {
        let text = headers.get(METADATA).map(|value| value.to_str().map_err(|_| invalid(WRITTEN))).transpose()?;
        let pairs = pairs(text.unwrap_or_default())?;
        let value = |key: &str| pairs.iter().find(|(known, _)| *known == key).map(|(_, value)| value.as_str());
        let id = |key: &str| {
            let parsed = value(key).map(str::parse::<i64>);
            parsed.transpose().map_err(|_| invalid(&format!("“{key}” must be an id: a number, in base64.")))
        };
        let destination = match (id("project")?, id("folder")?, id("conversation")?) {
            (Some(project), folder, None) => {
                Destination::Library { project_id: ProjectId(project), folder_id: folder.map(FolderId) }
            }
            (None, None, Some(conversation)) => Destination::Conversation(ConversationId(conversation)),
            _ => return Err(invalid("Name one place: a project, maybe with a folder of it, or a conversation.")),
        };
        let text = |key: &str| value(key).unwrap_or_default().to_owned();
        Ok(Self { name: text("filename"), destination, path: text("path") })
    }
}

const WRITTEN: &str = "Write “filename”, “project”, “folder” or “conversation”, each followed by a space and its value in base64, with commas \
                       between them.";

fn pairs(text: &str) -> protocol::Result<Vec<(&str, String)>> {
    let mut pairs: Vec<(&str, String)> = Vec::new();
    for pair in text.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once(' ').unwrap_or((pair, ""));
        let value = BASE64_STANDARD.decode(value.trim()).ok().and_then(|value| String::from_utf8(value).ok());
        let twice = pairs.iter().any(|(known, _)| *known == key);
        pairs.push((key, value.filter(|_| !twice).ok_or_else(|| invalid(WRITTEN))?));
    }
    Ok(pairs)
}

fn invalid(sentence: &str) -> Error {
    Error::invalid(METADATA.as_str(), sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(text: &'static str) -> protocol::Result<Metadata> {
        Metadata::of(&HeaderMap::from_iter([(METADATA, HeaderValue::from_static(text))]))
    }

    #[test]
    fn a_name_and_a_place_are_read() {
        let library =
            |folder: Option<i64>| Destination::Library { project_id: ProjectId(4), folder_id: folder.map(FolderId) };
        for (text, name, destination) in [
            ("filename cGxhbi5wZGY=,project NA==", "plan.pdf", library(None)),
            ("filename bmHDr3Zl, project NA==, folder Nw==,filetype", "naïve", library(Some(7))),
            ("conversation MTI=,relativePath bnVsbA==", "", Destination::Conversation(ConversationId(12))),
        ] {
            assert_eq!(
                metadata(text),
                Ok(Metadata { name: name.to_owned(), destination, path: String::new() }),
                "{text}"
            );
        }
    }

    #[test]
    fn what_names_no_place_or_two_is_refused() {
        for text in [
            "",
            "filename cGxhbi5wZGY=",
            "project NA==,conversation MTI=",
            "folder Nw==",
            "conversation MTI=,folder Nw==",
            "project NA==,project NA==",
            "project four",
            "project Zm91cg==",
            "filename /w==,project NA==",
        ] {
            assert!(matches!(metadata(text), Err(Error::Invalid { .. })), "{text}");
        }
        assert!(Metadata::of(&HeaderMap::new()).is_err());
    }

    #[test]
    fn a_number_of_bytes_is_one_that_can_be_counted() {
        let read = |text: &'static str| {
            number(&HeaderMap::from_iter([(LENGTH, HeaderValue::from_static(text))]), &LENGTH).ok()
        };
        assert_eq!([read("0"), read("9223372036854775807")], [Some(0), Some(9_223_372_036_854_775_807)]);
        for text in ["", "-1", "+1", "1.0", "1e3", "9223372036854775808", "99999999999999999999"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn only_the_uploads_speak_tus() {
        assert!(is_spoken_at("/api/v1/uploads") && is_spoken_at("/api/v1/uploads/ab"));
        assert!(!is_spoken_at("/api/v1/uploadsx") && !is_spoken_at("/api/v1/files"));
    }
}
