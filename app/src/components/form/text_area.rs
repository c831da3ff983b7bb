//! A few lines of input with their label.

use leptos::prelude::*;

use super::field::description;

/// A labelled text area that grows with what is typed, where the browser knows how.
#[component]
pub fn TextArea(
    /// What the person is asked for.
    label: &'static str,
    /// The name that the value is posted under; also the element's id.
    name: &'static str,
    /// What stands in it already.
    #[prop(into)]
    value: String,
    /// What is expected, in a few words under the input.
    #[prop(optional, into)]
    hint: String,
    /// What is wrong with the value.
    #[prop(optional_no_strip)]
    problem: Option<String>,
    /// The most characters.
    most: usize,
) -> impl IntoView {
    let described_by = description(name, !hint.is_empty(), problem.is_some());
    view! {
        <div class="field">
            <label for=name>{label} <span class="optional">"optional"</span></label>
            <textarea
                id=name
                name=name
                rows="2"
                maxlength=most.to_string()
                aria-describedby=described_by
                aria-invalid=problem.is_some().then_some("true")
            >
                {value}
            </textarea>
            {problem.map(|problem| view! { <p class="problem" id=format!("{name}-problem")>{problem}</p> })}
            {(!hint.is_empty()).then(|| view! { <p class="hint" id=format!("{name}-hint")>{hint}</p> })}
        </div>
    }
    .into_any()
}
