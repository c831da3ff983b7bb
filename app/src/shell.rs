//! The document around every page. Pages are rendered in one go: their data is there before they start, so there is
//! nothing to wait for and nothing to stream.

use leptos::prelude::*;
use protocol::Theme;

use crate::context::Assets;

/// What a document says about itself.
#[derive(Clone, Debug)]
pub struct Head<'a> {
    /// The title, without the product's name.
    pub title: &'a str,
    /// Which colours its reader wants.
    pub theme: Theme,
    /// The built files.
    pub assets: &'a Assets,
}

/// A page without script: read, follow a link, post a form.
pub fn plain<V: IntoView>(head: &Head<'_>, view: impl FnOnce() -> V) -> String {
    document(head, "", &html(view), "")
}

/// A page that the browser brings to life. `start` is what it was rendered from, as JSON: the browser renders the same
/// view from the same data and finds every element in its place.
pub fn live<V: IntoView>(head: &Head<'_>, nonce: &str, start: &str, view: impl FnOnce() -> V) -> String {
    let Assets { js, wasm, .. } = head.assets;
    // Early, but behind the style: the page can be read before it comes to life.
    let preload = format!(
        r#"<link rel="modulepreload" href="{js}" nonce="{nonce}" fetchpriority="low"><link rel="preload" href="{wasm}" as="fetch" type="application/wasm" crossorigin fetchpriority="low">"#
    );
    // `<` escaped, so that no text in the data can end the element.
    let start = start.replace('<', "\\u003c");
    let script = format!(
        r#"<script type="application/json" id="start">{start}</script><script nonce="{nonce}">{SCROLL}</script><script type="module" nonce="{nonce}">import init,{{hydrate}} from "{js}";init({{module_or_path:"{wasm}"}}).then(hydrate)</script>"#
    );
    document(head, &preload, &html(view), &script)
}

/// A page that reads and posts without script, and that the browser does more on once it has it: `start` is the function of
/// the wasm that takes over.
pub fn enhanced<V: IntoView>(head: &Head<'_>, nonce: &str, start: &str, view: impl FnOnce() -> V) -> String {
    let Assets { js, wasm, .. } = head.assets;
    let script = format!(
        r#"<script type="module" nonce="{nonce}">import init,{{{start}}} from "{js}";init({{module_or_path:"{wasm}"}}).then({start})</script>"#
    );
    document(head, "", &html(view), &script)
}

/// Brings the linked message, or the first unread one, into view before anything is painted.
const SCROLL: &str =
    r#"(document.querySelector(".msg.linked")||document.querySelector(".new"))?.scrollIntoView({block:"center"})"#;

fn html<V: IntoView>(view: impl FnOnce() -> V) -> String {
    Owner::new_root(None).with(|| view().into_view().to_html())
}

fn document(head: &Head<'_>, preload: &str, body: &str, script: &str) -> String {
    let (title, theme, css) = (escape(head.title), head.theme.as_str(), &head.assets.css);
    format!(
        r#"<!DOCTYPE html><html lang="en" data-theme="{theme}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content"><title>{title} · Confab</title><link rel="stylesheet" href="{css}"><link rel="icon" href="/favicon.svg" type="image/svg+xml"><link rel="manifest" href="/manifest.webmanifest">{preload}</head><body>{body}{script}</body></html>"#
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
