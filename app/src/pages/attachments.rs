//! All files that were sent to a conversation, and the records of files that are kept elsewhere.

use leptos::prelude::*;
use protocol::{ConversationId, File, FileId, FileRecord, Medium, Start, Timestamp, UserId};

use super::moment::Moment;
use super::project::sign_of;
use super::sheet::{Empty, Pages, Sheet};
use super::size::size;
use crate::components::attachments::sign;
use crate::components::icon::{Glyph, Icon};

/// How many files a page lists.
pub const FILES_SHOWN: i64 = 50;

/// The page.
#[component]
pub fn Attachments(
    start: Start,
    /// The conversation.
    place: ConversationId,
    /// What it is called.
    title: String,
    /// The files of its messages, the newest first.
    files: Vec<File>,
    /// What is kept elsewhere, the newest first.
    records: Vec<FileRecord>,
    /// What those who brought them are called.
    names: Vec<(UserId, String)>,
    /// Whether newer files are on pages before this.
    later: bool,
    /// The last file, where older ones follow.
    older: Option<FileId>,
) -> impl IntoView {
    let name =
        |id: UserId| names.iter().find(|(known, _)| *known == id).map(|(_, name)| name.clone()).unwrap_or_default();
    let empty = files.is_empty() && records.is_empty();
    let files: Vec<_> = files.iter().map(|file| file_row(place, file, name(file.uploader_id))).collect();
    let records: Vec<_> = records.iter().map(|record| record_row(record, name(record.uploader_id))).collect();
    let elsewhere = (!records.is_empty()).then(|| {
        view! {
            <section class="part">
                <h2>"Kept elsewhere"</h2>
                <ul class="list">{records}</ul>
            </section>
        }
    });
    view! {
        <Sheet start=start title=format!("Files of {title}") back=format!("/c/{place}/details")
            tools=Some(view! { <a class="button" href=format!("/c/{place}")>"Open chat"</a> }.into_any())>
            {empty.then(|| view! {
                <Empty heading="No files yet" lead="What is attached to messages here is listed on this page."/>
            })}
            <ul class="list">{files}</ul>
            <Pages first=later.then(|| format!("/c/{place}/files")) next=older.map(|id| format!("?before={id}"))/>
            {elsewhere}
        </Sheet>
    }
    .into_any()
}

fn file_row(place: ConversationId, file: &File, uploader: String) -> AnyView {
    let content = format!("/api/v1/files/{}/content", file.id);
    let label = format!("Download {}", file.name);
    let medium = Medium::of(&file.content_type);
    let href = if medium == Medium::Other { content.clone() } else { format!("/c/{place}/files/{}", file.id) };
    let save = view! {
        <a class="icon" href=content download="" aria-label=label.clone() title=label><Icon glyph=Glyph::Bottom/></a>
    };
    row(sign_of(file), &file.name, href, (uploader, file.uploaded_at, file.size), save.into_any())
}

fn record_row(record: &FileRecord, uploader: String) -> AnyView {
    let sign = view! { <span class="sign suffix" aria-hidden="true">{sign(&record.filename)}</span> };
    let about = (uploader, record.uploaded_at, record.file_size);
    row(sign.into_any(), &record.filename, record.file_url.clone(), about, ().into_any())
}

fn row(sign: AnyView, name: &str, href: String, about: (String, Timestamp, i64), save: AnyView) -> AnyView {
    let (who, at, bytes) = about;
    let rel = (!href.starts_with('/')).then_some("noopener noreferrer nofollow");
    view! {
        <li class="row">
            {sign}
            <div class="what">
                <a class="title" href=href rel=rel>{name.to_owned()}</a>
                <p class="meta">{size(bytes.unsigned_abs())} " · " {who} " · " <Moment at=at/></p>
            </div>
            {save}
        </li>
    }
    .into_any()
}
