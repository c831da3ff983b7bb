//! The table of routes, and the layers that every request goes through.

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::{from_fn, from_fn_with_state},
    routing::{any, get},
};
use tower::Layer as _;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{CompressionLayer, DefaultPredicate, Predicate as _},
    normalize_path::NormalizePathLayer,
};

use crate::{
    AppState, assets, body, cors, download, health, observe, openapi, pages, resolve, same_origin, security_headers,
    server_functions, socketio, unread, ws,
};

/// The whole of it.
pub fn router(state: AppState) -> Router {
    let routes = routes(state);
    // The documents write some paths with a slash at the end and some without: both are served, without a redirect.
    // Outside of the routes, since a path is trimmed before it is looked up.
    Router::new().fallback_service(NormalizePathLayer::trim_trailing_slash().layer(routes))
}

fn routes(state: AppState) -> Router {
    Router::new()
        .merge(pages::router())
        .merge(openapi::router(&state.settings))
        .route("/ui/{*function}", any(server_functions::handle))
        .route("/ws", get(ws::upgrade))
        .route("/socket.io", any(socketio::answer))
        .route("/pkg/{*file}", get(assets::built))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .fallback(assets::public)
        // The first layer here is the last that a request comes to.
        .layer(from_fn_with_state(state.clone(), same_origin::check))
        // Uploads lift it for themselves.
        .layer(DefaultBodyLimit::max(body::LIMIT))
        .layer(from_fn(body::limit_time))
        .layer(from_fn(unread::take_in))
        .layer(CatchPanicLayer::custom(body::after_panic))
        .layer(from_fn_with_state(state.clone(), resolve::resolve))
        // Outside of where errors get their words: other origins may read those too.
        .layer(from_fn_with_state(cors::layer(&state.settings), cors::share))
        // Files mostly are compressed already, and tell how long they are.
        .layer(CompressionLayer::new().compress_when(DefaultPredicate::new().and(download::is_other)))
        .layer(from_fn_with_state(state.clone(), security_headers::set))
        .layer(from_fn_with_state(state.clone(), observe::observe))
        .with_state(state)
}
