//! Files from the reader's computer to the server, piece by piece (tus 1.0): whatever breaks off goes on where it was.

use std::cell::RefCell;

use js_sys::{Promise, Reflect};
use leptos::prelude::*;
use protocol::Action;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, ClipboardEvent, DragEvent, Event, File, FileList, Headers, HtmlInputElement, RequestInit, Response,
};

use crate::{
    browser::{self, document, listen, storage, window},
    components::dynamic::follow,
    state::{Store, Tray, Upload},
};

/// How many bytes go at once: what one sees as progress, and at most loses.
const PIECE: f64 = 1_048_576.0;
/// The longest wait before another try, in milliseconds.
const LONGEST_WAIT: i64 = 15_000;
const UPLOADS: &str = "/api/v1/uploads";

thread_local! {
    /// The files of the tray, as the browser has them, by their keys.
    static PICKED: RefCell<Vec<(i64, File)>> = const { RefCell::new(Vec::new()) };
}

/// Takes files for the open conversation by the button, by drop and by paste.
pub fn watch(store: Store) {
    listen_for_files(move |event| {
        if let Some(files) = offered(event) {
            take(store, &files);
        }
    });
    follow(move || {
        store.tray.track();
        bring_all(store.tray);
    });
    // What was chosen before the page came to life.
    if let Some(files) = browser::element("files").and_then(|input| input.dyn_into().ok()).and_then(chosen) {
        take(store, &files);
    }
}

/// Calls `then` for everything that may bring files.
pub fn listen_for_files(then: impl Fn(&Event) + Clone + 'static) {
    for kind in ["change", "dragover", "drop", "paste"] {
        let then = then.clone();
        listen(&document(), kind, move |event: Event| then(&event));
    }
}

/// The files that an event brings.
pub fn offered(event: &Event) -> Option<FileList> {
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
    for file in listed(files) {
        if let Some(key) = store.put(file.name(), bytes(&file)) {
            pick(key, file);
        }
    }
}

/// The files of a list.
pub fn listed(files: &FileList) -> impl Iterator<Item = File> {
    (0..files.length()).filter_map(|at| files.get(at))
}

/// How many bytes a file has.
pub fn bytes(file: &File) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "whole, and below 2^53")]
    let bytes = file.size() as i64;
    bytes
}

/// Notes which file the tray means by a key.
pub fn pick(key: i64, file: File) {
    PICKED.with_borrow_mut(|picked| picked.push((key, file)));
}

fn picked(key: i64) -> Option<File> {
    PICKED.with_borrow(|picked| picked.iter().find(|(known, _)| *known == key).map(|(_, file)| file.clone()))
}

fn unreadable() -> String {
    "It can’t be read any more.".to_owned()
}

/// Brings what waits, one file after the other.
pub fn bring_all(tray: Tray) {
    PICKED.with_borrow_mut(|picked| picked.retain(|(key, _)| tray.is_wanted(*key)));
    if tray.bringing.get_untracked() || tray.next().is_none() {
        return;
    }
    tray.bringing.set(true);
    browser::spawn(async move {
        while let Some(upload) = tray.next() {
            match bring(tray, &upload).await {
                Ok(id) => upload.id.set(id),
                Err(sentence) => upload.refusal.set(Some(sentence)),
            }
        }
        tray.bringing.set(false);
    });
}

/// Brings a file; its id, or a sentence where the server won't have it.
async fn bring(tray: Tray, upload: &Upload) -> Result<i64, String> {
    // A page that was left in the middle wrote down how far it had come, and the reader chose the same file again.
    let file = picked(upload.key).ok_or_else(unreadable)?;
    let known = fingerprint(&upload.place, &upload.path, &file);
    let mut address = storage::get(&known).unwrap_or_default();
    let (mut sent, mut doubt, mut failures) = (0, !address.is_empty(), 0_u32);
    loop {
        let unwanted = !tray.is_wanted(upload.key);
        if unwanted && address.is_empty() {
            storage::remove(&known);
            return Err(String::new());
        }
        let answer = request(tray, upload, &file, &address, sent, doubt).ok_or_else(unreadable)?;
        let answer = JsFuture::from(answer).await.ok().and_then(|answer| answer.dyn_into::<Response>().ok());
        let status = answer.as_ref().map_or(0, Response::status);
        if matches!(status, 404 | 410) && !address.is_empty() {
            // It was given up meanwhile, for standing still too long.
            (address, doubt) = (String::new(), false);
            continue;
        }
        let Some(answer) = answer.filter(|_| !matches!(status, 409 | 423 | 429 | 500..=504)) else {
            doubt = true;
            browser::sleep(LONGEST_WAIT.min(500 << failures.min(10))).await;
            failures += 1;
            continue;
        };
        if unwanted {
            // The server has forgotten it, too.
            address = String::new();
            continue;
        }
        // How far it has come stands in the headers; where it was asked for, and what is refused, in the body.
        let told = match answer.json().map(JsFuture::from) {
            Ok(body) if status == 200 || status > 299 => body.await.unwrap_or(JsValue::NULL),
            _ => JsValue::NULL,
        };
        if status > 299 {
            storage::remove(&known);
            return Err(field(&told, "message").as_string().unwrap_or_default());
        }
        (doubt, failures) = (false, 0);
        if status == 201 {
            address = header(&answer, "location").unwrap_or_default();
            storage::set(&known, &address);
        }
        if let Some(id) = number(&answer, "upload-file", &told, "file_id") {
            storage::remove(&known);
            return Ok(id);
        }
        sent = number(&answer, "upload-offset", &told, "received").unwrap_or(0);
        upload.sent.set(sent);
    }
}

