//! Markdown to blocks. CommonMark with strike-through, tables and task lists; a line break in the source is a line
//! break on the page, HTML is text like any other, bare addresses become links, `@name` a mention.

mod links;
#[cfg(test)]
mod tests;

use protocol::{Block, Inline, ListItem, Message};
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use links::linkified;

/// How deep blocks and inlines may nest; what lies deeper is flattened. Readers' stacks are finite.
const MAX_DEPTH: usize = 24;

/// The blocks of `body`; none where it is plain text and says no more than itself.
pub(crate) fn blocks(body: &str) -> Vec<Block> {
    let options = Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS;
    let mut builder = Builder::new();
    for event in Parser::new_ext(body, options) {
        builder.take(event);
    }
    let blocks = builder.finish();
    if is_plain(&blocks, body) { Vec::new() } else { blocks }
}

/// The message with its blocks, as a page shows it.
pub(crate) fn parsed(mut message: Message) -> Message {
    message.blocks = blocks(&message.body);
    message
}

/// Whether the blocks are one paragraph that reads letter for letter like the source.
fn is_plain(blocks: &[Block], body: &str) -> bool {
    let [Block::Paragraph { content }] = blocks else { return blocks.is_empty() };
    let mut rest = body;
    content.iter().all(|inline| {
        let said = match inline {
            Inline::Text { text } => text.as_str(),
            Inline::Break => "\n",
            _ => return false,
        };
        rest.strip_prefix(said).map(|left| rest = left).is_some()
    }) && rest.is_empty()
}

/// An element that has been opened and not yet closed.
enum Open {
    Paragraph(Vec<Inline>),
    Heading(u8, Vec<Inline>),
    Code(String, String),
    Quote(Vec<Block>),
    List(Option<u32>, Vec<ListItem>),
    /// An item; the inlines are those of a tight list, which has no paragraphs.
    Item(Option<bool>, Vec<Block>, Vec<Inline>),
    Table(Vec<Vec<Vec<Inline>>>),
    Row(Vec<Vec<Inline>>),
    Cell(Vec<Inline>),
    Emphasis(Vec<Inline>),
    Strong(Vec<Inline>),
    Strike(Vec<Inline>),
    Link(String, Vec<Inline>),
    /// Something that adds nothing of its own.
    Transparent(Vec<Inline>),
}

struct Builder {
    done: Vec<Block>,
    open: Vec<Open>,
}

