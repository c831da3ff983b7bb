//! Smaller pictures of what people upload: as it is to be seen, without what the camera told, for those who may see it.

use std::{fs, io::Cursor};

use chat::Result;
use futures::TryStreamExt as _;
use image::{AnimationDecoder as _, DynamicImage, GenericImageView as _, ImageFormat, codecs::gif::GifDecoder};
use protocol::{File, Pixels, PreviewSize, Project};
use sqlx::{AnyConnection, Connection as _};

use crate::{
    file::{holds_nothing, on_disk, upload},
    place::{Person, Place, is_not_found},
    uploads::pictures::{SECRET, film, flag, glass, photo, written},
};

crate::on_both_databases! {
    a_picture_is_as_large_as_it_is_shown
    what_is_no_picture_has_no_pixels_and_no_previews
    a_preview_is_never_larger_than_the_picture
    a_photo_is_turned_and_tells_nothing_else
    what_is_clear_stays_clear
    what_moves_keeps_moving
    a_film_that_is_too_long_stands_still
    what_is_cut_off_has_no_preview
    who_may_not_see_the_file_sees_no_preview
    everyone_may_ask_at_once
    what_was_uploaded_is_made_without_being_asked_for
    what_waited_is_made_after_a_restart
    previews_go_with_the_last_file
    previews_that_a_crash_left_are_removed_at_the_start
    a_preview_that_is_lost_is_a_fault_of_ours
}

/// The media type and the bytes of a preview.
pub(crate) async fn try_look(person: &Person, file: &File, size: PreviewSize) -> Result<(&'static str, Vec<u8>)> {
    let opened = person.chat.open_preview(person.caller, file.id, size).await?;
    let (length, content) = opened.read().await?;
    let pieces: Vec<_> = content.try_collect().await?;
    let all = pieces.concat();
    assert_eq!(all.len() as u64, length);
    Ok((opened.content_type, all))
}

pub(crate) async fn look(person: &Person, file: &File, size: PreviewSize) -> (&'static str, DynamicImage) {
    let (content_type, bytes) = try_look(person, file, size).await.expect("has a preview");
    let format = ImageFormat::from_mime_type(content_type).expect("a picture’s type");
    (content_type, image::load_from_memory_with_format(&bytes, format).expect("can be read"))
}

/// How large each preview is.
async fn sizes(person: &Person, file: &File) -> Vec<(u32, u32)> {
    let mut sizes = Vec::new();
    for size in PreviewSize::ALL {
        sizes.push(look(person, file, size).await.1.dimensions());
    }
    sizes
}

pub(crate) async fn with_project(place: &Place) -> (Person, Project) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    (ada, project)
}

const fn pixels(width: i64, height: i64) -> Pixels {
    Pixels { width, height }
}

/// What the database has to say of the previews of all pictures.
pub(crate) async fn known(place: &Place) -> Vec<String> {
    let mut connection = AnyConnection::connect(place.url()).await.expect("connects");
    let known = "SELECT preview FROM blobs ORDER BY preview";
    let known = sqlx::query_scalar(known).fetch_all(&mut connection).await.expect("reads");
    connection.close().await.expect("closes");
    known
}

async fn until_known(place: &Place, expected: &[&str]) {
    while known(place).await != expected {
        tokio::task::yield_now().await;
    }
}

async fn tell_database(place: &Place, statement: &str) {
    let mut connection = AnyConnection::connect(place.url()).await.expect("connects");
    sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&mut connection).await.expect("writes");
    connection.close().await.expect("closes");
}

async fn a_picture_is_as_large_as_it_is_shown(place: Place) {
    let (ada, project) = with_project(&place).await;
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP, ImageFormat::Bmp] {
        let file = upload(&ada, &project, "flag", &written(flag(40, 30), format)).await;
        assert_eq!((file.content_type.as_str(), file.pixels), (format.to_mime_type(), Some(pixels(40, 30))));
        let again = place.file(ada.caller, file.id).await.expect("is there");
        assert_eq!(again.pixels, file.pixels);
    }
    for orientation in 1..=8 {
        let file = upload(&ada, &project, "photo", &photo(40, 30, orientation)).await;
        let shown = if orientation < 5 { pixels(40, 30) } else { pixels(30, 40) };
        assert_eq!(file.pixels, Some(shown), "{orientation}");
    }
}

