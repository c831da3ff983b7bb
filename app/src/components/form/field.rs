//! One line of input with its label, its hint and what is wrong with it.

use leptos::prelude::*;

/// A labelled input. The browser checks what its attributes say; the server checks again.
#[component]
pub fn Field(
    /// What the person is asked for.
    label: &'static str,
    /// The name that the value is posted under; also the element's id.
    name: &'static str,
    /// What stands in it already.
    #[prop(optional, into)]
    value: String,
    /// The input's type.
    #[prop(default = "text")]
    kind: &'static str,
    /// The browser's word for what belongs here (`username`, `current-password` …).
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// What is expected, in a few words under the input.
    #[prop(optional, into)]
    hint: String,
    /// What is wrong with the value.
    #[prop(optional_no_strip)]
    problem: Option<String>,
    /// Whether it must be filled in.
    #[prop(optional)]
    required: bool,
    /// The most characters.
    #[prop(optional)]
    most: Option<usize>,
    /// The fewest characters.
    #[prop(optional)]
    least: Option<usize>,
    /// Whether the cursor starts here.
    #[prop(optional)]
    focus: bool,
    /// An example, where a label can't say it all.
    #[prop(optional)]
    placeholder: Option<&'static str>,
    /// The id of a `<datalist>` to choose from.
    #[prop(optional)]
    list: Option<&'static str>,
) -> impl IntoView {
    let described_by = description(name, !hint.is_empty(), problem.is_some());
    let names_people = matches!(autocomplete, "username" | "email" | "current-password" | "new-password" | "url");
    view! {
        <div class="field">
            <label for=name>
                {label} {(!required).then(|| view! { <span class="optional">"optional"</span> })}
            </label>
            <input
                id=name
                name=name
                type=kind
                value=(kind != "password").then_some(value)
                autocomplete=autocomplete
                autocapitalize=names_people.then_some("none")
                spellcheck=names_people.then_some("false")
                required=required
                maxlength=most.map(|most| most.to_string())
                minlength=least.map(|least| least.to_string())
                placeholder=placeholder
                autofocus=focus
                list=list
                aria-describedby=described_by
                aria-invalid=problem.is_some().then_some("true")
            />
            {problem.map(|problem| view! { <p class="problem" id=format!("{name}-problem")>{problem}</p> })}
            {(!hint.is_empty()).then(|| view! { <p class="hint" id=format!("{name}-hint")>{hint}</p> })}
        </div>
    }
    .into_any()
}

/// The ids of the texts that describe a field, for screen readers; none where there are none.
pub(super) fn description(name: &str, hint: bool, problem: bool) -> Option<String> {
    match (problem, hint) {
        (true, true) => Some(format!("{name}-problem {name}-hint")),
        (true, false) => Some(format!("{name}-problem")),
        (false, true) => Some(format!("{name}-hint")),
        (false, false) => None,
    }
}
