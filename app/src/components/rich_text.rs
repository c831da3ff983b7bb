//! A message's text, from the blocks that the server made of it. Elements are built one by one: there is no HTML in
//! between that anything could be smuggled into.

use leptos::{html::custom, prelude::*};
use protocol::{Block, Inline, ListItem, Message};

use crate::{browser, components::code_block::CodeBlock};

/// The text of a message. `me` is the reader's name, to show where they are spoken to.
pub fn text(message: &Message, me: &str) -> AnyView {
    if message.blocks.is_empty() {
        view! { <p class="plain">{message.body.clone()}</p> }.into_any()
    } else {
        blocks(&message.blocks, me)
    }
}

/// Whether a text speaks to `me`.
pub fn mentions(blocks: &[Block], me: &str) -> bool {
    blocks.iter().any(|block| match block {
        Block::Paragraph { content } | Block::Heading { content, .. } => mentioned_in(content, me),
        Block::Quote { content } => mentions(content, me),
        Block::List { items, .. } => items.iter().any(|item| mentions(&item.content, me)),
        Block::Table { rows } => rows.iter().flatten().any(|cell| mentioned_in(cell, me)),
        Block::Code { .. } | Block::Rule => false,
    })
}

fn mentioned_in(content: &[Inline], me: &str) -> bool {
    content.iter().any(|inline| match inline {
        Inline::Mention { username } => is_me(username, me),
        Inline::Emphasis { content }
        | Inline::Strong { content }
        | Inline::Strike { content }
        | Inline::Link { content, .. } => mentioned_in(content, me),
        Inline::Text { .. } | Inline::Code { .. } | Inline::Break => false,
    })
}

fn is_me(username: &str, me: &str) -> bool {
    username == me || browser::lowercase(username) == browser::lowercase(me)
}

fn blocks(content: &[Block], me: &str) -> AnyView {
    content.iter().map(|content| block(content, me)).collect_view().into_any()
}

fn block(block: &Block, me: &str) -> AnyView {
    match block {
        Block::Paragraph { content } => element("p", inlines(content, me)),
        // Titles within a message are no headings of the page.
        Block::Heading { level, content } => {
            let class = if *level < 3 { "heading large" } else { "heading" };
            view! { <p class=class>{inlines(content, me)}</p> }.into_any()
        }
        Block::Code { language, text } => {
            view! { <CodeBlock language=language.clone() text=text.clone() /> }.into_any()
        }
        Block::Quote { content } => element("blockquote", blocks(content, me)),
        Block::List { start: None, items } => element("ul", list_items(items, me)),
        Block::List { start: Some(start), items } => view! { <ol start=*start>{list_items(items, me)}</ol> }.into_any(),
        Block::Table { rows } => table(rows, me),
        Block::Rule => view! { <hr /> }.into_any(),
    }
}

fn list_items(items: &[ListItem], me: &str) -> AnyView {
    items
        .iter()
        .map(|item| {
            // A line of its own needs no paragraph around it.
            let content = match item.content.as_slice() {
                [Block::Paragraph { content }] => inlines(content, me),
                content => blocks(content, me),
            };
            match item.done {
                None => element("li", content),
                Some(done) => {
                    let state = if done { "Done" } else { "To do" };
                    view! {
                        <li class="task" class:done=done>
                            <span class="box" role="img" aria-label=state></span>
                            <span>{content}</span>
                        </li>
                    }
                    .into_any()
                }
            }
        })
        .collect_view()
        .into_any()
}

fn table(rows: &[Vec<Vec<Inline>>], me: &str) -> AnyView {
    let Some((head, body)) = rows.split_first() else { return ().into_any() };
    let head = head.iter().map(|cell| view! { <th scope="col">{inlines(cell, me)}</th> }.into_any()).collect_view();
    let row = |row: &Vec<Vec<Inline>>| {
        let cells = row.iter().map(|cell| element("td", inlines(cell, me))).collect_view();
        element("tr", cells.into_any())
    };
    let head = element("thead", element("tr", head.into_any()));
    let body = element("tbody", body.iter().map(row).collect_view().into_any());
    view! {
        <div class="table" tabindex="0">
            {element("table", vec![head, body].into_any())}
        </div>
    }
    .into_any()
}

/// An element that has nothing but content. Of Leptos' own, each is a type and compiled into a kilobyte for itself; these
/// are all of one type.
fn element(tag: &'static str, content: AnyView) -> AnyView {
    custom(tag).child(content).into_any()
}

fn inlines(content: &[Inline], me: &str) -> AnyView {
    content.iter().map(|content| inline(content, me)).collect_view().into_any()
}

fn inline(inline: &Inline, me: &str) -> AnyView {
    match inline {
        Inline::Text { text } => text.clone().into_any(),
        Inline::Emphasis { content } => element("em", inlines(content, me)),
        Inline::Strong { content } => element("strong", inlines(content, me)),
        Inline::Strike { content } => element("s", inlines(content, me)),
        Inline::Code { text } => element("code", text.clone().into_any()),
        // Links to this site's own conversations are caught on their way and stay on the page.
        Inline::Link { href, content } => view! {
            <a href=href.clone() target="_blank" rel="noopener noreferrer nofollow">
                {inlines(content, me)}
            </a>
        }
        .into_any(),
        Inline::Mention { username } => view! {
            <span class="at-user" class:me=is_me(username, me)>
                {format!("@{username}")}
            </span>
        }
        .into_any(),
        Inline::Break => view! { <br /> }.into_any(),
    }
}
