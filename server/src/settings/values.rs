//! How values are written that are more than a word: lifetimes, sizes, addresses. Errors are what `--help`’s reader sees.

use std::time::Duration;

/// An address without a path, as a browser writes it in `Origin`.
pub(super) fn public_url(text: &str) -> Result<String, String> {
    let text = text.trim_end_matches('/').to_ascii_lowercase();
    let authority = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match authority {
        Some(authority) if !authority.is_empty() && !authority.contains(['/', '?', '#', '@']) => Ok(text),
        _ => Err("write it as https://chat.example.org, without a path".to_owned()),
    }
}

/// A time between one minute and ten years.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let (number, unit) = text.split_at(text.trim_end_matches(|c: char| !c.is_ascii_digit()).len());
    let seconds = match unit {
        "" | "s" => 1,
        "m" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        _ => return Err("write seconds, or a number with m, h or d".to_owned()),
    };
    // Ten years: far beyond use, and far from where adding it to a time could overflow.
    match number.parse::<u64>().ok().and_then(|number| number.checked_mul(seconds)) {
        Some(total @ 60..=315_360_000) => Ok(Duration::from_secs(total)),
        _ => Err("it must lie between one minute and ten years".to_owned()),
    }
}

/// A number of bytes.
pub(super) fn size(text: &str) -> Result<u64, String> {
    let text = text.trim().to_ascii_uppercase();
    let (number, unit) = text.split_at(text.trim_end_matches(|c: char| !c.is_ascii_digit()).len());
    let bytes = match unit.trim() {
        "" | "B" => 1,
        "KB" => 1_000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        _ => return Err("write bytes, or a number with KB, MB or GB".to_owned()),
    };
    // The database counts bytes in 64 bits with a sign.
    match number.parse::<u64>().ok().and_then(|number| number.checked_mul(bytes)) {
        Some(total) if total > 0 && i64::try_from(total).is_ok() => Ok(total),
        _ => Err("it must be at least one byte".to_owned()),
    }
}
