//! What Markdown becomes.

use super::*;

fn text(text: &str) -> Inline {
    Inline::Text { text: text.into() }
}

fn paragraph(body: &str) -> Vec<Inline> {
    match blocks(body).as_slice() {
        [Block::Paragraph { content }] => content.clone(),
        other => panic!("one paragraph expected, not {other:?}"),
    }
}

#[test]
fn plain_text_needs_no_blocks() {
    for body in ["Good morning.", "two\nlines", "2 < 3 & 4 > 1", "snake_case_name", "50% off, isn't it?", "🎉"] {
        assert_eq!(blocks(body), Vec::new(), "{body:?}");
    }
}

#[test]
fn emphasis_code_and_links_become_inlines() {
    assert_eq!(
        paragraph("a *b* **c** ~~d~~ `e` [f](https://g.example)"),
        [
            text("a "),
            Inline::Emphasis { content: vec![text("b")] },
            text(" "),
            Inline::Strong { content: vec![text("c")] },
            text(" "),
            Inline::Strike { content: vec![text("d")] },
            text(" "),
            Inline::Code { text: "e".into() },
            text(" "),
            Inline::Link { href: "https://g.example".into(), content: vec![text("f")] },
        ]
    );
}

#[test]
fn html_is_text() {
    assert_eq!(blocks("<script>alert(1)</script>"), Vec::new());
    assert_eq!(paragraph("<b>*x*</b>").first(), Some(&text("<b>")));
}

#[test]
fn a_link_that_could_run_something_is_only_its_text() {
    for href in ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "JaVaScRiPt:alert(1)", "/relative"] {
        assert_eq!(paragraph(&format!("[x]({href})")), [text("x")], "{href}");
    }
}

#[test]
fn a_bare_address_is_a_link_without_the_sentence_around_it() {
    let link = |href: &str| Inline::Link { href: href.into(), content: vec![text(href)] };
    assert_eq!(paragraph("See https://a.example/b."), [text("See "), link("https://a.example/b"), text(".")]);
    assert_eq!(paragraph("(https://a.example/x_(y))"), [text("("), link("https://a.example/x_(y)"), text(")")]);
}

#[test]
fn a_mention_is_a_name_after_an_at_sign_that_begins_a_word() {
    let mention = |name: &str| Inline::Mention { username: name.into() };
    assert_eq!(paragraph("@ada, @jürgen-k."), [mention("ada"), text(", "), mention("jürgen-k"), text(".")]);
    assert_eq!(blocks("mail ada@example.org"), Vec::new());
}

#[test]
fn a_code_block_keeps_every_character() {
    let code = Block::Code { language: "rust".into(), text: "fn main() {\n    @ada <b>\n}".into() };
    assert_eq!(blocks("```rust\nfn main() {\n    @ada <b>\n}\n```"), [code]);
}

#[test]
fn lists_quotes_tables_and_headings_keep_their_shape() {
    let body = "# T\n\n> q\n\n1. a\n2. b\n   - [x] c\n\n| h |\n|---|\n| d |\n\n---";
    let kinds: Vec<_> = blocks(body)
        .iter()
        .map(|block| match block {
            Block::Paragraph { .. } => "paragraph",
            Block::Heading { .. } => "heading",
            Block::Code { .. } => "code",
            Block::Quote { .. } => "quote",
            Block::List { .. } => "list",
            Block::Table { .. } => "table",
            Block::Rule => "rule",
        })
        .collect();
    assert_eq!(kinds, ["heading", "quote", "list", "table", "rule"]);
}

#[test]
fn endless_nesting_ends() {
    fn depth(blocks: &[Block]) -> usize {
        let inner = |block: &Block| match block {
            Block::Quote { content } => depth(content),
            _ => 0,
        };
        1 + blocks.iter().map(inner).max().unwrap_or(0)
    }
    assert!(depth(&blocks(&format!("{}x", "> ".repeat(8_000)))) <= MAX_DEPTH + 1);
}
