//! Frames as they are written (RFC 6455, 5.2): a server's are sent as they are, so one can be made for many sockets.

use tokio_tungstenite::tungstenite::protocol::frame::{
    FrameHeader,
    coding::{Control, Data, OpCode},
};

/// The beginning of a text of `length` bytes, with room for them.
pub fn text(length: usize) -> Vec<u8> {
    frame(OpCode::Data(Data::Text), length)
}

/// A ping.
pub fn ping() -> Vec<u8> {
    frame(OpCode::Control(Control::Ping), 0)
}

fn frame(opcode: OpCode, length: usize) -> Vec<u8> {
    let header = FrameHeader { opcode, ..FrameHeader::default() };
    let mut frame = Vec::with_capacity(header.len(length as u64) + length);
    // Writing to memory doesn't fail.
    let _ = header.format(length as u64, &mut frame);
    frame
}
