//! Starts the sandbox on a port, prints the environment variables with which `Client::from_env` finds it, and serves until
//! it is interrupted.
//!
//! ```text
//! cargo run --example sandbox            # on a free port
//! cargo run --example sandbox -- 8701    # on this one
//! ```

use std::io::Write;

use d1_client::sandbox::{Sandbox, example_card};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let port = std::env::args().nth(1).map_or(Ok(0), |port| port.parse())?;
    let sandbox = Sandbox::builder().port(port).start().await?;
    sandbox.seed_card("c-with-a-card", example_card("card-1"));

    // A key that only this sandbox trusts. The file is deleted when the sandbox stops.
    let mut key = tempfile::NamedTempFile::new()?;
    key.write_all(sandbox.signing_key_pem().as_bytes())?;

    println!("export D1_BANKING_URL={}", sandbox.banking_url());
    println!("export D1_AUTH_URL={}", sandbox.auth_url());
    println!("export D1_ISSUER_ID={}", sandbox.issuer_id());
    println!("export D1_KEY_ID={}", sandbox.key_id());
    println!("export D1_SIGNING_KEY_FILE={}", key.path().display());
    println!("# The consumer c-with-a-card has a card. Interrupt to stop.");
    std::io::stdout().flush()?;

    tokio::signal::ctrl_c().await?;
    for request in sandbox.requests() {
        eprintln!("{request:?}");
    }
    Ok(())
}
