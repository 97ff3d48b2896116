//! Writes the clients of the documents in this folder where `src/lib.rs` includes them.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "build-time-codegen")]
    codegen::run();
}

#[cfg(feature = "build-time-codegen")]
mod codegen {
    use std::{env, error::Error, fs, path::Path, process};

    use d1_codegen::{Api, generate};
    use serde_json::Value;

    /// The API that the types of the others are compared with.
    const FIRST: &str = "openapi.json";

    pub(super) fn run() {
        if let Err(error) = write_clients() {
            println!("cargo::error={error}");
            process::exit(1);
        }
    }

    fn write_clients() -> Result<(), Box<dyn Error>> {
        let mut files: Vec<String> = fs::read_dir(".")?
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            // In a package, cargo's own `.cargo_vcs_info.json` stands beside the documents.
            .filter(|name| name.ends_with(".json") && !name.starts_with('.'))
            .collect();
        files.sort_by_key(|name| (name != FIRST, name.clone()));
        let mut documents = Vec::new();
        for file in &files {
            println!("cargo::rerun-if-changed={file}");
            let document: Value = serde_json::from_str(&fs::read_to_string(file)?)?;
            let name = document["info"]["x-d1-api"].as_str().unwrap_or_default();
            documents.push((name.replace('-', "_"), document));
        }
        let apis: Vec<_> = documents
            .iter()
            .map(|(module, document)| Api { module, document })
            .collect();
        let generated = generate(&apis).map_err(|failed| format!("{}: {}", failed.module, failed.error))?;
        let out = env::var_os("OUT_DIR").ok_or("cargo gave no OUT_DIR")?;
        for (module, types) in generated.outbound {
            fs::write(Path::new(&out).join(format!("{module}.rs")), types)?;
        }
        Ok(fs::write(Path::new(&out).join("client.rs"), generated.clients)?)
    }
}
