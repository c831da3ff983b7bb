use leptos::prelude::*;

use crate::components::{
    dynamic::act,
    icon::{Glyph, Icon},
};

/// A button that shows an icon and says what it does to those who can't see it.
pub fn icon_button(glyph: Glyph, label: &'static str, then: impl FnMut() + 'static) -> AnyView {
    let then = act(then);
    view! {
        <button class="icon" type="button" title=label aria-label=label on:click=then>
            <Icon glyph />
        </button>
    }
    .into_any()
}
