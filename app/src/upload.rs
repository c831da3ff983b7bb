//! Files from the reader's computer to the server, piece by piece (tus 1.0): whatever breaks off goes on where it was.

use js_sys::Reflect;
use leptos::prelude::*;
use protocol::{Action, FileId};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ClipboardEvent, DragEvent, Event, FileList, Headers, HtmlInputElement, RequestInit, Response};

use crate::{
    browser::{self, document, listen, window},
    components::dynamic::follow,
    state::{Step, Store, Upload},
};

/// How many bytes go at once: what one sees as progress, and at most loses.
const PIECE: f64 = 1_048_576.0;
/// The longest wait before another try, in milliseconds.
const LONGEST_WAIT: i64 = 15_000;
const UPLOADS: &str = "/api/v1/uploads";

/// Takes files by the button, by drop and by paste.
pub fn watch(store: Store) {
    for kind in ["change", "dragover", "drop", "paste"] {
        listen(&document(), kind, move |event: Event| {
            if let Some(files) = offered(&event) {
                take(store, &files);
            }
        });
    }
    follow(move || {
        store.tray.track();
        bring_all(store);
    });
    // What was chosen before the page came to life.
    if let Some(files) = browser::element("files").and_then(|input| input.dyn_into().ok()).and_then(chosen) {
        take(store, &files);
    }
}

/// The files that an event brings.
fn offered(event: &Event) -> Option<FileList> {
    let transfer = match event.type_().as_str() {
        "change" => return chosen(event.target()?.dyn_into().ok()?),
        "paste" => {
            let pasted = event.unchecked_ref::<ClipboardEvent>().clipboard_data()?;
            // Programs for tables and texts put a picture of what was copied beside the text.
            return pasted.files().filter(|_| pasted.get_data("text/plain").is_ok_and(|text| text.is_empty()));
        }
        _ => event.unchecked_ref::<DragEvent>().data_transfer()?,
    };
    if !transfer.types().includes(&JsValue::from_str("Files"), 0) {
        return None;
    }
    // Otherwise the browser would leave the page to show the file.
    event.prevent_default();
    transfer.files().filter(|_| event.type_() == "drop")
}

/// What was chosen by the button.
fn chosen(input: HtmlInputElement) -> Option<FileList> {
    input.files()
}

fn take(store: Store, files: &FileList) {
    if !store.may(Action::Post) {
        return;
    }
    for file in (0..files.length()).filter_map(|at| files.get(at)) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole, and below 2^53")]
        store.put(file.name(), file.size() as u64, file);
    }
}

/// Brings what waits, one file after the other.
fn bring_all(store: Store) {
    if store.bringing.get_untracked() {
        return;
    }
    store.bringing.set(true);
    browser::spawn(async move {
        while let Some(upload) = store.next_upload() {
            let step = match bring(store, &upload).await {
                Ok(id) => Step::Up(id),
                Err(sentence) => Step::Refused(sentence),
            };
            upload.step.set(step);
        }
        store.bringing.set(false);
    });
}

/// Brings a file. A sentence where the server won't have it.
async fn bring(store: Store, upload: &Upload) -> Result<FileId, String> {
    let file = upload.picked.get_value();
    let (mut address, mut sent, mut doubt, mut failures) = (None::<String>, 0, false, 0_u32);
    loop {
        if !store.is_wanted(upload.key) {
            if let Some(address) = address {
                ask("DELETE", &address, &[], None).await;
            }
            return Err(String::new());
        }
        let answer = match &address {
            None => create(upload).await,
            Some(address) if doubt => ask("GET", address, &[], None).await,
            Some(address) => send(address, &file, sent).await,
        };
        let status = answer.as_ref().map_or(0, Response::status);
        match (status, answer) {
            (200..300, Some(answer)) => {
                (doubt, failures) = (false, 0);
                if let Some(created) = header(&answer, "location") {
                    address = Some(created);
                }
                // What is asked is told in the body, everything else in the headers.
                let told = if status == 200 { body(&answer).await } else { JsValue::NULL };
                if let Some(id) = number(&told, "file_id").or_else(|| header(&answer, "upload-file")?.parse().ok()) {
                    return Ok(FileId(id));
                }
                let offset = number(&told, "received").or_else(|| header(&answer, "upload-offset")?.parse().ok());
                sent = offset.unwrap_or(0);
                upload.step.set(Step::Sent(sent.unsigned_abs()));
            }
            // It was given up meanwhile, for standing still too long.
            (404 | 410, _) if address.is_some() => address = None,
            (0 | 409 | 423 | 429 | 500..=504, _) => {
                doubt = true;
                browser::sleep(LONGEST_WAIT.min(500 << failures.min(10))).await;
                failures += 1;
            }
            (_, Some(answer)) => return Err(string(&body(&answer).await, "message")),
            (_, None) => {}
        }
    }
}

/// Announces a file.
async fn create(upload: &Upload) -> Option<Response> {
    let name = encoded(&upload.name)?;
    let conversation = encoded(&upload.conversation_id.to_string())?;
    let metadata = format!("filename {name},conversation {conversation}");
    ask("POST", UPLOADS, &[("Upload-Length", &upload.size.to_string()), ("Upload-Metadata", &metadata)], None).await
}

/// Sends the next piece of a file.
async fn send(address: &str, file: &Blob, sent: i64) -> Option<Response> {
    #[expect(clippy::cast_precision_loss, reason = "below 2^53")]
    let start = sent as f64;
    let piece = file.slice_with_f64_and_f64(start, start + PIECE).ok()?;
    let headers = [("Upload-Offset", sent.to_string()), ("Content-Type", "application/offset+octet-stream".to_owned())];
    ask("PATCH", address, &headers.each_ref().map(|(name, value)| (*name, value.as_str())), Some(&piece)).await
}

/// Asks the server; none where it can't be reached.
async fn ask(method: &str, address: &str, headers: &[(&str, &str)], body: Option<&Blob>) -> Option<Response> {
    let (request, list) = (RequestInit::new(), Headers::new().ok()?);
    for (name, value) in headers.iter().chain(&[("Tus-Resumable", "1.0.0")]) {
        list.set(name, value).ok()?;
    }
    request.set_method(method);
    request.set_headers(&list);
    if let Some(body) = body {
        request.set_body(body);
    }
    JsFuture::from(window().fetch_with_str_and_init(address, &request)).await.ok()?.dyn_into().ok()
}

fn header(answer: &Response, name: &str) -> Option<String> {
    answer.headers().get(name).ok()?
}

/// The JSON that was answered.
async fn body(answer: &Response) -> JsValue {
    match answer.json() {
        Ok(json) => JsFuture::from(json).await.unwrap_or(JsValue::NULL),
        Err(_) => JsValue::NULL,
    }
}

fn number(told: &JsValue, key: &str) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "whole, and below 2^53")]
    Reflect::get(told, &JsValue::from_str(key)).ok()?.as_f64().map(|number| number as i64)
}

fn string(told: &JsValue, key: &str) -> String {
    let found = Reflect::get(told, &JsValue::from_str(key)).ok().and_then(|found| found.as_string());
    found.unwrap_or_else(|| "The server won’t take it.".to_owned())
}

/// Base 64, as tus wants it, of the text in UTF-8.
fn encoded(text: &str) -> Option<String> {
    window().btoa(&text.bytes().map(char::from).collect::<String>()).ok()
}
