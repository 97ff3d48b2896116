//! Questions at a terminal: what cannot be undone is asked for twice.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use anstyle::{AnsiColor, Style};
use d1_client::Client;

use crate::{
    failure::{Exit, Failure},
    table::printable,
};

/// Asks for `expected` to be typed after saying what will be done (`Delete consumer c-1`), where and for which issuer.
///
/// # Errors
/// With [`Exit::Usage`] where nobody can be asked, with [`Exit::NotSent`] where something else is typed.
pub(crate) fn confirm(client: &Client, what: &str, expected: &str) -> Result<(), Failure> {
    if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
        return Err(
            Failure::usage("this cannot be undone, and there is no terminal to ask at")
                .hint("give --yes to do it unasked"),
        );
    }
    let failed = |error: io::Error| Failure::usage(format_args!("cannot ask: {}", error.kind()));
    let mut stderr = anstream::stderr().lock();
    write!(
        stderr,
        "{} for issuer {} in {}. It cannot be undone.\nType {} to go on: ",
        printable(what),
        client.issuer_id(),
        place(client),
        printable(expected),
    )
    .and_then(|()| stderr.flush())
    .map_err(failed)?;
    let mut typed = String::new();
    io::stdin().lock().read_line(&mut typed).map_err(failed)?;
    if !typed.ends_with('\n') {
        let _ = writeln!(stderr);
    }
    if typed.trim() == expected {
        return Ok(());
    }
    Err(Failure::new(Exit::NotSent, "not confirmed: nothing was sent"))
}

/// Where it is done, as people must see it.
fn place(client: &Client) -> String {
    let environment = client.environment();
    if environment.is_production() {
        let red = Style::new().bold().fg_color(Some(AnsiColor::Red.into()));
        format!("{red}PRODUCTION{red:#} (real people and real cards)")
    } else {
        match environment {
            d1_client::Environment::Custom(_) => environment.banking_url().to_owned(),
            _ => environment.to_string(),
        }
    }
}
