//! How a GIF is divided, without unpacking any of it: who wants to know whether there is too much in it can't wait until
//! all of it is there.

/// How many frames there are, as far as it is well-formed (the specification of `GIF89a`, 17 to 27).
pub(crate) fn frames(file: &[u8]) -> u64 {
    let mut count = 0;
    let mut rest = file.get(10).and_then(|packed| file.get(13 + colours(*packed)..)).unwrap_or_default();
    loop {
        rest = match rest {
            [0x21, _, blocks @ ..] => after(blocks),
            [0x2c, _, _, _, _, _, _, _, _, packed, content @ ..] => {
                count += 1;
                // One byte says how its pixels are packed.
                after(content.get(colours(*packed) + 1..).unwrap_or_default())
            }
            _ => return count,
        };
    }
}

/// How many bytes the table of colours has.
fn colours(packed: u8) -> usize {
    if packed & 0x80 == 0 { 0 } else { 3 << ((packed & 7) + 1) }
}

/// What comes behind blocks: each begins with its length, and the last one is empty.
fn after(mut blocks: &[u8]) -> &[u8] {
    while let [length, rest @ ..] = blocks
        && *length > 0
    {
        blocks = rest.get(usize::from(*length)..).unwrap_or_default();
    }
    blocks.get(1..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff";
    const DELAY: &[u8] = b"\x21\xf9\x04\x01\0\0\0\0";
    /// With four colours of its own.
    const FRAME: &[u8] = b"\x2c\0\0\0\0\x01\0\x01\0\x81\0\0\0\0\0\0\0\0\0\0\0\0\x02\x02\x44\x01\0";

    #[test]
    fn frames_are_counted_without_being_unpacked() {
        let comment = b"\x21\xfe\x03\x2c\x2c\x2c\0";
        for (parts, count) in [
            (vec![HEADER, b";"], 0),
            (vec![HEADER, DELAY, FRAME, b";"], 1),
            (vec![HEADER, comment, FRAME, DELAY, FRAME, FRAME, b";", FRAME], 3),
            (vec![HEADER, FRAME, FRAME], 2),
        ] {
            assert_eq!(frames(&parts.concat()), count);
        }
    }

    #[test]
    fn what_is_cut_off_anywhere_is_counted_so_far() {
        let file = [HEADER, DELAY, FRAME, FRAME].concat();
        for end in 0..file.len() {
            assert!(frames(&file[..end]) <= 2, "{end}");
        }
    }
}
