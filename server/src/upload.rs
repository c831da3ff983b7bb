//! Files in a request: the fields `file` of a `multipart/form-data` body, taken into a project while they arrive. All of
//! them stay, or none.

use std::{panic::resume_unwind, time::Duration};

use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRequest, Multipart, Request, multipart::Field},
    http::{HeaderMap, header},
};
use chat::{Caller, Chat, Destination};
use futures::TryStreamExt as _;
use percent_encoding::percent_decode_str;
use protocol::{Error, File};
use tower_http::timeout::RequestBodyTimeoutLayer;
use utoipa::ToSchema;

use crate::{
    AppState, body,
    error::{self, Result},
};

/// The most files in one request.
const MAX_FILES: usize = 50;

/// How long an upload may stand still. Altogether it may take as long as it takes.
const STALL: Duration = Duration::from_mins(1);

/// A body with files: an extractor that refuses every other one with 415.
pub struct Upload(Multipart);

/// How such a body is described.
#[derive(ToSchema)]
pub struct Files {
    /// A file with its name. May be repeated; other fields are ignored.
    #[schema(value_type = String, format = Binary)]
    #[expect(dead_code, reason = "only described, never made: the files are read as they come")]
    file: Vec<u8>,
}

/// Routes that take files: as many bytes as the settings allow instead of a form's.
pub fn routes(routes: Router<AppState>) -> Router<AppState> {
    routes.layer(RequestBodyTimeoutLayer::new(STALL)).layer(DefaultBodyLimit::disable())
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = error::Error;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        if !body::is_upload(&request) {
            return Err(Error::UnsupportedMedia { expected: "multipart/form-data".to_owned() }.into());
        }
        let multipart = Multipart::from_request(request, state).await;
        Ok(Self(multipart.map_err(|rejection| broken(&rejection.body_text()))?))
    }
}

impl Upload {
    /// Takes every file of the request to where they are to go, in their order: at least one.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a body that breaks off, or without a file; what [`Chat::upload`] refuses. Then none stays.
    pub async fn take_into(
        self,
        chat: &Chat,
        caller: Caller,
        destination: impl Into<Destination>,
    ) -> chat::Result<Vec<File>> {
        let Form { files, .. } = self.take(chat, caller, destination.into(), Form::default()).await?;
        Ok(files)
    }

    /// Takes every file of a form in, which may have none, and its other fields.
    ///
    /// # Errors
    /// As for [`Upload::take_into`]; [`Error::TooLarge`] for fields that are together larger than any form.
    pub async fn take_form(
        self,
        chat: &Chat,
        caller: Caller,
        destination: impl Into<Destination>,
    ) -> chat::Result<Form> {
        self.take(chat, caller, destination.into(), Form { fields: Some(Vec::new()), ..Form::default() }).await
    }

    async fn take(self, chat: &Chat, caller: Caller, destination: Destination, form: Form) -> chat::Result<Form> {
        // A task of its own: if whoever sends this goes away, what was taken so far must still be deleted.
        let taking = tokio::spawn(take_all(chat.clone(), caller, destination, self.0, form));
        taking.await.unwrap_or_else(|error| match error.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            Err(_) => Err(Error::Unavailable.into()),
        })
    }
}

/// What a form brings.
#[derive(Default)]
pub struct Form {
    /// Its files, taken.
    pub files: Vec<File>,
    /// Its other fields, where they count. A form whose other fields don't must have a file.
    pub fields: Option<Vec<(String, String)>>,
}

async fn take_all(
    chat: Chat,
    caller: Caller,
    destination: Destination,
    mut multipart: Multipart,
    mut form: Form,
) -> chat::Result<Form> {
    let taking = take_each(&chat, caller, destination, &mut multipart, &mut form).await;
    if let Err(refusal) = taking {
        for file in form.files {
            // Someone may have deleted it already; a fault of the database is told by the first refusal too.
            let _ = chat.take_back(caller, &file).await;
        }
        return Err(refusal);
    }
    Ok(form)
}

