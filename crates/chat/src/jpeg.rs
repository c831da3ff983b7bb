//! What a JPEG's header says of how it is to be decoded. `image` tells nothing of that, but it decides how much memory is
//! needed.

/// How many bytes a decoder keeps for each pixel beside the picture itself: where colours come one after the other, or little
/// by little, it must have all coefficients of all of them, two bytes each.
pub(crate) fn kept_for_a_pixel(file: &[u8]) -> u64 {
    let (mut colours, mut progressive) = (0, false);
    let mut rest = file.get(2..).unwrap_or_default();
    while let [0xff, marker, high, low, content @ ..] = rest {
        match marker {
            // A byte between two markers.
            0xff => {
                rest = rest.get(1..).unwrap_or_default();
                continue;
            }
            0xc0..=0xc2 => {
                progressive |= *marker == 0xc2;
                colours = content.get(5).copied().unwrap_or(MOST_COLOURS).max(colours);
            }
            // From here on there are pixels, first of all of so many colours.
            0xda => {
                let all_at_once = content.first().is_some_and(|first| *first >= colours);
                return if all_at_once && !progressive { 0 } else { 2 * u64::from(colours) };
            }
            _ => {}
        }
        rest = rest.get(2 + usize::from(u16::from_be_bytes([*high, *low]))..).unwrap_or_default();
    }
    // A decoder may see more in it than this does.
    2 * u64::from(MOST_COLOURS)
}

const MOST_COLOURS: u8 = 4;

#[cfg(test)]
mod tests {
    use super::*;

    /// A header with a comment, a frame of that kind with three colours, and a scan of so many.
    fn header(frame: u8, scan: u8) -> Vec<u8> {
        let comment = [0xff, 0xfe, 0, 4, 0xff, 0xda];
        let frame = [0xff, 0xff, frame, 0, 17, 8, 0, 16, 0, 16, 3, 1, 17, 0, 2, 17, 0, 3, 17, 0];
        [&[0xff, 0xd8][..], &comment, &frame, &[0xff, 0xda, 0, 12, scan]].concat()
    }

    #[test]
    fn what_comes_little_by_little_is_kept() {
        assert_eq!(kept_for_a_pixel(&header(0xc0, 3)), 0);
        assert_eq!(kept_for_a_pixel(&header(0xc0, 1)), 6, "colours one after the other");
        assert_eq!(kept_for_a_pixel(&header(0xc2, 3)), 6, "progressive");
    }

    #[test]
    fn what_cannot_be_read_counts_as_the_most() {
        for broken in [&b""[..], b"\xff\xd8", b"\xff\xd8\xff\xe0\xff\xff", b"\xff\xd8no marker", &[0xff; 100]] {
            assert_eq!(kept_for_a_pixel(broken), 8, "{broken:?}");
        }
    }
}
