//! Smaller pictures of pictures.

use serde::{Deserialize, Serialize};

use crate::Pixels;

/// How large a smaller picture is. None is larger than what it was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PreviewSize {
    /// For a list.
    Small,
    /// For a message.
    Medium,
    /// For a screen.
    Large,
}

impl PreviewSize {
    /// All of them, from small to large.
    pub const ALL: [Self; 3] = [Self::Small, Self::Medium, Self::Large];

    /// The most pixels of the longer side.
    pub const fn edge(self) -> u32 {
        match self {
            Self::Small => 320,
            Self::Medium => 800,
            Self::Large => 1600,
        }
    }

    /// What it is called: `small`, `medium`, `large`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Medium => "medium",
            Self::Large => "large",
        }
    }

    /// The smallest size that is no different from this one, for a picture of so many pixels.
    #[must_use]
    pub fn of(self, picture: Pixels) -> Self {
        let longer = picture.width.max(picture.height);
        let whole = Self::ALL.into_iter().find(|size| i64::from(size.edge()) >= longer);
        whole.filter(|whole| whole.edge() < self.edge()).unwrap_or(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_has_no_size_twice() {
        let sizes = |width, height| PreviewSize::ALL.map(|size| size.of(Pixels { width, height }).name());
        assert_eq!(sizes(1, 1), ["small"; 3]);
        assert_eq!(sizes(320, 320), ["small"; 3]);
        assert_eq!(sizes(320, 321), ["small", "medium", "medium"]);
        assert_eq!(sizes(800, 10), ["small", "medium", "medium"]);
        assert_eq!(sizes(10, 801), ["small", "medium", "large"]);
        assert_eq!(sizes(9_000, 6_000), ["small", "medium", "large"]);
    }
}
