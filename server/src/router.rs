//! The table of routes, and the layers that every request goes through.

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::{from_fn, from_fn_with_state},
    routing::{any, get},
};
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer, limit::RequestBodyLimitLayer};

use crate::{
    AppState, assets, body, health, observe, pages, same_origin, security_headers, server_functions, session, ws,
};

/// The whole of it.
pub fn router(state: AppState) -> Router {
    Router::new()
        .merge(pages::router())
        .route("/ui/{*function}", any(server_functions::handle))
        .route("/ws", get(ws::upgrade))
        .route("/pkg/{*file}", get(assets::built))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .fallback(assets::public)
        // The first layer here is the last that a request comes to.
        .layer(from_fn_with_state(state.clone(), same_origin::check))
        .layer(DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(body::LIMIT))
        .layer(from_fn(body::limit_time))
        .layer(CatchPanicLayer::custom(body::after_panic))
        .layer(from_fn_with_state(state.clone(), session::resolve))
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(state.clone(), security_headers::set))
        .layer(from_fn_with_state(state.clone(), observe::observe))
        .with_state(state)
}