async fn take_each(
    chat: &Chat,
    caller: Caller,
    destination: Destination,
    multipart: &mut Multipart,
    form: &mut Form,
) -> chat::Result<()> {
    while let Some(field) = multipart.next_field().await.map_err(|error| broken(&error.body_text()))? {
        // A browser sends a field without a name where no file was chosen.
        let Some(name) = file_name(&field).filter(|_| field.name() == Some("file")) else {
            if let Some(fields) = &mut form.fields {
                read_field(field, fields).await?;
            }
            continue;
        };
        if form.files.len() == MAX_FILES {
            return Err(Error::invalid("file", format!("At most {MAX_FILES} files can be sent at once.")).into());
        }
        if let Some(size) = size(&field) {
            chat.storage(caller).await?.check(size)?;
        }
        form.files.push(chat.upload(caller, destination, &name, field.map_err(|error| error.body_text())).await?);
    }
    if form.files.is_empty() && form.fields.is_none() {
        return Err(Error::invalid("file", "There is no file: send it as the field “file”, with its name.").into());
    }
    Ok(())
}

/// Keeps a field's text: of all fields together no more than a form without files may have.
async fn read_field(mut field: Field<'_>, fields: &mut Vec<(String, String)>) -> chat::Result<()> {
    let name = field.name().unwrap_or_default().to_owned();
    let before: usize = fields.iter().map(|(name, text)| name.len() + text.len()).sum();
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| broken(&error.body_text()))? {
        bytes.extend_from_slice(&chunk);
        if before + name.len() + bytes.len() > body::LIMIT {
            return Err(Error::TooLarge { limit: body::LIMIT as u64 }.into());
        }
    }
    fields.push((name, String::from_utf8_lossy(&bytes).into_owned()));
    Ok(())
}

fn broken(why: &str) -> Error {
    Error::invalid("body", format!("The files can’t be read: {why}."))
}

/// How many bytes there will be, where the client says it. Few do; all others are stopped on the way.
fn size(field: &Field<'_>) -> Option<u64> {
    field.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// What the file is called where it comes from. Some clients write every other name than a plain one as `filename*`
/// (RFC 5987), which RFC 7578 advises against and the reader of the fields doesn't know.
fn file_name(field: &Field<'_>) -> Option<String> {
    let plain = field.file_name().map(ToOwned::to_owned);
    plain.or_else(|| extended_name(field.headers())).filter(|name| !name.is_empty())
}

fn extended_name(headers: &HeaderMap) -> Option<String> {
    let disposition = headers.get(header::CONTENT_DISPOSITION)?.to_str().ok()?;
    let parameters = disposition.split(';').filter_map(|parameter| parameter.trim().split_once('='));
    let (_, value) = parameters.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("filename*"))?;
    let (charset, rest) = value.split_once('\'')?;
    let (_, encoded) = rest.split_once('\'')?;
    let name = percent_decode_str(encoded).decode_utf8().ok()?;
    charset.eq_ignore_ascii_case("utf-8").then(|| name.into_owned())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn name(disposition: &'static str) -> Option<String> {
        let value = HeaderValue::from_static(disposition);
        extended_name(&HeaderMap::from_iter([(header::CONTENT_DISPOSITION, value)]))
    }

    #[test]
    fn a_name_may_be_written_with_its_charset() {
        assert_eq!(name("form-data; name=\"file\"; filename*=utf-8''na%C3%AFve.txt"), Some("naïve.txt".into()));
        assert_eq!(name("form-data; name=file; FILENAME*=UTF-8'en'a%20b.txt"), Some("a b.txt".into()));
    }

    #[test]
    fn a_name_that_cannot_be_read_is_none() {
        for disposition in [
            "form-data; name=\"file\"",
            "form-data; filename*=latin1''a.txt",
            "form-data; filename*=utf-8''%ff.txt",
            "form-data; filename*=a.txt",
        ] {
            assert_eq!(name(disposition), None, "{disposition}");
        }
    }
}