/// The next thing to ask: for a place to put the file, how far it has come, to take the next piece, or to forget it.
fn request(tray: Tray, upload: &Upload, file: &File, address: &str, sent: i64, doubt: bool) -> Option<Promise> {
    if address.is_empty() {
        let mut metadata = format!("filename {},path {}", encoded(&upload.name)?, encoded(&upload.path)?);
        for (word, id) in upload.place.split(',').filter_map(|part| part.split_once(' ')) {
            metadata = [&metadata, ",", word, " ", &encoded(id)?].concat();
        }
        return ask(
            "POST",
            UPLOADS,
            &[("Upload-Length", &upload.size.to_string()), ("Upload-Metadata", &metadata)],
            None,
        );
    }
    if !tray.is_wanted(upload.key) {
        return ask("DELETE", address, &[], None);
    }
    if doubt {
        return ask("GET", address, &[], None);
    }
    #[expect(clippy::cast_precision_loss, reason = "below 2^53")]
    let start = sent as f64;
    let piece = file.slice_with_f64_and_f64(start, start + PIECE).ok()?;
    let headers = [("Upload-Offset", sent.to_string()), ("Content-Type", "application/offset+octet-stream".to_owned())];
    ask("PATCH", address, &headers.each_ref().map(|(name, value)| (*name, value.as_str())), Some(&piece))
}

/// Under which name the address of an upload is kept, until it is whole: so that the same file goes on where it was. One that
/// was changed since begins anew, or its two halves would be of two files.
fn fingerprint(place: &str, path: &str, file: &File) -> String {
    let (name, size, changed) = (file.name(), bytes(file), time(file));
    format!("confab:upload:{place}:{size}:{changed}:{path}/{name}")
}

/// When a file was last changed, in milliseconds of Unix time.
fn time(file: &File) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "whole, and below 2^53")]
    let time = file.last_modified() as i64;
    time
}

/// Which upload a file goes on with.
pub fn known(place: &str, path: &str, file: &File) -> Option<String> {
    storage::get(&fingerprint(place, path, file))?.strip_prefix(UPLOADS)?.get(1..).map(str::to_owned)
}

/// Gives up an upload that nobody is bringing; whether the server has.
pub async fn give_up(id: &str) -> bool {
    let Some(answer) = ask("DELETE", &[UPLOADS, "/", id].concat(), &[], None) else { return false };
    let answer = JsFuture::from(answer).await.ok().and_then(|answer| answer.dyn_into::<Response>().ok());
    answer.is_some_and(|answer| answer.ok() || answer.status() == 404)
}

fn ask(method: &str, address: &str, headers: &[(&str, &str)], body: Option<&Blob>) -> Option<Promise> {
    let (request, list) = (RequestInit::new(), Headers::new().ok()?);
    for (name, value) in headers.iter().chain(&[("Tus-Resumable", "1.0.0")]) {
        list.set(name, value).ok()?;
    }
    request.set_method(method);
    request.set_headers(&list);
    if let Some(body) = body {
        request.set_body(body);
    }
    Some(window().fetch_with_str_and_init(address, &request))
}

/// A number that an answer tells in a header or in its body.
fn number(answer: &Response, name: &str, told: &JsValue, key: &str) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "whole, and below 2^53")]
    header(answer, name)
        .and_then(|text| text.parse().ok())
        .or_else(|| field(told, key).as_f64().map(|number| number as i64))
}

fn header(answer: &Response, name: &str) -> Option<String> {
    answer.headers().get(name).ok()?
}

fn field(told: &JsValue, key: &str) -> JsValue {
    Reflect::get(told, &JsValue::from_str(key)).unwrap_or(JsValue::NULL)
}

/// Base 64, as tus wants it, of the text in UTF-8.
fn encoded(text: &str) -> Option<String> {
    window().btoa(&text.bytes().map(char::from).collect::<String>()).ok()
}
