//! The icons, drawn on a 24 × 24 grid with strokes of the text's colour.

use leptos::prelude::*;

/// Which icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
    Back,
    Bottom,
    Check,
    Clip,
    Close,
    Copy,
    Edit,
    Folder,
    Group,
    Hash,
    Leave,
    Link,
    Lock,
    More,
    People,
    Plus,
    Room,
    Search,
    Send,
    Settings,
    Smile,
    Trash,
    Warning,
}

impl Glyph {
    const fn path(self) -> &'static str {
        match self {
            Self::Back => "M15 5l-7 7 7 7",
            Self::Bottom => "M12 5v14M6 13l6 6 6-6",
            Self::Check => "M5 12.5l4.5 4.5L19 7.5",
            Self::Clip => {
                "M20 11.500l-8.500 8.500a5 5 0 0 1-7-7L13 4.500a3.400 3.400 0 0 1 4.800 4.800L9.300 17.800a1.700 1.700 0 0 1-2.400-2.400l7.600-7.600"
            }
            Self::Close => "M6 6l12 12M18 6L6 18",
            Self::Copy => "M9 9h10v11H9zM5 15V4h10",
            Self::Edit => "M4 20l1-4L16 5l3 3L8 19l-4 1ZM14 7l3 3",
            Self::Folder => "M4 6h6l2 2.500h8V19H4z",
            Self::Group => {
                "M9 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM3.5 19c.5-3 2.700-4.500 5.500-4.500s5 1.500 5.500 4.500M16 5.300a3 3 0 0 1 0 5.400M17 14.700c2 .5 3.200 2 3.500 4.300"
            }
            Self::Hash => "M10 4L8 20M16 4l-2 16M4.5 9h16M3.5 15h16",
            Self::Leave => "M10 5H6a1 1 0 0 0-1 1v12a1 1 0 0 0 1 1h4M15 8l4 4-4 4M19 12H10",
            Self::Link => {
                "M10 14a4 4 0 0 0 5.700 0l3-3a4 4 0 0 0-5.700-5.700l-1 1M14 10a4 4 0 0 0-5.700 0l-3 3a4 4 0 0 0 5.700 5.700l1-1"
            }
            Self::Lock => "M6 11h12v9H6zM9 11V8a3 3 0 0 1 6 0v3",
            Self::More => "M6 12h.01M12 12h.01M18 12h.01",
            Self::People => "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM5 20c.7-3.500 3.500-5 7-5s6.300 1.500 7 5",
            Self::Plus => "M12 5v14M5 12h14",
            Self::Room => "M4 5h16v11H10l-4 3.500V16H4z",
            Self::Search => "M11 17a6 6 0 1 0 0-12 6 6 0 0 0 0 12ZM20 20l-4.500-4.500",
            Self::Send => "M12 19V5M6 11l6-6 6 6",
            Self::Settings => "M4 7h9M17 7h3M4 17h3M11 17h9M15 5v4M9 15v4",
            Self::Smile => {
                "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16ZM9 14.500c1.500 2 4.500 2 6 0M9.500 9.500h.01M14.500 9.500h.01"
            }
            Self::Trash => "M5 7h14M9 7V5h6v2M7 7l1 13h8l1-13M10.500 11v5M13.500 11v5",
            Self::Warning => "M12 4L3 20h18L12 4ZM12 10v4M12 17h.01",
        }
    }
}

/// An icon; what it stands for is said by the button around it.
#[component]
pub fn Icon(glyph: Glyph) -> impl IntoView {
    view! {
        <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d=glyph.path() />
        </svg>
    }
}
