//! The page for what can't be shown.

use app::{
    context::Visitor,
    pages::error::{ErrorPage, ErrorPageProps, error_heading},
    shell::{self, Head},
};
use protocol::{Error, Theme};

use crate::AppState;

/// The page for `error`, in its reader's colours. Their account may be what failed, so going without it is fine.
pub async fn error_page(state: &AppState, visitor: &Visitor, error: &Error) -> String {
    let account = match visitor.caller {
        Some(caller) => state.chat.account(caller).await.ok(),
        None => None,
    };
    let theme = account.as_ref().map_or(Theme::System, |account| account.theme);
    let props = ErrorPageProps {
        error: error.clone(),
        signed_in: visitor.caller.is_some(),
        request_id: visitor.request_id.clone(),
    };
    let head = Head { title: error_heading(error), theme, assets: &state.assets() };
    shell::plain(&head, || ErrorPage(props))
}
