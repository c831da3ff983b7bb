//! The release carries the site inside it; a debug build reads it from disk. Either must build before the site is there.

use std::{env, fs, io};

const SITE: &str = "../target/site";

fn main() -> io::Result<()> {
    fs::create_dir_all(SITE)?;
    println!("cargo:rerun-if-changed=build.rs");
    if env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo:rerun-if-changed={SITE}");
    }
    Ok(())
}
