//! The browser's entry point.

use wasm_bindgen::prelude::wasm_bindgen;

/// Brings the page to life; called by the document once the wasm is here.
#[wasm_bindgen]
pub fn hydrate() {
    app::hydrate();
}

/// Lets files be brought to a library piece by piece; called by the library's page, which reads well before that.
#[wasm_bindgen]
pub fn uploads() {
    app::uploads();
}
