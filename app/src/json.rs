//! JSON between page and server. Both write it with `serde_json`. The browser reads it with a reader made for small
//! devices: it reads only what says its own type (no inner tags, no flattened fields), and where it can't, hardly says why.

use serde::{Serialize, de::DeserializeOwned};
use server_fn::{Bytes, ContentType, Decodes, Encodes, Format, FormatType, codec::Post};

/// How server functions get their arguments and answer.
pub type Json = Post<JsonEncoding>;

/// JSON, read as each side reads it.
pub struct JsonEncoding;

impl ContentType for JsonEncoding {
    const CONTENT_TYPE: &'static str = "application/json";
}

impl FormatType for JsonEncoding {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Serialize> Encodes<T> for JsonEncoding {
    type Error = serde_json::Error;

    fn encode(output: &T) -> Result<Bytes, Self::Error> {
        serde_json::to_vec(output).map(Bytes::from)
    }
}

impl<T: DeserializeOwned> Decodes<T> for JsonEncoding {
    type Error = Unreadable;

    fn decode(bytes: Bytes) -> Result<T, Self::Error> {
        read(&bytes)
    }
}

/// Why something can't be read.
#[cfg(feature = "hydrate")]
pub type Unreadable = serde_json_core::de::Error;

/// Why something can't be read.
#[cfg(not(feature = "hydrate"))]
pub type Unreadable = serde_json::Error;

/// Reads a whole text of JSON.
#[cfg(feature = "hydrate")]
pub fn read<T: DeserializeOwned>(json: &[u8]) -> Result<T, Unreadable> {
    // Where escaped text is written out: never longer than it came.
    let mut unescaped = vec![0; json.len()];
    serde_json_core::from_slice_escaped(json, &mut unescaped).map(|(value, _)| value)
}

/// Reads a whole text of JSON.
#[cfg(not(feature = "hydrate"))]
pub fn read<T: DeserializeOwned>(json: &[u8]) -> Result<T, Unreadable> {
    serde_json::from_slice(json)
}
