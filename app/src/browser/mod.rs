//! The browser, as far as Confab asks it for anything. On the server nothing of it happens, so that components read
//! the same on both sides.

#[cfg(not(feature = "hydrate"))]
mod absent;
#[cfg(feature = "hydrate")]
mod clock;
#[cfg(feature = "hydrate")]
mod page;
#[cfg(feature = "hydrate")]
mod scroll;
#[cfg(feature = "hydrate")]
pub mod storage;

#[cfg(not(feature = "hydrate"))]
pub use absent::*;
#[cfg(feature = "hydrate")]
pub use clock::*;
#[cfg(feature = "hydrate")]
pub use page::*;
#[cfg(feature = "hydrate")]
pub use scroll::*;
