//! The calls of libc themselves, behind the ones of the same names here.

use std::{
    ffi::{CStr, c_void},
    mem,
    sync::atomic::{AtomicPtr, Ordering},
};

/// A call of libc, looked up once.
pub struct Real(&'static CStr, AtomicPtr<c_void>);

impl Real {
    /// The call of that name.
    pub const fn new(name: &'static CStr) -> Self {
        Self(name, AtomicPtr::new(std::ptr::null_mut()))
    }

    /// The call.
    ///
    /// # Safety
    /// `F` must be the call's type, a pointer to a function.
    pub unsafe fn get<F: Copy>(&self) -> F {
        let mut found = self.1.load(Ordering::Relaxed);
        if found.is_null() {
            // SAFETY: the name is a C string, and looking up twice gives the same.
            found = unsafe { libc::dlsym(libc::RTLD_NEXT, self.0.as_ptr()) };
            assert!(!found.is_null(), "libc has no {:?}", self.0);
            self.1.store(found, Ordering::Relaxed);
        }
        // SAFETY: pointers to functions are as large as others here, and the caller vouches for the type.
        unsafe { mem::transmute_copy(&found) }
    }
}
