//! Writes the client of `openapi.json` where `src/lib.rs` includes it.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "build-time-codegen")]
    codegen::run();
}

#[cfg(feature = "build-time-codegen")]
mod codegen {
    use std::{env, error::Error, fs, path::Path, process};

    pub(super) fn run() {
        println!("cargo::rerun-if-changed=openapi.json");
        if let Err(error) = write_client() {
            println!("cargo::error=openapi.json: {error}");
            process::exit(1);
        }
    }

    fn write_client() -> Result<(), Box<dyn Error>> {
        let document = serde_json::from_str(&fs::read_to_string("openapi.json")?)?;
        let out = env::var_os("OUT_DIR").ok_or("cargo gave no OUT_DIR")?;
        fs::write(
            Path::new(&out).join("client.rs"),
            d1_codegen::generate(&document)?,
        )?;
        Ok(())
    }
}
