//! The card that stands before the place: sign-in, sign-up, and errors shown to those who aren't in.

use leptos::prelude::*;

use crate::components::mark::Mark;

/// A card in the middle of an empty page.
#[component]
pub fn Gate(
    /// What the card is for.
    #[prop(into)]
    heading: String,
    /// A sentence under it.
    #[prop(into)]
    lead: String,
    children: Children,
) -> impl IntoView {
    view! {
        <main class="gate">
            <div class="card">
                <Mark/>
                <h1>{heading}</h1>
                <p class="lead">{lead}</p>
                {children()}
            </div>
        </main>
    }
}

/// Carries the page to go to afterwards through a form.
#[component]
pub fn ReturnTo(
    /// A path on this site; empty for none.
    path: String,
) -> impl IntoView {
    (!path.is_empty()).then(|| view! { <input type="hidden" name="return" value=path/> })
}

/// `page`, with the page to go to afterwards in its address.
pub fn with_return(page: &str, return_to: &str) -> String {
    if return_to.is_empty() { page.to_owned() } else { format!("{page}?return={}", encoded(return_to)) }
}

/// `text` as a value in an address: everything but letters, digits and `-._~/` as `%XX` (RFC 3986, 2.1).
pub fn encoded(text: &str) -> String {
    use std::fmt::Write;
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a string can't fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_survives_in_an_address() {
        assert_eq!(with_return("/sign-up", ""), "/sign-up");
        assert_eq!(with_return("/sign-up", "/c/7?at=3&x=é"), "/sign-up?return=/c/7%3Fat%3D3%26x%3D%C3%A9");
    }
}
