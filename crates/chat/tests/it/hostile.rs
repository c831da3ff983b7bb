//! A thousand hostile uploads: none becomes what it pretends to be, none stays in the way.

use std::{collections::BTreeMap, fs};

use chat::{Destination, Result};
use futures::{StreamExt as _, stream};
use image::ImageFormat;
use protocol::{File, PreviewSize};

use crate::{
    file::{pieces, upload},
    place::{Place, refusal},
    preview::{known, look, try_look},
    uploads::{
        hostile::{Hostile, uploads},
        pictures::{flag, written},
    },
};

crate::on_both_databases! {
    no_hostile_upload_does_harm
}

const COUNT: usize = 1_000;
const AT_ONCE: usize = 8;
/// Characters that turn or hide what is around them (Unicode 16, 3.12 and 23.2), and what ends a header.
const DECEPTIVE: [char; 24] = [
    '\0', '\r', '\n', '\u{1B}', '\u{7F}', '\u{AD}', '\u{61C}', '\u{200B}', '\u{200E}', '\u{200F}', '\u{2028}',
    '\u{2029}', '\u{202A}', '\u{202B}', '\u{202C}', '\u{202D}', '\u{202E}', '\u{2060}', '\u{2066}', '\u{2067}',
    '\u{2068}', '\u{2069}', '\u{FEFF}', '/',
];

/// What is wrong with a file that was taken.
fn harm(Hostile { kind, name, .. }: &Hostile, file: &File) -> Option<String> {
    let active = ["text/html", "text/xml", "text/css", "javascript", "xml", "svg"];
    if active.iter().any(|part| file.content_type.contains(part)) {
        return Some(format!("{kind}: is taken for {}", file.content_type));
    }
    let leads_away = file.name.contains('\\') || matches!(file.name.as_str(), "" | "." | "..");
    if leads_away || file.name.len() > 255 || file.name.contains(DECEPTIVE) {
        return Some(format!("{kind}: {name:?} became {:?}", file.name));
    }
    let pixels = file.pixels.map_or(1, |pixels| pixels.width * pixels.height);
    (!(1..=50_000_000).contains(&pixels)).then(|| format!("{kind}: has {pixels} pixels"))
}

async fn no_hostile_upload_does_harm(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    // To a conversation, where none is another version of the one before.
    let destination = Destination::Conversation(place.public_id());
    let taking = stream::iter(uploads(5, COUNT)).map(async |mut hostile| {
        let taken = place.upload(ada.caller, destination, &hostile.name, pieces(&hostile.bytes)).await;
        hostile.bytes = Vec::new();
        (hostile, taken)
    });
    let taken: Vec<(Hostile, Result<File>)> = taking.buffered(AT_ONCE).collect().await;
    let mut pictures = BTreeMap::new();
    for (hostile, taken) in taken {
        let file = taken.unwrap_or_else(|error| panic!("{}: {error}", hostile.kind));
        assert_eq!(harm(&hostile, &file), None);
        if file.pixels.is_some() {
            // Either it is made, and then it is a picture, or there is none.
            let made = match try_look(&ada, &file, PreviewSize::Small).await {
                Ok((content_type, _)) => look(&ada, &file, PreviewSize::Small).await.0 == content_type,
                failed => {
                    assert_eq!(refusal(failed), protocol::Error::not_found("that preview"), "{}", hostile.kind);
                    false
                }
            };
            *pictures.entry((hostile.kind, made)).or_insert(0) += 1;
        }
    }
    assert!(known(&place).await.iter().all(|preview| preview != "waiting"), "each is made, or has failed for good");
    // That they come so far is what this test is for.
    for (kind, made) in [
        ("PNG with a page behind it", true),
        ("PNG that inflates", true),
        ("cut off", false),
        ("altered", true),
        ("JPEG of endless scans", false),
        ("JPEG whose EXIF block turns in circles", true),
    ] {
        assert!(pictures.contains_key(&(kind, made)), "{kind}: {pictures:?}");
    }
    let under_way = fs::read_dir(place.uploads().join("incoming")).expect("is there").count();
    assert_eq!(under_way, 0, "nothing is left of what was under way");
    let file = upload(&ada, &project, "flag.png", &written(flag(900, 9), ImageFormat::Png)).await;
    assert_eq!(look(&ada, &file, PreviewSize::Medium).await.1.width(), 800, "and it goes on");
}
