//! A person's face.

use leptos::prelude::*;
use protocol::User;

use crate::browser;

/// How large it is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AvatarSize {
    /// 20 px, in lists.
    Small,
    /// 28 px, in heads.
    Medium,
    /// 36 px, beside messages.
    #[default]
    Large,
    /// 72 px, on one's own page.
    Huge,
}

impl AvatarSize {
    const fn class(self) -> &'static str {
        match self {
            Self::Small => "avatar s",
            Self::Medium => "avatar m",
            Self::Large => "avatar",
            Self::Huge => "avatar xl",
        }
    }
}

/// Someone's picture, or their initials. The name stands beside it, so it is silent to screen readers.
#[component]
pub fn Avatar(
    user: User,
    #[prop(optional)] size: AvatarSize,
    /// Whether they are here now.
    #[prop(optional, into)]
    online: Signal<bool>,
) -> impl IntoView {
    let face = match user.avatar_url {
        Some(url) => view! { <img src=url alt="" loading="lazy" referrerpolicy="no-referrer" /> }.into_any(),
        None => initials(&user.display_name).into_any(),
    };
    view! {
        <span class=size.class() class:on=online style=format!("--hue:{}", hue(user.id.0)) aria-hidden="true">
            {face}
        </span>
    }
}

/// The first letters of the first and last word: "Ada Vance" → "AV", "mira" → "M".
fn initials(name: &str) -> String {
    let mut letters = name.split_whitespace().filter_map(browser::initial);
    let (first, last) = (letters.next(), letters.next_back());
    first.into_iter().chain(last).collect()
}

/// A colour per person: neighbouring ids land far apart on the wheel (the golden angle).
fn hue(id: i64) -> i64 {
    (id.rem_euclid(360) * 137 + 30) % 360
}
