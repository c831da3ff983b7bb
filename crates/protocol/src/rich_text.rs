//! A message's text, parsed: the server turns Markdown into these blocks, clients turn blocks into elements.
//! No HTML exists in between, so none can be smuggled in.

use serde::{Deserialize, Serialize};

/// A piece of text that stands by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// Running text.
    Paragraph {
        /// What it says.
        content: Vec<Inline>,
    },
    /// A line that heads what follows; level 1 to 6.
    Heading {
        /// 1 is the largest.
        level: u8,
        /// What it says.
        content: Vec<Inline>,
    },
    /// Program text, verbatim.
    Code {
        /// The language that its author named; may be empty.
        language: String,
        /// The text.
        text: String,
    },
    /// Somebody else's words.
    Quote {
        /// What they said.
        content: Vec<Block>,
    },
    /// A list, numbered from `start` or with bullets.
    List {
        /// The first number; none for bullets.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        start: Option<u32>,
        /// Its items.
        items: Vec<ListItem>,
    },
    /// A table; every row has as many cells as the first, which is its head.
    Table {
        /// Rows of cells.
        rows: Vec<Vec<Vec<Inline>>>,
    },
    /// A line between two thoughts.
    Rule,
}

/// An item of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListItem {
    /// Whether it is ticked, for items of a task list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<bool>,
    /// What it says.
    pub content: Vec<Block>,
}

/// A piece of text within a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Inline {
    /// Plain text.
    Text {
        /// The text.
        text: String,
    },
    /// Emphasis.
    Emphasis {
        /// What is stressed.
        content: Vec<Inline>,
    },
    /// Strong emphasis.
    Strong {
        /// What is stressed.
        content: Vec<Inline>,
    },
    /// Text that no longer holds.
    Strike {
        /// What is struck.
        content: Vec<Inline>,
    },
    /// Program text, verbatim.
    Code {
        /// The text.
        text: String,
    },
    /// A link; `href` starts with `http://`, `https://` or `mailto:`.
    Link {
        /// Where it leads.
        href: String,
        /// What it says.
        content: Vec<Inline>,
    },
    /// `@name`: someone is spoken to, if there is such a user.
    Mention {
        /// The name without the `@`.
        username: String,
    },
    /// The line breaks here.
    Break,
}