async fn what_is_no_picture_has_no_pixels_and_no_previews(place: Place) {
    let (ada, project) = with_project(&place).await;
    let mut vast = written(flag(1, 1), ImageFormat::Bmp);
    vast[18..26].copy_from_slice(&[0x50, 0xc3, 0, 0, 0x50, 0xc3, 0, 0]);
    for (name, content) in [
        ("notes.png", &b"just text"[..]),
        ("broken.png", b"\x89PNG\r\n\x1a\n rest"),
        ("broken.jpeg", b"\xff\xd8\xff\xe0 rest"),
        ("broken.gif", b"GIF89a<script>alert(1)</script>"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"),
        ("vast.bmp", &vast),
        ("empty.png", b""),
    ] {
        let file = upload(&ada, &project, name, content).await;
        assert_eq!(file.pixels, None, "{name}");
        assert!(is_not_found(try_look(&ada, &file, PreviewSize::Small).await), "{name}");
    }
    assert_eq!(known(&place).await, ["none"; 7], "and nothing waits");
}

async fn a_preview_is_never_larger_than_the_picture(place: Place) {
    let (ada, project) = with_project(&place).await;
    for (width, height, expected) in [
        (2000, 1000, [(320, 160), (800, 400), (1600, 800)]),
        (1000, 2000, [(160, 320), (400, 800), (800, 1600)]),
        (500, 250, [(320, 160), (500, 250), (500, 250)]),
        (7, 5, [(7, 5); 3]),
        (3000, 1, [(320, 1), (800, 1), (1600, 1)]),
    ] {
        let file = upload(&ada, &project, "flag", &written(flag(width, height), ImageFormat::Png)).await;
        assert_eq!(sizes(&ada, &file).await, expected, "{width}×{height}");
        let (content_type, small) = look(&ada, &file, PreviewSize::Small).await;
        assert_eq!(content_type, "image/jpeg");
        let (left, right) = (small.to_rgb8()[(0, 0)].0, small.to_rgb8()[(small.width() - 1, 0)].0);
        assert!(left[0] > 180 && left[2] < 60 && right[0] < 60 && right[2] > 180, "{left:?} {right:?}");
    }
}

async fn a_photo_is_turned_and_tells_nothing_else(place: Place) {
    let (ada, project) = with_project(&place).await;
    // Where the red half of the flag is to be seen.
    for (orientation, red, blue) in [
        (1, (0, 5), (39, 5)),
        (2, (39, 5), (0, 5)),
        (3, (39, 5), (0, 5)),
        (4, (0, 5), (39, 5)),
        (5, (5, 0), (5, 39)),
        (6, (5, 0), (5, 39)),
        (7, (5, 39), (5, 0)),
        (8, (5, 39), (5, 0)),
    ] {
        let content = photo(40, 30, orientation);
        assert!(content.windows(SECRET.len()).any(|part| part == SECRET), "it tells much");
        let file = upload(&ada, &project, "photo", &content).await;
        let (_, bytes) = try_look(&ada, &file, PreviewSize::Large).await.expect("has a preview");
        assert!(!bytes.windows(SECRET.len()).any(|part| part == SECRET), "nothing of that is left");
        assert!(!bytes.windows(4).any(|part| part == b"Exif"), "nor of anything else");
        let (_, shown) = look(&ada, &file, PreviewSize::Large).await;
        let shown = shown.to_rgb8();
        assert_eq!(file.pixels, Some(pixels(shown.width().into(), shown.height().into())));
        assert!(shown[red].0[0] > 180 && shown[blue].0[2] > 180, "{orientation}");
    }
}

async fn what_is_clear_stays_clear(place: Place) {
    let (ada, project) = with_project(&place).await;
    for (format, width) in [(ImageFormat::Png, 700), (ImageFormat::WebP, 30)] {
        let file = upload(&ada, &project, "glass", &written(glass(width, 20), format)).await;
        let (content_type, small) = look(&ada, &file, PreviewSize::Small).await;
        let small = small.to_rgba8();
        let (seen, clear) = (small[(1, 0)].0, small[(1, small.height() - 1)].0);
        assert_eq!((content_type, clear[3], seen[3]), ("image/png", 0, 255));
        assert!(seen[0] > 200 && seen[1] < 20, "what is clear darkens nothing: {seen:?}");
    }
    let opaque = written(DynamicImage::from(flag(9, 9)).to_rgba8(), ImageFormat::Png);
    let file = upload(&ada, &project, "opaque", &opaque).await;
    assert_eq!(look(&ada, &file, PreviewSize::Small).await.0, "image/jpeg");
}

/// How long each frame of a film is shown, in milliseconds.
fn delays(film: &[u8]) -> Vec<u32> {
    let frames = GifDecoder::new(Cursor::new(film)).expect("a GIF").into_frames().collect_frames().expect("frames");
    frames.into_iter().map(|frame| frame.delay().numer_denom_ms().0).collect()
}

async fn what_moves_keeps_moving(place: Place) {
    let (ada, project) = with_project(&place).await;
    let file = upload(&ada, &project, "film.gif", &film(400, 100, 12)).await;
    assert_eq!(file.pixels, Some(pixels(400, 100)));
    assert_eq!(sizes(&ada, &file).await, [(320, 80), (400, 100), (400, 100)]);
    for size in PreviewSize::ALL {
        let (content_type, bytes) = try_look(&ada, &file, size).await.expect("has a preview");
        assert_eq!((content_type, delays(&bytes)), ("image/gif", vec![70; 12]));
        assert!(bytes.windows(11).any(|part| part == b"NETSCAPE2.0"), "over and over");
    }
    let mut cut_off = film(60, 20, 9);
    cut_off.truncate(cut_off.len() * 2 / 3);
    let file = upload(&ada, &project, "cut.gif", &cut_off).await;
    let (content_type, bytes) = try_look(&ada, &file, PreviewSize::Small).await.expect("shows what there is");
    assert!(content_type == "image/gif" && (2..9).contains(&delays(&bytes).len()));
}

async fn a_film_that_is_too_long_stands_still(place: Place) {
    let (ada, project) = with_project(&place).await;
    for (name, content) in [("long", film(4, 4, 301)), ("one", film(4, 4, 1))] {
        let file = upload(&ada, &project, name, &content).await;
        assert_eq!(look(&ada, &file, PreviewSize::Small).await.0, "image/jpeg", "{name}");
    }
    let file = upload(&ada, &project, "enough", &film(4, 4, 300)).await;
    assert_eq!(look(&ada, &file, PreviewSize::Small).await.0, "image/gif");
}

async fn what_is_cut_off_has_no_preview(place: Place) {
    let (ada, project) = with_project(&place).await;
    let mut content = written(glass(300, 300), ImageFormat::Png);
    content.truncate(content.len() / 2);
    let file = upload(&ada, &project, "half.png", &content).await;
    assert_eq!(file.pixels, Some(pixels(300, 300)), "which its first bytes tell");
    for _ in 0..2 {
        assert!(is_not_found(try_look(&ada, &file, PreviewSize::Small).await));
        assert_eq!(known(&place).await, ["failed"], "and nobody tries again");
    }
    // What comes next is made all the same.
    let next = upload(&ada, &project, "whole.png", &written(glass(300, 300), ImageFormat::Png)).await;
    look(&ada, &next, PreviewSize::Small).await;
}

async fn who_may_not_see_the_file_sees_no_preview(place: Place) {
    let [ada, grace, alan] = place.three().await;
    let project = ada.project_with(&[&grace]).await;
    let file = upload(&ada, &project, "flag.png", &written(flag(9, 9), ImageFormat::Png)).await;
    look(&grace, &file, PreviewSize::Small).await;
    assert!(is_not_found(try_look(&alan, &file, PreviewSize::Small).await));
    let opened = place.open_preview(grace.caller, file.id, PreviewSize::Small).await.expect("opens");
    grace.leave(project.conversation_id).await;
    assert!(is_not_found(try_look(&grace, &file, PreviewSize::Small).await), "rights end at once");
    place.delete_file(ada.caller, file.id).await.expect("deletes");
    assert!(is_not_found(opened.read().await.map(|_| ())), "what was deleted a moment ago is not found");
    assert!(is_not_found(try_look(&ada, &file, PreviewSize::Small).await));
}

async fn everyone_may_ask_at_once(place: Place) {
    let (ada, project) = with_project(&place).await;
    let content = written(flag(900, 900), ImageFormat::Png);
    let file = upload(&ada, &project, "flag.png", &content).await;
    let asked = PreviewSize::ALL.into_iter().cycle().take(30).map(|size| look(&ada, &file, size));
    for (size, (_, shown)) in PreviewSize::ALL.into_iter().cycle().zip(futures::future::join_all(asked).await) {
        assert_eq!(shown.width(), size.edge().min(900));
    }
    assert_eq!(on_disk(&place).len(), 4, "the file and three previews, nothing under way");
}

async fn what_was_uploaded_is_made_without_being_asked_for(place: Place) {
    let (ada, project) = with_project(&place).await;
    for (name, side) in [("a", 10), ("b", 11), ("c", 12)] {
        upload(&ada, &project, name, &written(flag(side, side), ImageFormat::Png)).await;
    }
    upload(&ada, &project, "d", &written(glass(9, 9), ImageFormat::Png)).await;
    until_known(&place, &["image/jpeg", "image/jpeg", "image/jpeg", "image/png"]).await;
}

async fn what_waited_is_made_after_a_restart(mut place: Place) {
    let (ada, project) = with_project(&place).await;
    let file = upload(&ada, &project, "flag.png", &written(flag(900, 9), ImageFormat::Png)).await;
    until_known(&place, &["image/jpeg"]).await;
    // As if the process had been killed before any was kept, or before it was noted.
    fs::remove_dir_all(place.uploads().join("previews")).expect("removes");
    tell_database(&place, "UPDATE blobs SET preview = 'waiting'").await;
    place.restart().await;
    until_known(&place, &["image/jpeg"]).await;
    let ada = Person { chat: place.clone(), ..ada };
    assert_eq!(sizes(&ada, &file).await, [(320, 3), (800, 8), (900, 9)]);
}

async fn previews_go_with_the_last_file(place: Place) {
    let (ada, project) = with_project(&place).await;
    let content = written(flag(900, 900), ImageFormat::Png);
    let first = upload(&ada, &project, "a.png", &content).await;
    let second = upload(&ada, &project, "b.png", &content).await;
    look(&ada, &first, PreviewSize::Small).await;
    assert_eq!(on_disk(&place).len(), 4, "made once for both");
    place.delete_file(ada.caller, first.id).await.expect("deletes");
    look(&ada, &second, PreviewSize::Large).await;
    place.delete_file(ada.caller, second.id).await.expect("deletes");
    holds_nothing(&place).await;
    // Also those that are being made at that moment.
    for side in 100..130 {
        let file = upload(&ada, &project, "c.png", &written(flag(side, side), ImageFormat::Png)).await;
        place.delete_file(ada.caller, file.id).await.expect("deletes");
    }
    let last = upload(&ada, &project, "d.png", &written(flag(9, 9), ImageFormat::Png)).await;
    look(&ada, &last, PreviewSize::Small).await;
    assert_eq!(on_disk(&place).len(), 2, "{:?}", on_disk(&place));
}

async fn previews_that_a_crash_left_are_removed_at_the_start(mut place: Place) {
    let (ada, project) = with_project(&place).await;
    let file = upload(&ada, &project, "flag.png", &written(flag(900, 900), ImageFormat::Png)).await;
    look(&ada, &file, PreviewSize::Small).await;
    tell_database(&place, "DELETE FROM file_versions").await;
    place.restart().await;
    holds_nothing(&place).await;
}

async fn a_preview_that_is_lost_is_a_fault_of_ours(place: Place) {
    let (ada, project) = with_project(&place).await;
    let file = upload(&ada, &project, "flag.png", &written(flag(9, 9), ImageFormat::Png)).await;
    look(&ada, &file, PreviewSize::Small).await;
    fs::remove_dir_all(place.uploads().join("previews")).expect("removes");
    let lost = try_look(&ada, &file, PreviewSize::Small).await;
    assert!(matches!(lost, Err(chat::Error::Fault(_))), "the operator must learn of it");
}
