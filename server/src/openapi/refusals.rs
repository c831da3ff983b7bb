//! What every operation may refuse, and how each API says it.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ComponentsBuilder, ContentBuilder, HeaderBuilder, ObjectBuilder, OpenApi as Document, Ref, RefOr, Response,
        ResponseBuilder,
        header::Header,
        path::{Operation, ParameterIn},
        schema::Type,
        security::SecurityRequirement,
    },
};

use crate::voice::Voice;

// Both only describe what `voice::json` writes.
/// Why something was refused. Which of the other keys are there depends on `error`.
#[derive(Serialize, ToSchema)]
struct Refusal {
    /// What sort of refusal it is, for programs.
    error: Kind,
    /// What is wrong, in a sentence for people.
    #[schema(example = "We couldn’t find that conversation.")]
    message: String,
    /// `invalid`: which field.
    #[serde(default)]
    field: String,
    /// `not_found`: what was looked for.
    #[serde(default)]
    what: String,
    /// `too_large`: the limit, in bytes.
    #[serde(default)]
    limit: u64,
    /// `unsupported_media`: the type that is taken.
    #[serde(default)]
    expected: String,
    /// `too_many`: when to try again, in seconds.
    #[serde(default)]
    retry_after: u64,
    /// `fault`: the id under which the server logged what happened.
    #[serde(default)]
    request_id: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = RefusalKind)]
#[serde(rename_all = "snake_case")]
#[expect(dead_code, reason = "it describes the kinds of `protocol::Error`")]
enum Kind {
    Invalid,
    SignedOut,
    WrongPassword,
    Forbidden,
    NotFound,
    Conflict,
    TooLarge,
    UnsupportedMedia,
    RefusedMedia,
    TooMany,
    Unavailable,
    NoRoom,
    Fault,
}

impl Voice {
    /// What its schema and its answers are called in the document.
    const fn name(self) -> &'static str {
        match self {
            Self::Own => "Refusal",
            Self::Message => "RefusalWithMessage",
            Self::Msg => "RefusalWithMsg",
            Self::Error => "RefusalWithError",
            Self::All => "RefusalWithAll",
        }
    }
}

/// What is the same wherever it is refused.
const MEANINGS: [(&str, &str); 10] = [
    ("400", "Something is missing or can’t be accepted."),
    ("401", "No credential, or one that is expired, revoked or forged."),
    ("403", "Not allowed to the caller."),
    ("404", "There is no such thing, or none that the caller may know of."),
    ("405", "A method that this address doesn’t take; `Allow` names those that it does."),
    ("413", "More bytes than allowed."),
    ("415", "A media type that isn’t taken here."),
    ("429", "Too many requests; `Retry-After` says when to come back."),
    ("503", "The server is restarting or can’t do this right now; `Retry-After` says when to come back."),
    ("507", "The file would go beyond what the caller, or the place, may have altogether."),
];

