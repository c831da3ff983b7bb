//! The library's page in a browser: files are brought by drop, by paste and by the button, whole folders too, and what lies
//! there is shown as it comes. Without script its form does the same, a little more plainly.

use futures::future::join_all;
use js_sys::{Array, Function, Promise, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DomParser, DragEvent, Element, Event, File, FileSystemDirectoryEntry, FileSystemEntry, FileSystemFileEntry,
    Response, SupportedType,
};

use crate::{
    browser::{self, document, window},
    components::{
        dynamic::{element, follow, words},
        tray,
    },
    pages::size::size,
    state::Tray,
    unfinished, upload,
};

/// What is shown anew once files have come.
const SHELF: &str = "shelf";

/// A file and the folders that it lies in, with a slash between two of them.
type Found = (String, File);

/// Takes over from the form.
pub fn uploads() {
    let Some(form) = browser::element("uploads") else { return };
    let told = |name| form.get_attribute(name).unwrap_or_default();
    let (project, folder) = (told("data-project"), told("data-folder"));
    let folder = if folder.is_empty() { folder } else { [",folder ", &folder].concat() };
    let place = ["project ", &project, &folder].concat();
    let limit: u64 = told("data-limit").parse().unwrap_or(u64::MAX);
    let limit = told("data-left").parse().map_or(limit, |left: u64| left.min(limit));
    form.set_text_content(None);
    leptos::mount::mount_to(form, move || panel(Tray::new(limit), place)).forget();
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("data-hydrated", "");
    }
}

fn panel(tray: Tray, place: String) -> AnyView {
    let brought = RwSignal::new(0);
    let goal = place.clone();
    unfinished::watch(tray);
    upload::listen_for_files(move |event| {
        let Some(finding) = found(event) else { return };
        let place = goal.clone();
        browser::spawn(async move {
            for (path, file) in finding.await {
                unfinished::go_on(&place, &path, &file);
                let key = tray.put(place.clone(), path, file.name(), upload::bytes(&file));
                upload::pick(key, file);
            }
            tray.changed();
        });
    });
    follow(move || {
        tray.track();
        upload::bring_all(tray);
    });
    follow(move || {
        if !tray.bringing.get() {
            settle(tray, brought);
        }
    });
    let said = words(move || match brought.get() {
        0 => String::new(),
        1 => "1 file came in.".to_owned(),
        many => format!("{many} files came in."),
    });
    let hint = format!("Or drop files and folders anywhere here. Up to {} each.", size(tray.max_upload));
    let rows = tray::rows(tray, "Files on their way", move || place.clone());
    let picker = |label: &'static str, folder: bool| {
        let mut attributes = vec![("type", "file"), ("multiple", "")];
        if folder {
            attributes.push(("webkitdirectory", ""));
        }
        let content = vec![label.into_any(), element("input", &attributes, ().into_any())];
        element("label", &[("class", "button pick")], content.into_any())
    };
    let pickers = vec![picker("Add files", false), picker("Add a folder", true)];
    let status = element("p", &[("role", "status"), ("class", "meta")], said.into_any());
    let hint = element("p", &[("class", "hint")], hint.into_any());
    vec![element("div", &[("class", "pickers")], pickers.into_any()), hint, status, rows].into_any()
}

/// Takes what has come out of the tray, and shows it where it lies now.
fn settle(tray: Tray, brought: RwSignal<usize>) {
    let come = tray.brought();
    if come > 0 {
        brought.update(|brought| *brought += come);
        tray.keep(|upload| upload.id.get_untracked() == 0);
        browser::spawn(async {
            show_anew().await;
        });
    }
}

/// Puts the list as the server has it now in the place of the one that is shown.
async fn show_anew() -> Option<()> {
    let (path, query, _) = browser::address();
    let answer = JsFuture::from(window().fetch_with_str(&[path, query].concat())).await.ok()?;
    let text = JsFuture::from(answer.dyn_into::<Response>().ok()?.text().ok()?).await.ok()?.as_string()?;
    let page = DomParser::new().ok()?.parse_from_string(&text, SupportedType::TextHtml).ok()?;
    let (new, old): (Element, _) = (page.get_element_by_id(SHELF)?, browser::element(SHELF)?);
    old.replace_with_with_node_1(&new).ok()
}

/// The files that an event brings, each with the folders that it lies in.
fn found(event: &Event) -> Option<impl Future<Output = Vec<Found>> + use<>> {
    let files = upload::offered(event)?;
    // What a folder that was dropped has in it must be asked for now: when the event is over, it is gone.
    let entries: Vec<FileSystemEntry> = match event.dyn_ref::<DragEvent>().and_then(DragEvent::data_transfer) {
        Some(transfer) => {
            let items = transfer.items();
            (0..items.length()).filter_map(|at| items.get(at)?.webkit_get_as_entry().ok()?).collect()
        }
        None => Vec::new(),
    };
    let listed: Vec<_> = upload::listed(&files).map(|file| (folder_of(&file), file)).collect();
    Some(async move { if entries.is_empty() { listed } else { walk(entries).await } })
}

/// The folders of a file that was chosen with a whole folder: `photos/2026` of `photos/2026/quay.jpg`.
fn folder_of(file: &File) -> String {
    let path = Reflect::get(file, &JsValue::from_str("webkitRelativePath")).ok().and_then(|path| path.as_string());
    path.and_then(|path| path.rsplit_once('/').map(|(folder, _)| folder.to_owned())).unwrap_or_default()
}

/// The files of these entries and of all folders among them.
async fn walk(entries: Vec<FileSystemEntry>) -> Vec<Found> {
    let (mut files, mut waiting) = (Vec::new(), vec![(String::new(), entries)]);
    while let Some((path, entries)) = waiting.pop() {
        let (folders, plain): (Vec<_>, Vec<_>) = entries.into_iter().partition(FileSystemEntry::is_directory);
        for folder in folders {
            let below = if path.is_empty() { folder.name() } else { [&path, "/", &folder.name()].concat() };
            waiting.push((below, children(&folder.unchecked_into()).await));
        }
        let plain = join_all(plain.into_iter().map(|entry| open(entry.unchecked_into()))).await;
        files.extend(plain.into_iter().flatten().map(|file| (path.clone(), file)));
    }
    files
}

/// What lies in a folder. A browser tells of some at a time, and of none when that was all.
async fn children(folder: &FileSystemDirectoryEntry) -> Vec<FileSystemEntry> {
    let (reader, mut children) = (folder.create_reader(), Vec::new());
    loop {
        let some = called(|yes, no| reader.read_entries_with_callback_and_callback(yes, no)).await;
        let some = some.map(|some| Array::from(&some)).unwrap_or_default();
        if some.length() == 0 {
            return children;
        }
        children.extend(some.iter().map(JsCast::unchecked_into::<FileSystemEntry>));
    }
}

async fn open(entry: FileSystemFileEntry) -> Option<File> {
    let file = called(|yes, no| {
        entry.file_with_callback_and_callback(yes, no);
        Ok(())
    });
    file.await?.dyn_into().ok()
}

/// What a browser of before promises calls back with; none where it fails.
async fn called(mut call: impl FnMut(&Function, &Function) -> Result<(), JsValue>) -> Option<JsValue> {
    let promise = Promise::new(&mut |yes, no| drop(call(&yes, &no)));
    JsFuture::from(promise).await.ok()
}
