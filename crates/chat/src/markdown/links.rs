//! Bare addresses and mentions, which Markdown itself leaves as text.

use protocol::Inline;

/// Finds bare addresses and mentions in the text of a line, at any depth of emphasis but not inside links.
pub(super) fn linkified(content: Vec<Inline>) -> Vec<Inline> {
    let mut linked = Vec::with_capacity(content.len());
    for inline in content {
        match inline {
            Inline::Text { text } => linkify(&text, &mut linked),
            Inline::Emphasis { content } => linked.push(Inline::Emphasis { content: linkified(content) }),
            Inline::Strong { content } => linked.push(Inline::Strong { content: linkified(content) }),
            Inline::Strike { content } => linked.push(Inline::Strike { content: linkified(content) }),
            other => linked.push(other),
        }
    }
    linked
}

fn linkify(text: &str, out: &mut Vec<Inline>) {
    let mut plain_from = 0;
    let mut at = 0;
    while let Some(rest) = text.get(at..) {
        let Some(c) = rest.chars().next() else { break };
        let starts_word =
            text.get(..at).and_then(|before| before.chars().next_back()).is_none_or(|b| !b.is_alphanumeric());
        let found = if starts_word { address(rest).or_else(|| mention(rest)) } else { None };
        let Some((length, inline)) = found else {
            at += c.len_utf8();
            continue;
        };
        push_text(text.get(plain_from..at), out);
        out.push(inline);
        at += length;
        plain_from = at;
    }
    push_text(text.get(plain_from..), out);
}

fn push_text(text: Option<&str>, out: &mut Vec<Inline>) {
    if let Some(text) = text.filter(|text| !text.is_empty()) {
        out.push(Inline::Text { text: text.to_owned() });
    }
}

/// The web address that `text` begins with, and its length in bytes. Punctuation that ends a sentence is not part of it,
/// nor is a bracket that was opened before it.
fn address(text: &str) -> Option<(usize, Inline)> {
    let scheme = ["https://", "http://"]
        .into_iter()
        .find(|scheme| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))?;
    let end = text
        .find(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '`'))
        .unwrap_or(text.len());
    let mut address = text.get(..end)?;
    loop {
        let last = address.chars().next_back()?;
        let unbalanced = |open, close| last == close && address.matches(close).count() > address.matches(open).count();
        if matches!(last, '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' | '~' | '…')
            || unbalanced('(', ')')
            || unbalanced('[', ']')
        {
            address = address.get(..address.len() - last.len_utf8())?;
        } else {
            break;
        }
    }
    let content = vec![Inline::Text { text: address.to_owned() }];
    (address.len() > scheme.len()).then(|| (address.len(), Inline::Link { href: address.to_owned(), content }))
}

/// The `@name` that `text` begins with, and its length in bytes.
fn mention(text: &str) -> Option<(usize, Inline)> {
    let name = text.strip_prefix('@')?;
    let end = name.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))).unwrap_or(name.len());
    let name = name.get(..end)?.trim_end_matches(['.', '-']);
    let fits = !name.is_empty() && name.chars().count() <= protocol::MAX_NAME_CHARACTERS;
    fits.then(|| (1 + name.len(), Inline::Mention { username: name.to_owned() }))
}
