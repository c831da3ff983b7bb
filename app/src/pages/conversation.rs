//! The conversation page: rendered by the server, then taken over by the browser, both from the same data.

use leptos::prelude::*;
use protocol::{MessageId, Start};

use crate::{
    components::{
        banner::Banner, composer::Foot, confirm_delete::ConfirmDelete, frame::Frame, head::Head, notice::Notice,
        switcher::Switcher, timeline::Timeline,
    },
    state::Store,
};

/// A conversation beside the sidebar. `linked` is the message that the address points at.
#[component]
pub fn ConversationPage(start: Start, linked: Option<MessageId>) -> impl IntoView {
    let store = Store::new(start, linked);
    provide_context(store);
    #[cfg(feature = "hydrate")]
    crate::components::dynamic::follow(move || untrack(|| crate::live::begin(store)));
    view! {
        <Frame>
            <Banner />
            <Head />
            <Timeline />
            <Foot />
        </Frame>
        <Switcher />
        <ConfirmDelete />
        <Notice />
    }
}

/// The whole document. `start` has the conversation's page in it.
#[cfg(feature = "ssr")]
pub fn render(start: Start, linked: Option<MessageId>, assets: &crate::context::Assets, nonce: &str) -> String {
    use crate::shell;

    let title = start.page.as_ref().map_or_else(String::new, |page| {
        let people = || start.users.iter().chain(&page.people).chain([&start.account.user]);
        page.conversation.title(start.account.user.id, |id| people().find(|user| user.id == id))
    });
    // A struct of ids, numbers, strings and lists always has a JSON form.
    let json = serde_json::to_string(&(&start, linked)).unwrap_or_default();
    let head = shell::Head { title: &title, theme: start.account.theme, assets };
    shell::live(&head, nonce, &json, || view! { <ConversationPage start=start.clone() linked /> })
}
