//! Several files at once as one zip file. It is made while it goes out: nothing is kept but the piece that is being sent.
//! Files are stored as they are, since most of what is large is compressed already.
//!
//! Each file is asked for when its turn comes, so that rights end at once. One that is gone by then breaks the answer off:
//! a reader must not take a part for the whole.

use std::{
    io::{self, Write},
    mem,
    sync::{Arc, Mutex, PoisonError},
    vec::IntoIter,
};

use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use chat::{Caller, Chat, Fault, Package, Packed};
use futures::{StreamExt as _, stream, stream::BoxStream};
use protocol::{FileId, Timestamp};
use zip::{
    CompressionMethod, DateTime, ZipWriter,
    write::{FullFileOptions, StreamWriter},
};

use crate::{
    download::{GUARDS, disposition},
    observe::RequestId,
};

/// From here on, sizes take more than 32 bits.
const LARGE: i64 = u32::MAX as i64;
/// The extra field that has a time in UTC: zip's own has no time zone, and counts pairs of seconds.
const EXTENDED_TIMESTAMP: u16 = 0x5455;

/// The package as a zip file to be saved.
pub fn answer(chat: Chat, caller: Caller, package: Package, request_id: &RequestId) -> Response {
    let name = format!("{}.zip", package.name);
    let request_id = request_id.0.clone();
    let pieces = stream::try_unfold(Some(Packer::new(chat, caller, package.items)), async |packer| match packer {
        Some(packer) => packer.next().await,
        None => Ok(None),
    });
    let pieces = pieces.map(move |piece| piece.map_err(|error| error.report(&request_id)));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/zip")),
        (header::CONTENT_DISPOSITION, disposition("attachment", &name)),
    ];
    (GUARDS, headers, Body::from_stream(pieces)).into_response()
}

/// What was written and hasn't been sent.
#[derive(Clone, Default)]
struct Outbox(Arc<Mutex<Vec<u8>>>);

impl Outbox {
    fn take(&self) -> Bytes {
        mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).into()
    }
}

impl Write for Outbox {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A zip file in the making.
struct Packer {
    chat: Chat,
    caller: Caller,
    items: IntoIter<Packed>,
    /// The rest of the file that is being packed.
    content: Option<BoxStream<'static, chat::Result<Bytes>>>,
    /// Boxed, since it has kilobytes and is handed on from piece to piece.
    zip: Box<ZipWriter<StreamWriter<Outbox>>>,
    outbox: Outbox,
}

impl Packer {
    fn new(chat: Chat, caller: Caller, items: Vec<Packed>) -> Self {
        let outbox = Outbox::default();
        let zip = Box::new(ZipWriter::new_stream(outbox.clone()));
        Self { chat, caller, items: items.into_iter(), content: None, zip, outbox }
    }

    /// The next piece, and what makes those that follow; none of that after the last.
    async fn next(mut self) -> chat::Result<Option<(Bytes, Option<Self>)>> {
        loop {
            if let Some(content) = &mut self.content {
                match content.next().await {
                    Some(piece) => self.zip.write_all(&piece?).map_err(broken)?,
                    None => self.content = None,
                }
            } else if let Some(item) = self.items.next() {
                self.begin(item).await?;
            } else {
                self.zip.finish().map_err(broken)?;
                return Ok(Some((self.outbox.take(), None)));
            }
            let piece = self.outbox.take();
            if !piece.is_empty() {
                return Ok(Some((piece, Some(self))));
            }
        }
    }

    async fn begin(&mut self, item: Packed) -> chat::Result<()> {
        let Packed { path, file_id, at } = item;
        match file_id {
            None => self.zip.add_directory(path, options(at, false)?).map_err(broken)?,
            Some(id) => self.begin_file(path, id).await?,
        }
        Ok(())
    }

    async fn begin_file(&mut self, path: String, id: FileId) -> chat::Result<()> {
        let opened = self.chat.open_file(self.caller, id).await?;
        let options = options(opened.file.uploaded_at, opened.file.size >= LARGE)?;
        self.zip.start_file(path, options).map_err(broken)?;
        self.content = Some(opened.read(None).await?);
        Ok(())
    }
}

fn options(at: Timestamp, large: bool) -> chat::Result<FullFileOptions<'static, 'static>> {
    let options = FullFileOptions::default().compression_method(CompressionMethod::Stored).large_file(large);
    let mut options = options.last_modified_time(date_time(at).unwrap_or_default());
    let seconds = u32::try_from(at.0.div_euclid(1_000)).unwrap_or_default();
    let [a, b, c, d] = seconds.to_le_bytes();
    // The first bit: it was modified then.
    options.add_extra_field(EXTENDED_TIMESTAMP, [1, a, b, c, d], false).map_err(broken)?;
    Ok(options)
}

/// A moment as zip writes it: in UTC, since the reader's own time zone isn't known.
fn date_time(at: Timestamp) -> Option<DateTime> {
    let text = at.to_rfc3339();
    let mut parts = text.split(|c: char| !c.is_ascii_digit()).map(|part| part.parse::<u16>().ok());
    let year = parts.next()??;
    let mut next = || u8::try_from(parts.next()??).ok();
    DateTime::from_date_and_time(year, next()?, next()?, next()?, next()?, next()?).ok()
}

fn broken(error: impl std::fmt::Display) -> chat::Error {
    Fault::Packing(error.to_string()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_as_zip_has_it() {
        let told = |at| {
            date_time(Timestamp(at)).map(|at| (at.year(), at.month(), at.day(), at.hour(), at.minute(), at.second()))
        };
        assert_eq!(told(1_703_500_203_000), Some((2023, 12, 25, 10, 30, 2)));
        assert_eq!(told(0), None, "before zip’s first year");
    }
}
