//! A plain page of those who are signed in: a head with the way back, and one column under it, beside the sidebar.

use leptos::prelude::*;
use protocol::Start;

use crate::components::frame::Frame;
use crate::components::icon::{Glyph, Icon};
use crate::state::Store;

/// Where the way back leads from a page that has nothing above it: on a phone, to the sidebar.
pub const SIDEBAR: &str = "#sidebar";

/// A page beside the sidebar.
#[component]
pub fn Sheet(
    /// The sidebar's data.
    start: Start,
    /// What the page is called.
    #[prop(into)]
    title: String,
    /// Where the phone's back button leads; there is no sidebar beside the page there.
    #[prop(into)]
    back: String,
    /// What stands at the end of the head.
    #[prop(optional_no_strip)]
    tools: Option<AnyView>,
    children: Children,
) -> impl IntoView {
    provide_context(Store::new(start, None));
    view! {
        <Frame>
            <header class="head">
                <a class="icon back" href=back aria-label="Back"><Icon glyph=Glyph::Back/></a>
                <h1>{title}</h1>
                <div class="tools">{tools}</div>
            </header>
            <div class="scroll sheet"><div class="column">{children()}</div></div>
        </Frame>
    }
    .into_any()
}

/// What a list shows when it has nothing to show: what would be here, and what to do about it.
#[component]
pub fn Empty(
    /// What is missing.
    #[prop(into)]
    heading: String,
    /// What to do about it.
    #[prop(into)]
    lead: String,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <h2>{heading}</h2>
            <p>{lead}</p>
            {children.map(|children| children())}
        </div>
    }
    .into_any()
}

/// Says that a list was cut, where it was.
#[component]
pub fn Cut(
    /// How many are listed.
    listed: usize,
    /// How many are listed at most.
    most: i64,
) -> impl IntoView {
    let cut = i64::try_from(listed).is_ok_and(|listed| listed >= most);
    cut.then(|| view! { <p class="hint">{format!("The first {most} are listed. Search to find the others.")}</p> })
}

/// The ways to the other pages of a list; nothing where it has only one.
#[component]
pub fn Pages(
    /// The address of the first page, unless this is it.
    first: Option<String>,
    /// The address of the next one, unless this is the last.
    next: Option<String>,
) -> impl IntoView {
    (first.is_some() || next.is_some()).then(|| {
        view! {
            <nav class="actions" aria-label="Pages">
                {first.map(|path| view! { <a class="button" href=path>"First page"</a> })}
                {next.map(|path| view! { <a class="button" rel="next" href=path>"Next page"</a> })}
            </nav>
        }
    })
}

/// `1 member`, `14 members`.
pub fn counted(count: i64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
