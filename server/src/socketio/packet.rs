//! The packets of Socket.IO: a digit for the kind, a namespace, the number of the acknowledgement, JSON.

use serde::Serialize;
use serde_json::Value;

use crate::engineio::Frame;

/// The most pieces of binary data that one event may announce; they are passed over.
const MAX_ATTACHMENTS: u32 = 16;

/// A packet from a client.
#[derive(Debug, PartialEq)]
pub enum Packet<'a> {
    /// It wants in, and may say who it is.
    Connect { namespace: &'a str, auth: Option<&'a str> },
    /// It leaves the namespace.
    Disconnect { namespace: &'a str },
    /// It says something.
    Event { namespace: &'a str, ack: Option<u64>, event: String, data: Value, attachments: u32 },
    /// It acknowledges something; we never ask for it.
    Ack { attachments: u32 },
}

impl<'a> Packet<'a> {
    /// Reads one; none where it isn't one that a client may send.
    pub fn parse(text: &'a str) -> Option<Self> {
        let (kind, rest) = text.split_at_checked(1)?;
        let (attachments, rest) = match kind {
            "5" | "6" => {
                let (count, rest) = rest.split_once('-')?;
                (count.parse().ok().filter(|count| *count <= MAX_ATTACHMENTS)?, rest)
            }
            _ => (0, rest),
        };
        let (namespace, rest) = match rest.split_once(',') {
            Some((namespace, rest)) if namespace.starts_with('/') => (namespace, rest),
            None if rest.starts_with('/') => (rest, ""),
            _ => ("/", rest),
        };
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (ack, content) = rest.split_at(digits);
        // The path alone; some clients send their query along.
        let namespace = namespace.split('?').next().unwrap_or(namespace);
        match kind {
            "0" => Some(Self::Connect { namespace, auth: Some(rest).filter(|auth| !auth.is_empty()) }),
            "1" => Some(Self::Disconnect { namespace }),
            "2" | "5" => {
                let ack = if ack.is_empty() { None } else { Some(ack.parse().ok()?) };
                let mut content = serde_json::from_str::<Vec<Value>>(content).ok()?.into_iter();
                let Value::String(event) = content.next()? else { return None };
                Some(Self::Event { namespace, ack, event, data: content.next().unwrap_or_default(), attachments })
            }
            "3" | "6" => Some(Self::Ack { attachments }),
            _ => None,
        }
    }
}

/// The client is in.
pub fn connected(id: &str) -> Frame {
    encoded("0", &serde_json::json!({"sid": id}))
}

/// The client is not let in.
pub fn refused(namespace: &str, message: &str) -> Frame {
    let start = if namespace == "/" { "4".to_owned() } else { format!("4{namespace},") };
    encoded(&start, &serde_json::json!({"message": message}))
}

/// The client is put out.
pub fn disconnected() -> Frame {
    Frame::message("1")
}

/// An event for a client.
pub fn event(name: &str, data: &impl Serialize) -> Frame {
    encoded("2", &(name, data))
}

/// The acknowledgement that a client asked for.
pub fn ack(number: u64, data: &impl Serialize) -> Frame {
    encoded(&format!("3{number}"), &(data,))
}

fn encoded(start: &str, data: &impl Serialize) -> Frame {
    // What we send has string keys and finite numbers only: nothing that JSON could refuse.
    Frame::message(&format!("{start}{}", serde_json::to_string(data).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event_of(text: &str) -> Option<(Option<u64>, String, Value)> {
        match Packet::parse(text) {
            Some(Packet::Event { namespace: "/", ack, event, data, attachments: 0 }) => Some((ack, event, data)),
            _ => None,
        }
    }

    #[test]
    fn an_event_is_its_name_and_what_follows() {
        assert_eq!(event_of(r#"2["message","hi"]"#), Some((None, "message".to_owned(), json!("hi"))));
        assert_eq!(event_of(r#"212["join",{"a":1},2]"#), Some((Some(12), "join".to_owned(), json!({"a": 1}))));
        assert_eq!(event_of(r#"2/,7["x"]"#), Some((Some(7), "x".to_owned(), Value::Null)));
    }

    #[test]
    fn a_client_may_say_who_it_is() {
        assert_eq!(Packet::parse("0"), Some(Packet::Connect { namespace: "/", auth: None }));
        let auth = Some(r#"{"token":"a,b"}"#);
        assert_eq!(Packet::parse(r#"0{"token":"a,b"}"#), Some(Packet::Connect { namespace: "/", auth }));
        assert_eq!(Packet::parse("0/chat?token=1,"), Some(Packet::Connect { namespace: "/chat", auth: None }));
        assert_eq!(Packet::parse("1/chat"), Some(Packet::Disconnect { namespace: "/chat" }));
    }

    #[test]
    fn nonsense_is_no_packet() {
        let deep = format!("2[\"x\",{}", "[".repeat(10_000));
        let nested = format!("2[\"x\",{}{}]", "[".repeat(10_000), "]".repeat(10_000));
        let nonsense = [
            "",
            "4",
            "4{}",
            "7",
            "é",
            "2",
            "2é",
            "2[]",
            "2{}",
            "2[1]",
            "2[null]",
            "2[\"x\"",
            "2[\"x\"]x",
            "5[\"x\"]",
            "5-[\"x\"]",
            "5999999999999-[\"x\"]",
            "517-[\"x\"]",
            "299999999999999999999[\"x\"]",
            "2-1[\"x\"]",
            &deep,
            &nested,
        ];
        for text in nonsense {
            assert_eq!(Packet::parse(text), None, "{text}");
        }
    }

    #[test]
    fn answers_are_written_as_clients_read_them() {
        let said = |frame: Frame| String::from_utf8(frame.text().to_vec()).expect("text");
        assert_eq!(said(event("status", &json!({"a": 1}))), r#"42["status",{"a":1}]"#);
        assert_eq!(said(ack(3, &"yes")), r#"433["yes"]"#);
        assert_eq!(said(refused("/", "No.")), r#"44{"message":"No."}"#);
        assert_eq!(said(refused("/x", "No.")), r#"44/x,{"message":"No."}"#);
    }
}
