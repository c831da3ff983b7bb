//! Figures, as the report writes them.

/// The median, with the least and the most; none of nothing.
pub fn spread(mut values: Vec<f64>, digits: usize) -> Option<String> {
    let middle = median(&mut values)?;
    let (least, most) = (values.first()?, values.last()?);
    let middle = grouped(middle, digits);
    if values.len() == 1 {
        return Some(middle);
    }
    Some(format!("{middle} [{}–{}]", grouped(*least, digits), grouped(*most, digits)))
}

/// The median; none of nothing.
pub fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    Some(if values.len() % 2 == 1 { upper } else { f64::midpoint(*values.get(middle - 1)?, upper) })
}

/// A number with commas between its thousands.
pub fn grouped(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let (sign, whole) = whole.strip_prefix('-').map_or(("", whole), |whole| ("−", whole));
    let groups: Vec<_> = whole.as_bytes().rchunks(3).rev().map(|group| String::from_utf8_lossy(group)).collect();
    format!("{sign}{}{rest}", groups.join(","))
}
