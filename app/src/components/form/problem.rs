//! What was wrong with a form, and where it says so: beside the field if the form has it, else above the form.

use leptos::prelude::*;
use protocol::Error;

/// The refusal of a form that was posted; nothing for a form that is shown for the first time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problem {
    /// The field that can't be accepted; empty where it is about the whole form.
    field: String,
    /// The sentence to show; empty where there is no problem.
    message: String,
}

impl Problem {
    /// A problem with one field.
    pub fn with(field: &str, message: impl Into<String>) -> Self {
        Self { field: field.to_owned(), message: message.into() }
    }

    /// The same problem in a form that calls the field by another name.
    #[must_use]
    pub fn renamed(mut self, from: &str, to: &str) -> Self {
        if self.field == from {
            to.clone_into(&mut self.field);
        }
        self
    }

    /// What to say beside the field of this name.
    pub fn at(&self, field: &str) -> Option<String> {
        (!self.message.is_empty() && self.field == field).then(|| self.message.clone())
    }

    /// What to say above a form that has these fields: whatever none of them says.
    pub fn beyond(&self, fields: &[&str]) -> Option<String> {
        (!self.message.is_empty() && !fields.contains(&self.field.as_str())).then(|| self.message.clone())
    }
}

impl From<&Error> for Problem {
    fn from(error: &Error) -> Self {
        let field = match error {
            Error::Invalid { field, .. } => field.clone(),
            _ => String::new(),
        };
        Self { field, message: error.to_string() }
    }
}

/// The sentence above a form that was refused as a whole.
#[component]
pub fn Alert(
    /// What to say; nothing is drawn without it.
    message: Option<String>,
) -> impl IntoView {
    message.map(|message| view! { <p class="alert" role="alert">{message}</p> })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_told_once_beside_its_field_or_above_the_form() {
        let problem = Problem::from(&Error::invalid("email", "No."));
        assert_eq!(problem.at("email").as_deref(), Some("No."));
        assert_eq!((problem.at("username"), problem.beyond(&["username", "email"])), (None, None));
        assert_eq!(problem.beyond(&["username"]).as_deref(), Some("No."));
        assert_eq!(problem.renamed("email", "mail").at("mail").as_deref(), Some("No."));
    }

    #[test]
    fn no_problem_says_nothing_anywhere() {
        assert_eq!((Problem::default().at(""), Problem::default().beyond(&[])), (None, None));
    }
}
