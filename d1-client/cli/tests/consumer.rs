//! One consumer at a time, as processes against the sandbox.
#![allow(clippy::unwrap_used, reason = "a test that panics fails")]

mod support;

use d1_client::sandbox::{Endpoint, Fault, Sandbox, example_card};
use serde_json::json;
use support::{Folder, run};

const ADA: &str = r#"{"personalInformation": {"firstName": "Ada", "lastName": "Lovelace", "email": "ada@example.org"},
    "preferences": {"notificationChannel": ["SMS"]}}"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_consumer_is_registered_from_a_file_from_standard_input_and_by_flags() {
    let (folder, sandbox) = (Folder::new(), Sandbox::start().await);
    folder.write("ada.json", ADA);
    let ended = run(folder.d1_on(&sandbox, &["consumer", "register", "c-1", "--from", "ada.json"]));
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    assert!(
        ended
            .stdout
            .starts_with("registered c-1 (status 204, attempts 1, correlation id ")
    );

    let mut command = folder.d1_on(
        &sandbox,
        &["consumer", "register", "c-2", "--from", "-", "--output", "json"],
    );
    command.write_stdin(format!("\u{feff}{ADA}"));
    let ended = run(command);
    let json = ended.json();
    assert_eq!(
        (&json["operation"], &json["consumer_id"], &json["status"]),
        (&json!("register"), &json!("c-2"), &json!(204))
    );

    // A flag comes before the file.
    let arguments = [
        "consumer",
        "register",
        "c-3",
        "--from",
        "ada.json",
        "--first-name",
        "Grace",
        "--phone-country-code",
        "+44",
        "--phone-number",
        "2079460000",
    ];
    assert_eq!(run(folder.d1_on(&sandbox, &arguments)).code, 0);
    assert_eq!(
        run(folder.d1_on(&sandbox, &["consumer", "register", "c-4"])).code,
        0
    );

    let person = |id: &str| sandbox.consumer(id).unwrap().personal_information;
    assert_eq!(person("c-1"), person("c-2"));
    let grace = person("c-3").unwrap();
    assert_eq!(
        (&grace["firstName"], &grace["lastName"]),
        (&json!("Grace"), &json!("Lovelace"))
    );
    assert_eq!(
        grace["mobilePhoneNumber"],
        json!({"countryCode": "+44", "phoneNumber": "2079460000"})
    );
    assert_eq!(person("c-4"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_invalid_fields_are_told_at_once_and_nothing_is_sent() {
    let (folder, sandbox) = (Folder::new(), Sandbox::start().await);
    folder.write(
        "bad.json",
        r#"{"personalInformation": {"firstName": "S3cret<", "email": "s3cret", "nationality": "s3cret", "shoeSize": 9}}"#,
    );
    let ended = run(folder.d1_on(
        &sandbox,
        &[
            "consumer",
            "register",
            "c-1",
            "--from",
            "bad.json",
            "--language",
            "s3cret",
        ],
    ));
    assert_eq!(ended.code, 2);
    assert!(
        ended
            .stderr
            .starts_with("error: bad.json: 6 fields break the vendor's rules: "),
        "{}",
        ended.stderr
    );
    for field in [
        "firstName",
        "email",
        "nationality",
        "language",
        "lastName is required",
        "documented members",
    ] {
        assert!(ended.stderr.contains(field), "{field}: {}", ended.stderr);
    }
    assert_eq!(ended.stderr.lines().count(), 2);
    for (text, said) in [
        (
            "{\"personalInformation\":\n {\"email\": \"s3cret\" x",
            "bad.json: line 2, column 21: not JSON",
        ),
        (
            "[1]",
            "bad.json: 1 field breaks the vendor's rules: the value must be an object",
        ),
        ("", "bad.json: line 1, column 0: not JSON"),
    ] {
        folder.write("bad.json", text);
        let ended = run(folder.d1_on(&sandbox, &["consumer", "update", "c-1", "--from", "bad.json"]));
        assert_eq!(ended.code, 2);
        assert!(ended.stderr.contains(said), "{}", ended.stderr);
        assert!(
            !ended.stderr.to_lowercase().contains("s3cret"),
            "{}",
            ended.stderr
        );
    }
    for (arguments, said) in [
        (&["consumer", "update", "c-1"][..], "nothing to update"),
        (
            &["consumer", "cards", "Ada Lovelace"],
            "the consumer id must match",
        ),
        (
            &["consumer", "delete", "4111111111111111", "--yes"],
            "must not be a card number",
        ),
        (
            &["consumer", "register", "c-1", "--from", "none.json"],
            "cannot read none.json",
        ),
        (
            &["consumer", "cards", "c-1", "--correlation-id", "Ada Lovelace"],
            "--correlation-id must match",
        ),
    ] {
        let ended = run(folder.d1_on(&sandbox, arguments));
        assert_eq!(
            (ended.code, ended.stderr.contains(said)),
            (2, true),
            "{}",
            ended.stderr
        );
        assert!(
            !ended.stderr.contains("Ada") && !ended.stderr.contains("4111"),
            "{}",
            ended.stderr
        );
    }
    assert!(sandbox.requests().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn cards_are_an_aligned_table_without_control_characters_or_colours_in_a_pipe() {
    let (folder, sandbox) = (Folder::new(), Sandbox::start().await);
    run(folder.d1_on(&sandbox, &["consumer", "register", "c-1"]));
    let ended = run(folder.d1_on(&sandbox, &["consumer", "cards", "c-1"]));
    assert_eq!((ended.code, ended.stdout.as_str()), (0, "c-1 has no cards\n"));
    sandbox.seed_card("c-1", example_card("card-1"));
    sandbox.seed_card(
        "c-1",
        json!({"cardId": "a-much-longer-card-id", "state": "NEW\u{1b}[2J", "exp": "1229"}),
    );
    let ended = run(folder.d1_on(&sandbox, &["consumer", "cards", "c-1"]));
    assert_eq!(ended.code, 0);
    assert!(!ended.stdout.contains('\u{1b}'), "{}", ended.stdout);
    let lines: Vec<&str> = ended.stdout.lines().collect();
    let column = lines[0].find("STATE").unwrap();
    assert!(lines[1][column..].starts_with("ACTIVE"), "{}", ended.stdout);
    assert!(
        lines[2][column..].starts_with("NEW\\u{1b}[2J"),
        "{}",
        ended.stdout
    );
    assert!(lines[2].contains("12/29"), "{}", ended.stdout);
    let ended = run(folder.d1_on(&sandbox, &["consumer", "cards", "c-1", "--output", "json"]));
    let json = ended.json();
    assert_eq!(
        (&json["consumer_id"], &json["cards"][1]["exp"]),
        (&json!("c-1"), &json!("1229"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_terminal_a_deletion_needs_yes() {
    let (folder, sandbox) = (Folder::new(), Sandbox::start().await);
    run(folder.d1_on(&sandbox, &["consumer", "register", "c-1"]));
    let mut command = folder.d1_on(&sandbox, &["consumer", "delete", "c-1"]);
    command.write_stdin("c-1\n");
    let ended = run(command);
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("--yes"), "{}", ended.stderr);
    assert!(!sandbox.consumer("c-1").unwrap().deleted);
    let ended = run(folder.d1_on(
        &sandbox,
        &[
            "consumer", "delete", "c-1", "--yes", "--reason", "closed", "--output", "json",
        ],
    ));
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    let json = ended.json();
    assert!(
        json["operation"] == "delete" && json["operation_id"].is_string(),
        "{json}"
    );
    assert!(sandbox.consumer("c-1").unwrap().deleted);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_exit_code_says_whether_it_happened() {
    let (folder, sandbox) = (Folder::new(), Sandbox::start().await);
    let ended = run(folder.d1_on(&sandbox, &["consumer", "cards", "c-1"]));
    assert_eq!(ended.code, 3, "{}", ended.stderr);
    assert!(
        ended.stderr.contains("hint: no consumer has this id"),
        "{}",
        ended.stderr
    );
    sandbox.next(Fault::reset_after_reading().on(Endpoint::Delete));
    run(folder.d1_on(&sandbox, &["consumer", "register", "c-1"]));
    let ended = run(folder.d1_on(&sandbox, &["consumer", "delete", "c-1", "--yes"]));
    assert_eq!(ended.code, 5, "{}", ended.stderr);
    assert!(
        ended.stderr.contains("hint: it may have taken effect"),
        "{}",
        ended.stderr
    );
    sandbox.rate(1000, 1, Fault::error(500, "INTERNAL_ERROR").on(Endpoint::Cards));
    let ended = run(folder.d1_on(&sandbox, &["consumer", "cards", "c-1", "--timeout-seconds", "1"]));
    assert_eq!(ended.code, 5, "{}", ended.stderr);
    assert!(
        ended.stderr.contains("hint: nothing was changed"),
        "{}",
        ended.stderr
    );
    sandbox.clear_faults();
    // A port of which it is known that nobody listens there.
    let nobody = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let url = format!("http://{nobody}");
    let arguments = [
        "consumer",
        "update",
        "c-1",
        "--first-name",
        "Ada",
        "--last-name",
        "Byron",
        "--banking-url",
        &url,
        "--auth-url",
        &url,
        "--timeout-seconds",
        "1",
    ];
    let ended = run(folder.d1_on(&sandbox, &arguments));
    assert_eq!(ended.code, 4, "{}", ended.stderr);
    // A key that D1 does not know.
    sandbox.set_key("kid-2", None);
    let ended = run(folder.d1_on(&sandbox, &["consumer", "cards", "c-1", "--key-id", "kid-other"]));
    assert_eq!(ended.code, 4, "{}", ended.stderr);
    assert!(ended.stderr.contains("d1 doctor"), "{}", ended.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_person_is_printed_whatever_d1_answers() {
    let (folder, sandbox) = (Folder::new(), Sandbox::start().await);
    folder.write("ada.json", ADA);
    let refusal = r#"{"errorCode":"FIELD_INVALID_VALUE","error":"personalInformation.email Ada Lovelace ada@example.org"}"#;
    for (status, code) in [(204, 0), (400, 3), (500, 5)] {
        for operation in ["register", "update"] {
            if status != 204 {
                let answer = http::Response::builder()
                    .status(status)
                    .body(refusal.into())
                    .unwrap();
                sandbox.next(Fault::answer(answer));
            }
            let all = [
                "consumer", operation, "c-1", "--from", "ada.json", "--title", "Countess", "--output", "json",
            ];
            let ended = run(folder.d1_on(&sandbox, &all));
            assert_eq!(ended.code, code, "{}", ended.stderr);
            let said = ended.stdout + &ended.stderr;
            for value in ["Ada", "Lovelace", "ada@", "Countess"] {
                assert!(!said.contains(value), "{said}");
            }
            sandbox.clear_faults();
        }
    }
}

/// The arguments and the environment of a process, as others of the same user can see them.
#[cfg(target_os = "linux")]
#[test]
fn no_flag_of_a_person_is_seen_in_the_process_list_while_a_call_is_made() {
    let folder = Folder::new();
    let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", server.local_addr().unwrap());
    let arguments = [
        "consumer",
        "register",
        "c-1",
        "--first-name",
        "S3cret",
        "--last-name=S3cret",
        "--issuer-id",
        "is_example",
    ];
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("d1"));
    command
        .args(arguments)
        .env_clear()
        .envs([("D1_BANKING_URL", &url), ("D1_AUTH_URL", &url)])
        .env("D1_ACCESS_TOKEN", "t")
        .current_dir(folder.path(""));
    let mut child = command.spawn().unwrap();
    // It calls: so it is past everything that it reads.
    let (mut call, _) = server.accept().unwrap();
    let process = format!("/proc/{}", child.id());
    let seen = std::fs::read(format!("{process}/cmdline")).unwrap();
    let seen = [seen, std::fs::read(format!("{process}/environ")).unwrap()].concat();
    let seen = String::from_utf8(seen).unwrap();
    assert!(
        seen.contains("register\0c-1\0--issuer-id\0is_example\0--from\0-") && !seen.contains("S3cret"),
        "{seen:?}"
    );
    let mut request = Vec::new();
    while !request.ends_with(b"}}") {
        let mut byte = [0];
        std::io::Read::read_exact(&mut call, &mut byte).unwrap();
        request.push(byte[0]);
    }
    assert!(String::from_utf8_lossy(&request).contains(r#""firstName":"S3cret""#));
    std::io::Write::write_all(&mut call, b"HTTP/1.1 204 No Content\r\n\r\n").unwrap();
    assert!(child.wait().unwrap().success());
}
