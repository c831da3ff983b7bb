//! The parts of a view that change. Each closure in a view is compiled into some kilobytes of its own; behind a `Box`
//! they share them, which makes the page about a third smaller. So the components say `part`, `when`, `flag`, `words`
//! and `act` where Leptos would take closures as they are.

use leptos::{
    attr::{any_attribute::AnyAttribute, custom::custom_attribute},
    ev::MouseEvent,
    html::{custom, img},
    prelude::*,
};

type Shared<T> = Box<dyn Fn() -> T + Send + Sync>;

/// A part of a view that is made anew whenever what it reads changes.
pub fn part(view: impl Fn() -> AnyView + Send + Sync + 'static) -> AnyView {
    fn boxed(view: Shared<AnyView>) -> AnyView {
        (move || view()).into_any()
    }
    boxed(Box::new(view))
}

/// A part of a view that is there as long as a condition holds.
pub fn when(
    condition: impl Fn() -> bool + Send + Sync + 'static,
    view: impl Fn() -> AnyView + Send + Sync + 'static,
) -> AnyView {
    let condition = flag(condition);
    part(move || if condition.get() { view() } else { ().into_any() })
}

/// What is read and may change: in the browser a memo, which tells of it only when it changes. A page on the server never
/// changes, so there it is read once, without the bookkeeping that costs more than the page's own text.
#[cfg(not(feature = "ssr"))]
pub type Read<T> = Memo<T>;
/// What is read and may change, in the browser.
#[cfg(feature = "ssr")]
pub type Read<T> = Signal<T>;

#[cfg(not(feature = "ssr"))]
fn remember<T: PartialEq + Send + Sync + 'static>(read: Shared<T>) -> Read<T> {
    Memo::new(move |_| read())
}

#[cfg(feature = "ssr")]
fn remember<T: Send + Sync + 'static>(read: Shared<T>) -> Read<T> {
    Signal::stored(untrack(read))
}

/// Whether something is so; tells of it only when it changes.
pub fn flag(read: impl Fn() -> bool + Send + Sync + 'static) -> Read<bool> {
    remember(Box::new(read))
}

/// A number; tells of it only when it changes.
pub fn number(read: impl Fn() -> i64 + Send + Sync + 'static) -> Read<i64> {
    remember(Box::new(read))
}

/// A text; tells of it only when it changes.
pub fn words(read: impl Fn() -> String + Send + Sync + 'static) -> Read<String> {
    remember(Box::new(read))
}

/// An attribute that may be absent; tells of it only when it changes.
pub fn maybe(read: impl Fn() -> Option<String> + Send + Sync + 'static) -> Read<Option<String>> {
    remember(Box::new(read))
}

/// What a click does.
pub fn act(mut then: impl FnMut() + 'static) -> Box<dyn FnMut(MouseEvent)> {
    Box::new(move |_| then())
}

/// Does something in the browser now, and again whenever what it reads changes.
pub fn follow(then: impl Fn() + 'static) {
    fn boxed(then: Box<dyn Fn()>) {
        Effect::new(then);
    }
    boxed(Box::new(then));
}

/// "true" or "false", as ARIA wants it.
pub fn aria(read: impl Fn() -> bool + Send + Sync + 'static) -> Read<String> {
    words(move || read().to_string())
}

/// An element with text for attributes, for what is there once. Of Leptos’ own, each element and each attribute is a type,
/// compiled by itself; these are all of one type.
pub fn element(tag: &'static str, attributes: &[(&'static str, &str)], content: AnyView) -> AnyView {
    custom(tag).add_any_attr(any(attributes)).child(content).into_any()
}

/// A picture: of elements, one that never has content.
pub fn image(attributes: &[(&'static str, &str)]) -> AnyView {
    img().add_any_attr(any(attributes)).into_any()
}

fn any(attributes: &[(&'static str, &str)]) -> Vec<AnyAttribute> {
    attributes.iter().map(|(name, value)| custom_attribute(*name, (*value).to_owned()).into_any_attr()).collect()
}
