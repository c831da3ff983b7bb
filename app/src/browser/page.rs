//! The document and its window.

use leptos::ev::Event;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, Element, EventTarget, HtmlDialogElement, HtmlElement, HtmlTextAreaElement, Response, Window};

/// The window. There is always one where this code runs.
pub fn window() -> Window {
    #[expect(clippy::expect_used, reason = "this code runs in pages only")]
    web_sys::window().expect("a window")
}

/// The document.
pub fn document() -> Document {
    #[expect(clippy::expect_used, reason = "this code runs in pages only")]
    window().document().expect("a document")
}

/// The element of that id.
pub fn element(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// Calls `then` whenever `event` happens, as long as the page lives.
pub fn listen<E: JsCast + 'static>(target: &EventTarget, event: &str, mut then: impl FnMut(E) + 'static) {
    let closure = Closure::<dyn FnMut(Event)>::new(move |event: Event| then(event.unchecked_into()));
    let _ = target.add_event_listener_with_callback(event, closure.as_ref().unchecked_ref());
    closure.forget();
}

/// What the server answers there: an HTTP status, or 0 where it can't be reached.
pub async fn status(path: &str) -> u16 {
    let answer = JsFuture::from(window().fetch_with_str(path)).await.ok();
    answer.and_then(|answer| answer.dyn_into().ok()).map_or(0, |answer: Response| answer.status())
}

/// Whether the page is in front of someone.
pub fn visible() -> bool {
    document().visibility_state() == web_sys::VisibilityState::Visible
}

/// Whether there is a mouse: without one, focus would bring up a keyboard that covers half of the page.
pub fn has_pointer() -> bool {
    window().match_media("(hover: hover)").ok().flatten().is_some_and(|query| query.matches())
}

/// Sets the page's title.
pub fn set_title(title: &str) {
    document().set_title(title);
}

/// The address below the host, with query and fragment.
pub fn address() -> (String, String, String) {
    let location = window().location();
    (
        location.pathname().unwrap_or_default(),
        location.search().unwrap_or_default(),
        location.hash().unwrap_or_default(),
    )
}

/// Where the site lives: `https://chat.example.org`.
pub fn origin() -> String {
    window().location().origin().unwrap_or_default()
}

/// Gives the page another address and remembers the one before.
pub fn push(path: &str) {
    if let Ok(history) = window().history() {
        let _ = history.push_state_with_url(&JsValue::NULL, "", Some(path));
    }
}

/// Leaves the page.
pub fn leave_for(path: &str) {
    let _ = window().location().set_href(path);
}

/// Puts `text` on the clipboard. Outside a secure context there is none to be had from a script but the old way.
pub fn copy(text: &str) {
    if window().is_secure_context() {
        let _ = window().navigator().clipboard().write_text(text);
        return;
    }
    let Ok(area) = document().create_element("textarea").map(JsCast::unchecked_into::<HtmlTextAreaElement>) else {
        return;
    };
    area.set_value(text);
    if let Some(body) = document().body() {
        let _ = body.append_child(&area);
        area.select();
        let document: web_sys::HtmlDocument = document().unchecked_into();
        let _ = document.exec_command("copy");
        area.remove();
    }
}

/// Moves the focus to the element of that id.
pub fn focus(id: &str) {
    if let Some(element) = element(id) {
        let _ = element.focus();
    }
}

/// Shows a dialog above the page.
pub fn open_dialog(id: &str) {
    if let Some(dialog) = dialog(id)
        && !dialog.open()
    {
        let _ = dialog.show_modal();
    }
}

/// Whether a dialog is shown. Its `close` event comes late: by then it may be open again.
pub fn is_dialog_open(id: &str) -> bool {
    dialog(id).is_some_and(|dialog| dialog.open())
}

/// Takes a dialog away.
pub fn close_dialog(id: &str) {
    if let Some(dialog) = dialog(id) {
        dialog.close();
    }
}

fn dialog(id: &str) -> Option<HtmlDialogElement> {
    element(id)?.dyn_into().ok()
}

/// What stands in a textarea.
pub fn read_field(id: &str) -> String {
    textarea(id).map(|area| area.value()).unwrap_or_default()
}

/// Puts `text` into a textarea.
pub fn write_field(id: &str, text: &str) {
    if let Some(area) = textarea(id) {
        area.set_value(text);
        grow(id);
    }
}

fn textarea(id: &str) -> Option<HtmlTextAreaElement> {
    element(id)?.dyn_into().ok()
}

/// Makes a textarea as tall as its text.
pub fn grow(id: &str) {
    if let Some(area) = element(id) {
        let style = area.style();
        let _ = style.set_property("height", "auto");
        let _ = style.set_property("height", &format!("{}px", area.scroll_height()));
    }
}

/// Puts the caret of a textarea behind its text.
pub fn caret_to_end(id: &str) {
    if let Some(area) = textarea(id) {
        let end = u32::try_from(area.value().encode_utf16().count()).unwrap_or(u32::MAX);
        let _ = area.set_selection_range(end, end);
    }
}

/// The link around what was clicked.
pub fn link_of(event: &Event) -> Option<web_sys::HtmlAnchorElement> {
    let target: Element = event.target()?.dyn_into().ok()?;
    target.closest("a[href]").ok()??.dyn_into().ok()
}
