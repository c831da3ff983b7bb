//! Routes that describe themselves once someone asks.
//!
//! The router of `utoipa_axum` describes what it routes there and then: at each start it would make, and throw away, thousands of
//! small pieces of a description, and have a good part of the program read for it.

use axum::{
    Router,
    handler::Handler,
    routing::{MethodFilter, on},
};
use utoipa::openapi::{OpenApi as Document, path::HttpMethod};
use utoipa_axum::{
    PathItemExt as _,
    router::{OpenApiRouter, UtoipaMethodRouter},
};

use crate::AppState;

/// Describes one handler, and routes it on the side.
type Describe = fn() -> UtoipaMethodRouter<AppState>;

/// Some of an API's routes: made of handlers with [`routes!`], put together with [`Routes::merge`].
#[derive(Default)]
pub struct Routes {
    router: Router<AppState>,
    descriptions: Vec<Describe>,
    /// The path that all of them are below.
    prefix: &'static str,
}

impl Routes {
    /// Adds a handler.
    pub fn add<H: Handler<T, AppState>, T: 'static>(
        mut self,
        path: &str,
        methods: &[HttpMethod],
        handler: H,
        describe: Describe,
    ) -> Self {
        let methods = methods.iter().map(HttpMethod::to_method_filter).reduce(MethodFilter::or);
        let methods = methods.expect("a handler is of some method");
        self.router = self.router.route(path, on(methods, handler));
        self.descriptions.push(describe);
        self
    }

    /// These and others, before either is put below a path.
    pub fn merge(mut self, others: Self) -> Self {
        debug_assert!(self.prefix.is_empty() && others.prefix.is_empty());
        self.router = self.router.merge(others.router);
        self.descriptions.extend(others.descriptions);
        self
    }

    /// The same ones below a path.
    pub fn below(self, prefix: &'static str) -> Self {
        Self { router: Router::new().nest(prefix, self.router), prefix, ..self }
    }

    /// The same ones behind layers, which `dress` puts around them.
    pub fn dressed(self, dress: impl FnOnce(Router<AppState>) -> Router<AppState>) -> Self {
        Self { router: dress(self.router), ..self }
    }

    /// What they are.
    pub fn describe(&self) -> Document {
        let described = self.descriptions.iter().fold(OpenApiRouter::new(), |all, describe| all.routes(describe()));
        let below = match self.prefix {
            "" => described,
            prefix => OpenApiRouter::new().nest(prefix, described),
        };
        below.into_openapi()
    }
}

impl From<Routes> for Router<AppState> {
    fn from(routes: Routes) -> Self {
        routes.router
    }
}

/// [`Routes`] of handlers, which say with `utoipa::path` of what path and method they are.
macro_rules! routes {
    ($($handler:ident),+) => {
        $crate::routes::Routes::default()$(.add(
            &pastey::paste!(<[<__path_ $handler>] as utoipa::Path>::path()),
            &pastey::paste!(<[<__path_ $handler>] as utoipa::Path>::methods()),
            $handler,
            || utoipa_axum::routes!($handler),
        ))+
    };
}

pub(crate) use routes;
