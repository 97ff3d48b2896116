//! Writes the client of `openapi.json` where `src/lib.rs` includes it.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "build-time-codegen")]
    codegen::run();
}

#[cfg(feature = "build-time-codegen")]
mod codegen {
    use std::{env, error::Error, fs, path::Path, process};

    use d1_codegen::{inputs, merge};

    pub(super) fn run() {
        println!("cargo::rerun-if-changed=openapi.json");
        if let Err(error) = write_client() {
            println!("cargo::error=openapi.json: {error}");
            process::exit(1);
        }
        warn_if_stale();
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

    /// In a workspace, the document beside this file was made from `../openapi`; elsewhere there is no such folder.
    fn warn_if_stale() {
        let sources = Path::new("../openapi");
        if !sources.join("names.json").is_file() {
            return;
        }
        println!("cargo::rerun-if-changed={}", sources.display());
        if !matches!((inputs_now(sources), inputs_recorded()), (Ok(now), Ok(recorded)) if now == recorded) {
            println!(
                "cargo::warning=openapi.json was not made from ../openapi as it is: run `cargo xtask codegen`"
            );
        }
    }

    fn inputs_now(sources: &Path) -> Result<String, Box<dyn Error>> {
        let inputs = inputs::read(sources)?;
        Ok(inputs::hash(
            &merge::merge(&inputs.documents)?,
            &inputs.names,
            &inputs.overlays,
        ))
    }

    fn inputs_recorded() -> Result<String, Box<dyn Error>> {
        let document: serde_json::Value = serde_json::from_str(&fs::read_to_string("openapi.json")?)?;
        Ok(document["info"]["x-d1-inputs"]
            .as_str()
            .unwrap_or_default()
            .to_owned())
    }
}
