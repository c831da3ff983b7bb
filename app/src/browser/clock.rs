//! Time, chance, and what happens later. Dates are written by the browser's own `Intl`: it knows the reader's zone and
//! customs, and costs no bytes.

use js_sys::{Array, Date, Intl, Object, Reflect};
use protocol::Timestamp;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

use super::document;

/// Milliseconds since 1970.
#[expect(clippy::cast_possible_truncation, reason = "whole milliseconds, far below 2^53")]
pub fn now() -> i64 {
    Date::now() as i64
}

/// Runs `then` after a while.
pub fn after(milliseconds: i64, then: impl FnOnce() + 'static) {
    spawn(async move {
        sleep(milliseconds).await;
        then();
    });
}

/// Waits a while.
pub async fn sleep(milliseconds: i64) {
    gloo_timers::future::TimeoutFuture::new(u32::try_from(milliseconds).unwrap_or(0)).await;
}

/// Runs `task` beside everything else.
pub fn spawn(task: impl Future<Output = ()> + 'static) {
    wasm_bindgen_futures::spawn_local(task);
}

/// A name that no one else gives: 128 random bits. `crypto.randomUUID` would need a secure context, which a server in
/// one's own network often isn't.
pub fn random_id() -> String {
    let mut bytes = [0_u8; 16];
    let filled = web_sys::window()
        .and_then(|window| window.crypto().ok())
        .is_some_and(|crypto| crypto.get_random_values_with_u8_array(&mut bytes).is_ok());
    if !filled {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 255")]
        bytes.fill_with(|| (chance() * 256.0) as u8);
    }
    format!("{:032x}", u128::from_be_bytes(bytes))
}

/// The text in small letters. The browser has the tables for that; ours would be a few kilobytes.
pub fn lowercase(text: &str) -> String {
    js_sys::JsString::from(text).to_lower_case().into()
}

/// The first letter or digit of a word, as a capital.
pub fn initial(word: &str) -> Option<String> {
    let found = js_sys::RegExp::new(r"[\p{Alphabetic}\p{N}]", "u").exec(word)?;
    Some(found.get(0).unchecked_into::<js_sys::JsString>().to_upper_case().into())
}

/// A number from 0 to 1, for jitter.
pub fn chance() -> f64 {
    js_sys::Math::random()
}

/// The number of the day that this moment falls in, by the reader's clock.
#[expect(clippy::cast_possible_truncation, reason = "a zone's offset is a few hundred minutes")]
pub fn local_day(at: Timestamp) -> i64 {
    let minutes = date(at).get_timezone_offset() as i64;
    Timestamp(at.0 - minutes * 60_000).day()
}

/// "10:15", as the reader writes it.
pub fn clock(at: Timestamp) -> String {
    format(at, &[("hour", "numeric"), ("minute", "2-digit")])
}

/// "Tuesday, 17 November", as the reader writes it; with the year where it isn't this one.
pub fn day(at: Timestamp) -> String {
    let mut options = vec![("weekday", "long"), ("day", "numeric"), ("month", "long")];
    if date(at).get_full_year() != Date::new_0().get_full_year() {
        options.push(("year", "numeric"));
    }
    format(at, &options)
}

/// "17 November 2026 at 10:15:30", as the reader writes it.
pub fn moment(at: Timestamp) -> String {
    format(at, &[("dateStyle", "long"), ("timeStyle", "medium")])
}

/// Writes the times that the server wrote in UTC as the reader does.
pub fn localize_times() {
    let Ok(times) = document().query_selector_all("time[data-shows]") else { return };
    for time in (0..times.length()).filter_map(|n| times.item(n)?.dyn_into::<Element>().ok()) {
        let Some(date) = time.get_attribute("datetime").map(|at| Date::new(&JsValue::from_str(&at))) else { continue };
        #[expect(clippy::cast_possible_truncation, reason = "milliseconds are far below 2^53")]
        let at = Timestamp(date.get_time() as i64);
        let text = if time.get_attribute("data-shows").as_deref() == Some("day") { day(at) } else { clock(at) };
        // The text's own node stays: the view holds on to it.
        if let Some(node) = time.first_child() {
            node.set_node_value(Some(&text));
        }
        let _ = time.set_attribute("title", &moment(at));
    }
}

fn date(at: Timestamp) -> Date {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds are far below 2^53")]
    Date::new(&JsValue::from_f64(at.0 as f64))
}

fn format(at: Timestamp, options: &[(&str, &str)]) -> String {
    let object = Object::new();
    for (name, value) in options {
        // Setting a property of a fresh object can't fail.
        let _ = Reflect::set(&object, &JsValue::from_str(name), &JsValue::from_str(value));
    }
    let format = Intl::DateTimeFormat::new(&Array::new(), &object).format();
    format.call1(&JsValue::UNDEFINED, &date(at)).ok().and_then(|text| text.as_string()).unwrap_or_default()
}
