//! A file of a message by itself: as large as the window, with the ways to the next and the one before.

use chat::Viewed;
use leptos::prelude::*;
use protocol::{ConversationId, FileId, Medium};

use super::moment::Moment;
use super::pdf::Pdf;
use super::size::size;
use crate::components::icon::{Glyph, Icon};

/// The page. It needs no sidebar and no script.
#[component]
pub fn Viewer(
    /// The conversation that it was sent to.
    place: ConversationId,
    viewed: Viewed,
) -> impl IntoView {
    let Viewed { file, message_id, uploader, previous, next } = viewed;
    let who = uploader.map(|user| user.display_name).unwrap_or_default();
    let content = format!("/api/v1/files/{}/content", file.id);
    let label = format!("Download {}", file.name);
    let step = |to: Option<FileId>, rel: &'static str, key: &'static str, label: &'static str| {
        to.map(|id| {
            view! {
                <a class=format!("icon {rel}") href=format!("/c/{place}/files/{id}") rel=rel accesskey=key aria-label=label title=label>
                    <Icon glyph=Glyph::Back/>
                </a>
            }
        })
    };
    view! {
        <div class="viewer">
            <header class="head">
                <a class="icon" href=format!("/c/{place}?at={message_id}") accesskey="x" aria-label="Close" title="Close">
                    <Icon glyph=Glyph::Close/>
                </a>
                <div class="what">
                    <h1 class="title">{file.name.clone()}</h1>
                    <p class="meta">{who} " · " <Moment at=file.uploaded_at/> " · " {size(file.size.unsigned_abs())}</p>
                </div>
                <div class="tools">
                    <a class="icon" href=content.clone() download="" aria-label=label.clone() title=label><Icon glyph=Glyph::Bottom/></a>
                </div>
            </header>
            <main class="stage">
                {step(previous, "prev", "b", "The one before")}
                {stage(&file, &content)}
                {step(next, "next", "n", "The next one")}
            </main>
        </div>
    }
    .into_any()
}

fn stage(file: &protocol::File, content: &str) -> AnyView {
    let shown = format!("{content}?inline=1");
    let name = file.name.clone();
    match (Medium::of(&file.content_type), file.pixels) {
        (Medium::Picture, Some(pixels)) => {
            let large = format!("/api/v1/files/{}/preview?size=large", file.id);
            view! {
                <a class="picture" href=shown title="See it in full size">
                    <img src=large alt=name width=pixels.width.to_string() height=pixels.height.to_string()/>
                </a>
            }
            .into_any()
        }
        (Medium::Picture, None) => view! { <img src=shown alt=name/> }.into_any(),
        (Medium::Film, _) => view! { <video controls=true preload="metadata" src=shown></video> }.into_any(),
        (Medium::Sound, _) => view! { <audio controls=true preload="metadata" src=shown></audio> }.into_any(),
        (Medium::Document, _) if file.content_type == "application/pdf" => view! { <Pdf source=shown name=name/> }.into_any(),
        // Without a word in the attribute, nothing in there may run, open or ask for anything.
        (Medium::Document, _) => view! { <iframe sandbox="" src=shown title=name></iframe> }.into_any(),
        (Medium::Other, _) => view! {
            <p class="empty">"This sort of file can’t be shown here. " <a href=content.to_owned() download="">"Download it"</a></p>
        }
        .into_any(),
    }
}
