//! What the server tells the pages about the request that they answer.

use chat::Caller;

/// Who asks, and the request's own names. The server provides it, beside [`chat::Chat`], to every server function.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// Who is signed in; none for strangers.
    pub caller: Option<Caller>,
    /// The id under which the request is logged.
    pub request_id: String,
    /// What inline scripts must carry to be let run (Content-Security-Policy).
    pub nonce: String,
}

/// The addresses of the built files, with their content's hash.
#[derive(Clone, Debug)]
pub struct Assets {
    /// The style sheet.
    pub css: String,
    /// The script that loads the wasm.
    pub js: String,
    /// The wasm itself.
    pub wasm: String,
}
