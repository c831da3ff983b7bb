/// How the socket is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connection {
    /// It is being opened, and nothing is wrong yet.
    Connecting,
    /// It is open, and the session is good.
    Live,
    /// It was lost; another try is under way or planned.
    Offline,
    /// The session has ended.
    SignedOut,
}

impl Connection {
    /// Whether what is shown is current.
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Live)
    }

    /// What to call it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Connecting => "Connecting…",
            Self::Live => "Online",
            Self::Offline => "Offline",
            Self::SignedOut => "Signed out",
        }
    }
}
