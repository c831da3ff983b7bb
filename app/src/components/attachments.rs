//! What hangs on a message: pictures, players, and cards for everything else.

use leptos::prelude::*;
use protocol::{Attachment, ConversationId, FileRecord, Medium, Message, Pixels};

use crate::{
    components::{
        dynamic::{element, image, part, words},
        icon::{Glyph, Icon},
    },
    pages::size::size,
};

/// The largest that a picture is shown, in CSS pixels.
const WIDEST: i64 = 420;
const TALLEST: i64 = 320;
/// The longest suffix that is shown as a file's sign.
const LONGEST_SIGN: usize = 4;

/// The files of a message, and its records of files that are kept elsewhere. They stay as they are whatever else of it
/// changes: a film goes on.
pub fn attachments(message: RwSignal<Message>) -> AnyView {
    let what = words(move || {
        message.with(|message| {
            let files = message.files.iter().map(|file| file.id.0);
            let ids = files.chain(message.records.iter().map(|record| -record.id.0));
            ids.map(|id| id.to_string()).collect::<Vec<_>>().join(",")
        })
    });
    part(move || {
        if what.get().is_empty() {
            return ().into_any();
        }
        let place = message.with_untracked(|message| message.conversation_id);
        let hung = message.with_untracked(|message| {
            let files = message.files.iter().map(|file| attachment(place, file));
            files.chain(message.records.iter().map(record)).collect::<Vec<_>>()
        });
        element("div", &[("class", "hung")], hung.into_any())
    })
}

/// A file, as its medium lets it be shown.
fn attachment(place: ConversationId, file: &Attachment) -> AnyView {
    let content = format!("/api/v1/files/{}/content", file.id);
    let page = format!("/c/{place}/files/{}", file.id);
    let player = |tag| {
        let shown = format!("{content}?inline=1");
        element(tag, &[("controls", ""), ("preload", "metadata"), ("src", &shown)], ().into_any())
    };
    let player = match (Medium::of(&file.content_type), file.pixels) {
        (Medium::Picture, Some(pixels)) => return picture(file, &page, pixels),
        (Medium::Film, _) => player("video"),
        (Medium::Sound, _) => player("audio"),
        (Medium::Other, _) => return card(&file.name, file.size, &content, "", ().into_any()),
        _ => ().into_any(),
    };
    card(&file.name, file.size, &page, &content, player)
}

/// A picture in its place: that is kept from the start, so that nothing moves when it comes.
fn picture(file: &Attachment, page: &str, pixels: Pixels) -> AnyView {
    let (width, height) = fit(pixels);
    let (width, height) = (width.to_string(), height.to_string());
    let source = format!("/api/v1/files/{}/preview?size=", file.id);
    let (medium, sources) = (format!("{source}medium"), format!("{source}medium 2x, {source}large 3x"));
    let picture = image(&[
        ("src", &medium),
        ("srcset", &sources),
        ("alt", &file.name),
        ("title", &file.name),
        ("width", &width),
        ("height", &height),
        ("loading", "lazy"),
    ]);
    element("a", &[("class", "picture"), ("href", page)], picture)
}

/// As large as it is, or as there is room for it.
fn fit(Pixels { width, height }: Pixels) -> (i64, i64) {
    let (width, height) = (width.max(1), height.max(1));
    if width * TALLEST > height * WIDEST {
        let shown = width.min(WIDEST);
        (shown, (height * shown / width).max(1))
    } else {
        let shown = height.min(TALLEST);
        ((width * shown / height).max(1), shown)
    }
}

fn record(record: &FileRecord) -> AnyView {
    card(&record.filename, record.file_size, &record.file_url, "", ().into_any())
}

/// A card: the way to the file, and where that only shows it, the way to save it.
fn card(name: &str, bytes: i64, href: &str, save: &str, player: AnyView) -> AnyView {
    let (rel, target) = if href.starts_with('/') { ("", "") } else { ("noopener noreferrer nofollow", "_blank") };
    let link = [("class", "name"), ("href", href), ("rel", rel), ("target", target)];
    let save = if save.is_empty() {
        ().into_any()
    } else {
        let label = format!("Download {name}");
        let icon = view! { <Icon glyph=Glyph::Bottom /> }.into_any();
        element("a", &[("class", "icon"), ("href", save), ("download", ""), ("aria-label", &label)], icon)
    };
    let parts = vec![
        player,
        element("span", &[("class", "suffix"), ("aria-hidden", "true")], sign(name).into_any()),
        element("a", &link, name.to_owned().into_any()),
        element("span", &[("class", "meta")], size(bytes.unsigned_abs()).into_any()),
        save,
    ];
    element("div", &[("class", "attached")], parts.into_any())
}

/// What stands for a file: its suffix, if that is short.
pub fn sign(name: &str) -> String {
    let dot = name.bytes().rposition(|byte| byte == b'.');
    let suffix = dot.and_then(|dot| name.get(dot + 1..)).unwrap_or_default();
    if (1..=LONGEST_SIGN).contains(&suffix.len()) { suffix.to_owned() } else { "file".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_keeps_its_shape_and_is_never_enlarged() {
        for (width, height, shown) in [
            (100, 50, (100, 50)),
            (4200, 320, (420, 32)),
            (840, 320, (420, 160)),
            (640, 640, (320, 320)),
            (1, 100_000, (1, 320)),
            (100_000, 1, (420, 1)),
            (0, 0, (1, 1)),
        ] {
            assert_eq!(fit(Pixels { width, height }), shown, "{width} × {height}");
        }
    }

    #[test]
    fn a_sign_is_short() {
        for (name, shown) in [("plan.pdf", "pdf"), ("a.backup", "file"), ("README", "file"), ("a.", "file")] {
            assert_eq!(sign(name), shown);
        }
    }
}
