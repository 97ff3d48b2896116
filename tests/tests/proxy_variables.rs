//! What the environment says of proxies: understood, or refused before the first call, by the variable's name.

#![allow(clippy::unwrap_used)]

use std::{
    env,
    process::{Command, Stdio},
};

use d1_client::{Client, Environment, StaticToken};
use d1_tests::loopback::issuer;

const SECRET: &str = "s3cret-of-the-proxy";

/// Variables can be set safely in a process of one's own only: this is that process.
#[test]
#[ignore = "the child of the tests below"]
fn child() {
    let builder = |environment| {
        Client::builder(issuer())
            .environment(environment)
            .token_source(StaticToken::new("t0ken"))
            .without_client_certificate()
    };
    let said = |built: Result<Client, d1_client::BuildError>| match built {
        Ok(_) => "built".to_owned(),
        Err(error) => format!("{error} {error:?}"),
    };
    println!("system: {}", said(builder(Environment::Staging).build()));
    println!(
        "none: {}",
        said(builder(Environment::Production).no_proxy().build())
    );
    let given = builder(Environment::Staging)
        .proxy("http://proxy.example:3128")
        .build();
    println!("given: {}", said(given));
    let here = Environment::custom("http://127.0.0.1:9", "http://127.0.0.1:9").unwrap();
    println!("here: {}", said(builder(here).build()));
}

/// What the child says with these variables, and no others that speak of proxies.
fn said(variables: &[(&str, &str)]) -> String {
    let mut child = Command::new(env::current_exe().unwrap());
    child
        .args(["--exact", "child", "--ignored", "--nocapture"])
        .stderr(Stdio::inherit());
    for (name, _) in env::vars_os() {
        if name.to_string_lossy().to_ascii_lowercase().ends_with("_proxy") {
            child.env_remove(name);
        }
    }
    let output = child.envs(variables.iter().copied()).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(!said.contains(SECRET), "{said}");
    for line in ["none: built", "given: built", "here: built"] {
        assert!(said.contains(line), "{said}");
    }
    let line = said.lines().find_map(|line| line.split_once("system: "));
    line.unwrap().1.to_owned()
}

#[test]
fn a_variable_that_names_a_proxy_of_another_kind_is_named_before_the_first_call() {
    for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        for (scheme, found) in [
            ("socks5", "names a SOCKS proxy"),
            ("socks5h", "names a SOCKS proxy"),
            ("socks4", "names a SOCKS proxy"),
            ("ftp", "is not the URL of a proxy"),
        ] {
            let url = format!("{scheme}://me:{SECRET}@proxy.example:1080");
            let told = said(&[(variable, &url)]);
            let expected = format!(
                "{variable}: {found}, and only http:// and https:// proxies can be used: set one, list "
            );
            assert!(told.starts_with(&expected), "{told}");
        }
        let told = said(&[(variable, &format!("http://me:{SECRET}@proxy example"))]);
        assert!(
            told.starts_with(&format!("{variable}: is not the URL of a proxy")),
            "{told}"
        );
    }
}

#[test]
fn variables_that_name_no_proxy_for_d1_do_no_harm() {
    let socks = format!("socks5://me:{SECRET}@proxy.example:1080");
    for variables in [
        &[][..],
        &[("HTTPS_PROXY", "http://proxy.example:3128")],
        &[("https_proxy", "proxy.example:3128")],
        &[("HTTPS_PROXY", "")],
        &[("HTTP_PROXY", &*socks)],
        &[("HTTPS_PROXY", &*socks), ("NO_PROXY", ".thalescloud.io")],
        &[("ALL_PROXY", &*socks), ("HTTPS_PROXY", "https://proxy.example")],
    ] {
        assert_eq!(said(variables), "built", "{variables:?}");
    }
}