/// Describes what the operations of an API may refuse, and what every answer tells of the limits.
pub fn describe(document: &mut Document, voice: Voice) {
    let components = document.components.get_or_insert_with(|| ComponentsBuilder::new().build());
    if voice == Voice::Own {
        components.schemas.insert("RefusalKind".to_owned(), Kind::schema());
        components.schemas.insert(voice.name().to_owned(), Refusal::schema());
    } else {
        components.schemas.insert(voice.name().to_owned(), sentences(voice).into());
    }
    for (status, meaning) in MEANINGS {
        let told = refusal(ResponseBuilder::new().description(meaning).build(), status, voice);
        components.responses.insert(format!("{}{status}", voice.name()), told.into());
    }
    for item in document.paths.paths.values_mut() {
        let reading = [&mut item.get, &mut item.head, &mut item.options];
        let changing = [&mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        let operations = reading.into_iter().chain(changing);
        operations.flatten().for_each(|operation| describe_operation(operation, voice));
    }
}

/// An operation that is open to everyone says so with an empty requirement; one that says nothing takes either credential.
fn describe_operation(operation: &mut Operation, voice: Voice) {
    let statuses = statuses(operation);
    let either = || ["bearer", "cookie"].map(|way| SecurityRequirement::new::<_, [&str; 0], _>(way, [])).into();
    operation.security.get_or_insert_with(either);
    let known = &mut operation.responses.responses;
    for (status, response) in known.iter_mut() {
        let RefOr::T(response) = response else { continue };
        if status.starts_with('4') && response.content.is_empty() {
            *response = refusal(response.clone(), status, voice);
        }
        response.headers.extend(limits());
    }
    for status in statuses {
        let reference = Ref::from_response_name(format!("{}{status}", voice.name()));
        known.entry(status.to_owned()).or_insert_with(|| reference.into());
    }
}

/// With which statuses an operation may refuse.
fn statuses(operation: &Operation) -> Vec<&'static str> {
    let parameters = operation.parameters.as_deref().unwrap_or_default();
    let in_path = parameters
        .iter()
        .any(|parameter| matches!(parameter, RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Path));
    let body = operation.request_body.is_some();
    let upload = operation.request_body.as_ref().is_some_and(|body| {
        let has = |kind: &str| matches!(body, RefOr::T(body) if body.content.contains_key(kind));
        has("multipart/form-data") || has("application/offset+octet-stream")
    });
    let asks = !parameters.is_empty() || body;
    let open = operation.security.as_ref().is_some_and(|ways| ways.contains(&SecurityRequirement::default()));
    let all = [
        ("400", asks),
        ("401", !open),
        ("403", true),
        ("404", in_path),
        ("405", true),
        ("413", body),
        ("415", body),
        ("429", true),
        ("503", true),
        ("507", upload),
    ];
    all.into_iter().filter(|(_, may)| *may).map(|(status, _)| status).collect()
}

fn refusal(mut response: Response, status: &str, voice: Voice) -> Response {
    let schema = Ref::from_schema_name(voice.name());
    let content = ContentBuilder::new().schema(Some(schema)).build();
    response.content.insert("application/json".to_owned(), content.into());
    response.headers.extend(limits());
    let more = match status {
        "429" | "503" => Some("Retry-After"),
        "405" => Some("Allow"),
        _ => None,
    };
    response.headers.extend(more.map(reference));
    response
}

/// The same sentence under each of the voice's keys.
fn sentences(voice: Voice) -> ObjectBuilder {
    voice.keys().iter().fold(ObjectBuilder::new().schema_type(Type::Object), |object, key| {
        let sentence =
            ObjectBuilder::new().schema_type(Type::String).description(Some("What is wrong, in a sentence."));
        object.property(*key, sentence).required(*key)
    })
}

const LIMITS: [(&str, &str); 3] = [
    (
        "RateLimit-Limit",
        "How many requests can come at once (draft-ietf-httpapi-ratelimit-headers-06). Absent where limits are off.",
    ),
    ("RateLimit-Remaining", "How many of them are left."),
    ("RateLimit-Reset", "In how many seconds all of them are back; with 429, the next one."),
];

fn limits() -> BTreeMap<String, RefOr<Header>> {
    LIMITS.into_iter().map(|(name, _)| reference(name)).collect()
}

fn reference(header: &str) -> (String, RefOr<Header>) {
    (header.to_owned(), RefOr::Ref(Ref::new(format!("#/components/headers/{header}"))))
}

/// The headers that the responses refer to.
pub fn headers() -> BTreeMap<String, RefOr<Header>> {
    let number = |description: &str| {
        let number = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0));
        HeaderBuilder::new().schema(Some(number)).description(Some(description)).build()
    };
    let text = HeaderBuilder::new().schema(Some(String::schema())).description(Some("The methods that are taken."));
    let limits = LIMITS.into_iter().map(|(name, description)| (name, number(description)));
    let all = limits.chain([("Retry-After", number("When to come back, in seconds.")), ("Allow", text.build())]);
    all.map(|(name, header)| (name.to_owned(), header.into())).collect()
}