impl Builder {
    const fn new() -> Self {
        Self { done: Vec::new(), open: Vec::new() }
    }

    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Code(text) => self.inline(Inline::Code { text: text.into_string() }),
            // HTML is what its author typed, no more.
            Event::Text(text)
            | Event::Html(text)
            | Event::InlineHtml(text)
            | Event::FootnoteReference(text)
            | Event::InlineMath(text)
            | Event::DisplayMath(text) => self.text(&text),
            Event::SoftBreak | Event::HardBreak => self.inline(Inline::Break),
            Event::Rule => self.block(Block::Rule),
            Event::TaskListMarker(ticked) => {
                if let Some(Open::Item(done, ..)) = self.open.last_mut() {
                    *done = Some(ticked);
                }
            }
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        let open = match tag {
            _ if self.open.len() >= MAX_DEPTH => Open::Transparent(Vec::new()),
            Tag::Heading { level, .. } => Open::Heading(level as u8, Vec::new()),
            Tag::CodeBlock(kind) => Open::Code(language(&kind), String::new()),
            Tag::BlockQuote(_) => Open::Quote(Vec::new()),
            Tag::List(start) => Open::List(start.map(|n| u32::try_from(n).unwrap_or(1)), Vec::new()),
            Tag::Item => Open::Item(None, Vec::new(), Vec::new()),
            Tag::Table(_) => Open::Table(Vec::new()),
            Tag::TableHead | Tag::TableRow => Open::Row(Vec::new()),
            Tag::TableCell => Open::Cell(Vec::new()),
            Tag::Emphasis => Open::Emphasis(Vec::new()),
            Tag::Strong => Open::Strong(Vec::new()),
            Tag::Strikethrough => Open::Strike(Vec::new()),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => Open::Link(dest_url.into_string(), Vec::new()),
            Tag::Paragraph | Tag::HtmlBlock => Open::Paragraph(Vec::new()),
            _ => Open::Transparent(Vec::new()),
        };
        self.open.push(open);
    }

    fn end(&mut self, _tag: TagEnd) {
        let Some(open) = self.open.pop() else { return };
        match open {
            Open::Paragraph(content) => self.paragraph(content),
            Open::Heading(level, content) => self.block(Block::Heading { level, content: linkified(content) }),
            Open::Code(language, mut text) => {
                text.truncate(text.trim_end_matches('\n').len());
                self.block(Block::Code { language, text });
            }
            Open::Quote(content) => self.block(Block::Quote { content }),
            Open::List(start, items) => self.block(Block::List { start, items }),
            Open::Item(done, content, loose) => self.item(done, content, loose),
            Open::Table(rows) => self.block(Block::Table { rows }),
            Open::Row(cells) => {
                if let Some(Open::Table(rows)) = self.open.last_mut() {
                    rows.push(cells);
                }
            }
            Open::Cell(content) => {
                if let Some(Open::Row(cells)) = self.open.last_mut() {
                    cells.push(linkified(content));
                }
            }
            Open::Emphasis(content) => self.inline(Inline::Emphasis { content }),
            Open::Strong(content) => self.inline(Inline::Strong { content }),
            Open::Strike(content) => self.inline(Inline::Strike { content }),
            Open::Link(href, content) => self.link(href, content),
            Open::Transparent(content) => self.inlines(content),
        }
    }

    fn paragraph(&mut self, mut content: Vec<Inline>) {
        while matches!(content.last(), Some(Inline::Break)) {
            content.pop();
        }
        if !content.is_empty() {
            self.block(Block::Paragraph { content: linkified(content) });
        }
    }

    fn item(&mut self, done: Option<bool>, mut content: Vec<Block>, loose: Vec<Inline>) {
        if !loose.is_empty() {
            content.push(Block::Paragraph { content: linkified(loose) });
        }
        if let Some(Open::List(_, items)) = self.open.last_mut() {
            items.push(ListItem { done, content });
        }
    }

    fn link(&mut self, href: String, content: Vec<Inline>) {
        if is_safe(&href) {
            let content = if content.is_empty() { vec![Inline::Text { text: href.clone() }] } else { content };
            self.inline(Inline::Link { href, content });
        } else {
            // A link that leads nowhere good is just its text.
            self.inlines(content);
        }
    }

    fn block(&mut self, block: Block) {
        match self.open.last_mut() {
            None => self.done.push(block),
            Some(Open::Quote(content)) => content.push(block),
            Some(Open::Item(_, content, loose)) => {
                if !loose.is_empty() {
                    let content_so_far = linkified(std::mem::take(loose));
                    content.push(Block::Paragraph { content: content_so_far });
                }
                content.push(block);
            }
            // Too deep to keep its shape: its text remains.
            Some(_) => self.inlines(flatten(&block)),
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(Open::Code(_, code)) = self.open.last_mut() {
            code.push_str(text);
            return;
        }
        // HTML blocks arrive with their line ends in them.
        for (n, line) in text.split('\n').enumerate() {
            if n > 0 {
                self.inline(Inline::Break);
            }
            if !line.is_empty() {
                self.inline(Inline::Text { text: line.to_owned() });
            }
        }
    }

    fn inlines(&mut self, inlines: Vec<Inline>) {
        for inline in inlines {
            self.inline(inline);
        }
    }

    fn inline(&mut self, inline: Inline) {
        let content = match self.open.last_mut() {
            Some(
                Open::Paragraph(content)
                | Open::Heading(_, content)
                | Open::Cell(content)
                | Open::Emphasis(content)
                | Open::Strong(content)
                | Open::Strike(content)
                | Open::Link(_, content)
                | Open::Transparent(content)
                | Open::Item(_, _, content),
            ) => content,
            Some(Open::Code(_, code)) => {
                code.push_str(&plain(&inline));
                return;
            }
            Some(Open::Quote(_) | Open::List(..) | Open::Table(_) | Open::Row(_)) | None => {
                self.block(Block::Paragraph { content: vec![inline] });
                return;
            }
        };
        match (content.last_mut(), inline) {
            (Some(Inline::Text { text }), Inline::Text { text: more }) => text.push_str(&more),
            (_, inline) => content.push(inline),
        }
    }

    fn finish(mut self) -> Vec<Block> {
        while !self.open.is_empty() {
            self.end(TagEnd::Paragraph);
        }
        self.done
    }
}

fn language(kind: &CodeBlockKind<'_>) -> String {
    match kind {
        CodeBlockKind::Fenced(info) => info.split_whitespace().next().unwrap_or_default().chars().take(32).collect(),
        CodeBlockKind::Indented => String::new(),
    }
}

/// Addresses that can't run anything in the reader's page.
fn is_safe(href: &str) -> bool {
    let scheme = href.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    let plain = !href.chars().any(|c| c.is_control() || c.is_whitespace());
    plain && matches!(scheme.as_deref(), Some("http" | "https" | "mailto"))
}

fn plain(inline: &Inline) -> String {
    match inline {
        Inline::Text { text } | Inline::Code { text } => text.clone(),
        Inline::Mention { username } => format!("@{username}"),
        Inline::Break => "\n".to_owned(),
        Inline::Emphasis { content }
        | Inline::Strong { content }
        | Inline::Strike { content }
        | Inline::Link { content, .. } => content.iter().map(plain).collect(),
    }
}

fn flatten(block: &Block) -> Vec<Inline> {
    match block {
        Block::Paragraph { content } | Block::Heading { content, .. } => content.clone(),
        Block::Code { text, .. } => vec![Inline::Code { text: text.clone() }],
        Block::Quote { content } => content.iter().flat_map(flatten).collect(),
        Block::List { items, .. } => items.iter().flat_map(|item| &item.content).flat_map(flatten).collect(),
        Block::Table { rows } => rows.iter().flatten().flatten().cloned().collect(),
        Block::Rule => Vec::new(),
    }
}
