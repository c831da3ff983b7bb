//! The rules of `protocol::name` and `protocol::message` as the API's description tells them: lengths, and patterns in what
//! ECMA-262 and Python have in common. These spare a client the attempt; it is `parse` that decides.

use std::borrow::Cow;

use utoipa::{
    PartialSchema, ToSchema,
    openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, schema::Type},
};

/// Characters that no name has: controls, and what is invisible or turns the text around.
macro_rules! deceptive {
    () => {
        "\\x00-\\x1f\\x7f-\\x9f\\u200b\\u200c\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff"
    };
}

/// At least one visible character beside those in `$first`, and none of those in `$nowhere`.
macro_rules! name {
    ($nowhere:literal, $first:literal) => {
        concat!(
            "^[^",
            $nowhere,
            deceptive!(),
            "]*[^\\s",
            $nowhere,
            $first,
            deceptive!(),
            "]",
            "[^",
            $nowhere,
            deceptive!(),
            "]*$"
        )
    };
}

/// Declares a sort of text: a schema of its own, which fields name as their `value_type`.
macro_rules! text {
    ($(#[doc = $doc:literal])* $name:ident, $least:expr, $most:expr, $pattern:expr, $format:expr, $example:expr) => {
        $(#[doc = $doc])*
        pub enum $name {}

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let format: Option<KnownFormat> = $format;
                let pattern: Option<&str> = $pattern;
                let text = ObjectBuilder::new()
                    .schema_type(Type::String)
                    .min_length(Some($least))
                    .max_length(Some($most))
                    .pattern(pattern)
                    .format(format.map(SchemaFormat::KnownFormat))
                    .description(Some(concat!($($doc, "\n"),*).trim()))
                    .examples([$example]);
                text.into()
            }
        }
    };
}

text! {
    /// A user name: unique whatever its case, without “@”, “/” or “,”. Some words that programs use for other things are
    /// reserved. Spaces at its ends are cut off.
    Username, 1, 64, Some(name!("@/,", "")), None, "ada"
}
text! {
    /// The name to show; an empty one means the user name.
    DisplayName, 0, 64, Some(concat!("^[^", deceptive!(), "]*$")), None, "Ada Lovelace"
}
text! {
    /// The name of a file or a folder: no path, with something visible in it. What is invisible in it is left out, and what
    /// goes beyond 255 bytes.
    FileName, 1, 65536, Some(concat!("^[^/\\\\]*[^./\\\\\\s", deceptive!(), "][^/\\\\]*$")), None, "plan.pdf"
}
text! {
    /// A name on one line, with something visible in it. Spaces at its ends are cut off, and a `#` at its start.
    Name, 1, 64, Some(name!("", "#")), None, "engineering"
}
text! {
    /// The name of a group; an empty one means that it is called after its people.
    GroupName, 0, 64, Some(concat!("^[^#", deceptive!(), "]*$")), None, "Lunch"
}
text! {
    /// What it is about, on one line; may be empty.
    Topic, 0, 250, Some(concat!("^[^", deceptive!(), "]*$")), None, "Bridges and tunnels"
}
text! {
    /// What a project is about, on several lines if need be; may be empty.
    Description, 0, 2000,
    Some("^[^\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u200b\\u200c\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff]*$"), None, "From the first drawing to the opening."
}
text! {
    /// A message in Markdown: at most 16 KiB of UTF-8, without NUL; not blank, unless files hang on it.
    BodyBesideFiles, 0, 16_384, Some("^[^\\x00]*$"), None, "The bridge *holds*."
}
text! {
    /// The name that a client gives a message of its own: visible ASCII characters, unique per sender.
    ClientId, 1, 64, Some("^[!-~]{1,64}$"), None, "9f1c-1"
}
text! {
    /// An e-mail address.
    Email, 3, 254,
    Some("^[^@\\s\\x00-\\x1f\\x7f-\\x9f]+@[^@.\\s\\x00-\\x1f\\x7f-\\x9f]([^@\\s\\x00-\\x1f\\x7f-\\x9f]*[^@.\\s\\x00-\\x1f\\x7f-\\x9f])?$"),
    None, "ada@example.org"
}
text! {
    /// An `http` or `https` address.
    WebAddress, 8, 2048,
    Some("^[hH][tT][tT][pP][sS]?://[^\\s/\"<>\\x00-\\x1f\\x7f-\\x9f][^\\s\"<>\\x00-\\x1f\\x7f-\\x9f]*$"),
    None, "https://example.org/ada.png"
}
text! {
    /// A password to have: 8 characters or more, at most 1024 bytes of UTF-8.
    NewPassword, 8, 1024, None, Some(KnownFormat::Password), "correct horse battery"
}
