//! The release carries the site inside it; a debug build reads it from disk. Either must build before the site is there.

use std::{env, fs, io};

const SITE: &str = "../target/site";

fn main() -> io::Result<()> {
    fs::create_dir_all(SITE)?;
    println!("cargo:rerun-if-changed=build.rs");
    if env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo:rerun-if-changed={SITE}");
    }
    if env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system == "linux") {
        // The list of addresses that are mended when the program is loaded is read whole each time: packed, it takes
        // megabytes less, on disk and of an idle server's memory. (glibc 2.36 and later reads it so.)
        println!("cargo:rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
    Ok(())
}
