//! The stylesheet is built by `npm run build`; a bare `cargo build` still works and says what is missing.

use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=built");
    let built = Path::new("built");
    if !built.join("app.css").exists() {
        println!("cargo::warning=no stylesheet: run `npm ci && npm run build` in crates/web, or ./start at the root");
        let made = std::fs::create_dir_all(built);
        if let Err(error) = made {
            println!("cargo::error=cannot make crates/web/built: {error}");
        }
    }
}
