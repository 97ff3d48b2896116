//! Where settings come from, as processes.
#![allow(clippy::unwrap_used, reason = "a test that panics fails")]

mod support;

use support::{Folder, run};

const FILE: &str = "[profile.default]\nissuer_id = \"is_default\"\nenvironment = \"staging\"\n\n\
                    [profile.other]\nissuer_id = \"is_another\"\nbanking_url = \"https://gateway.example/b\"\n\
                    auth_url = \"https://gateway.example/a\"\nkey_id = \"kid-1\"\nsigning_key_file = \"keys/key.pem\"\n\
                    timeout_seconds = 7\n";

/// Value and place of a setting in what `config show` writes.
fn shown(json: &serde_json::Value, key: &str) -> Option<(String, String)> {
    let settings = json["settings"].as_array().unwrap();
    let found = settings
        .iter()
        .find(|setting| setting["key"] == key && setting["used"] == true)?;
    let text = |name: &str| found[name].as_str().unwrap().to_owned();
    Some((text("value"), text("place")))
}

#[test]
fn a_flag_comes_before_the_environment_and_that_before_the_profile() {
    let folder = Folder::new();
    folder.write("d1.toml", FILE);
    let of = |arguments: &[&str], environment: &[(&str, &str)]| {
        let all = [&["config", "show", "--output", "json"], arguments].concat();
        let mut command = folder.d1(&all);
        command.envs(environment.iter().copied());
        run(command).json()
    };
    let place = |json: &serde_json::Value| shown(json, "issuer_id").unwrap();
    assert_eq!(place(&of(&[], &[])), ("is_default".into(), "d1.toml:2".into()));
    assert_eq!(
        place(&of(&["--profile", "other"], &[])),
        ("is_another".into(), "d1.toml:6".into())
    );
    assert_eq!(place(&of(&[], &[("D1_PROFILE", "other")])).0, "is_another");
    let variable = ("D1_ISSUER_ID", "is_envir");
    let (value, from) = place(&of(&[], &[variable]));
    assert_eq!(
        (value.as_str(), from.as_str()),
        ("is_envir", "D1_ISSUER_ID in the environment")
    );
    let (value, from) = place(&of(&["--issuer-id", "is_flag"], &[variable]));
    assert_eq!((value.as_str(), from.as_str()), ("is_flag", "--issuer-id"));
    // The file may name another default.
    folder.write("d1.toml", format!("default = \"other\"\n{FILE}"));
    assert_eq!(place(&of(&[], &[])).0, "is_another");
    assert_eq!(place(&of(&["--profile", "default"], &[])).0, "is_default");
    folder.write("d1.toml", FILE);
    // An empty one counts as not set.
    assert_eq!(
        place(&of(&["--issuer-id", ""], &[("D1_ISSUER_ID", "")])).0,
        "is_default"
    );
}

#[test]
fn a_higher_level_replaces_the_whole_group_that_it_contradicts() {
    let folder = Folder::new();
    folder.write("d1.toml", FILE);
    let arguments = [
        "config",
        "show",
        "--output",
        "json",
        "--profile",
        "other",
        "--environment",
        "staging",
    ];
    let mut command = folder.d1(&arguments);
    command.env("D1_ACCESS_TOKEN", "s3cret-t0ken");
    let ended = run(command);
    let json = ended.json();
    assert_eq!(shown(&json, "environment").unwrap().0, "staging");
    for key in ["banking_url", "auth_url", "key_id", "signing_key_file"] {
        assert_eq!(shown(&json, key), None, "{key}");
    }
    assert_eq!(shown(&json, "timeout_seconds").unwrap().0, "7");
    assert!(!ended.stdout.contains("s3cret"), "{}", ended.stdout);
}

#[test]
fn paths_are_relative_to_the_file_that_names_them() {
    let folder = Folder::new();
    folder.write("conf/mine.toml", FILE);
    let ended = run(folder.d1(&[
        "config",
        "show",
        "--config",
        "conf/mine.toml",
        "--profile",
        "other",
        "--output",
        "json",
    ]));
    let (value, place) = shown(&ended.json(), "signing_key_file").unwrap();
    assert_eq!(
        (value.as_str(), place.as_str()),
        ("conf/keys/key.pem", "conf/mine.toml:10")
    );
    // The user's own folder is the last place that is searched.
    folder.write(
        "home/.config/d1/d1.toml",
        "[profile.default]\nissuer_id = \"is_of_user\"\n",
    );
    let ended = run(folder.d1(&["config", "show"]));
    assert!(ended.stdout.contains("is_of_user"), "{}", ended.stdout);
}

#[test]
fn what_is_wrong_with_a_file_is_named_with_its_line_and_never_its_value() {
    let folder = Folder::new();
    for (text, said, hint) in [
        (
            "[profile.default]\nisuer_id = \"s3cret\"\n",
            "d1.toml:2: unknown key \"isuer_id\"",
            "did you mean issuer_id?",
        ),
        (
            "[profile.default]\n\naccess_token = \"s3cret\"\n",
            "d1.toml:3: access_token is a secret",
            "D1_ACCESS_TOKEN",
        ),
        (
            "issuer_id = \"s3cret\"\n",
            "d1.toml:1: unknown key \"issuer_id\"",
            "[profile.default]",
        ),
        (
            "[profile.default]\nissuer_id = s3cret\n",
            "d1.toml:2: not TOML",
            "",
        ),
        (
            "[profile.default]\nissuer_id = [\"s3cret\"]\n",
            "d1.toml:2: issuer_id must be a text",
            "",
        ),
        (
            "[profile.other]\nx = 1\n[profile.default]\n",
            "d1.toml:2: unknown key \"x\"",
            "known are: environment, ",
        ),
        (
            "default = \"none\"\n[profile.other]\n",
            "there is no profile \"none\"",
            "it has: \"other\"",
        ),
        ("profile = 1\n", "d1.toml:1: profile must be a table", ""),
        (
            "[profile]\ndefault = 1\n",
            "d1.toml:2: profile \"default\" must be a table",
            "",
        ),
        (
            "[profile.default]\nsigning_key_file = \"-----BEGIN PRIVATE KEY-----s3cret\"\n",
            "d1.toml:2 holds a key",
            "the file's path",
        ),
    ] {
        folder.write("d1.toml", text);
        let ended = run(folder.d1(&["config", "show"]));
        assert_eq!(ended.code, 2, "{}", ended.stderr);
        assert!(
            ended.stderr.contains(said) && ended.stderr.contains(hint),
            "{}",
            ended.stderr
        );
        assert!(!ended.stderr.contains("s3cret"), "{}", ended.stderr);
        assert!(ended.stdout.is_empty());
    }
}

#[test]
fn a_profile_or_a_file_that_does_not_exist_is_an_error() {
    let folder = Folder::new();
    let ended = run(folder.d1(&["config", "show", "--profile", "staging"]));
    assert_eq!(
        (ended.code, ended.stderr.contains("config init")),
        (2, true),
        "{}",
        ended.stderr
    );
    folder.write("d1.toml", FILE);
    let ended = run(folder.d1(&["config", "show", "--profile", "othr"]));
    assert_eq!(
        (ended.code, ended.stderr.contains("did you mean \"other\"?")),
        (2, true),
        "{}",
        ended.stderr
    );
    folder.write("utf16.toml", b"\xff\xfe[\0p\0");
    let ended = run(folder.d1(&["config", "show", "--config", "utf16.toml"]));
    assert!(
        ended.code == 2
            && ended
                .stderr
                .contains("cannot read utf16.toml: it is not UTF-8\nhint: "),
        "{}",
        ended.stderr
    );
    let ended = run(folder.d1(&["config", "show", "--config", "none.toml"]));
    assert_eq!(
        (ended.code, ended.stderr.contains("cannot read none.toml")),
        (2, true),
        "{}",
        ended.stderr
    );
}

#[test]
fn the_first_file_sets_nothing_and_every_line_of_it_can_be_used() {
    let folder = Folder::new();
    let ended = run(folder.d1(&["config", "init"]));
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    let ended = run(folder.d1(&["config", "show"]));
    assert!(ended.stdout.contains("nothing is set"), "{}", ended.stdout);
    let text = folder.read("d1.toml");
    let lines = text.lines().map(|line| match line.strip_prefix("# ") {
        Some(setting) if setting.contains(" = \"") || setting.starts_with('[') => setting,
        _ => line,
    });
    let all: Vec<&str> = lines.collect();
    folder.write("d1.toml", all.join("\n"));
    let ended = run(folder.d1(&["config", "show", "--output", "json"]));
    assert_eq!(
        ended.json()["settings"].as_array().unwrap().len(),
        15,
        "{}",
        ended.stdout
    );
    // It is not written twice.
    let ended = run(folder.d1(&["config", "init"]));
    assert_eq!(
        (ended.code, ended.stderr.contains("exists")),
        (2, true),
        "{}",
        ended.stderr
    );
    assert_eq!(folder.read("d1.toml"), all.join("\n"));
}

#[test]
fn wrong_usage_is_one_line_and_a_hint_without_what_was_given() {
    let folder = Folder::new();
    for (arguments, said) in [
        (&["--issuer"][..], "unknown flag --issuer"),
        (&["config", "show", "ada@example.org"], "an argument too many"),
        (
            &["config", "show", "--access-token=ada@example.org"],
            "unknown flag --access-token",
        ),
        (&["config", "shw"], "unknown command shw"),
        (
            &["config", "show", "--output", "ada@example.org"],
            "the value of --output",
        ),
        (
            &["config", "show", "--issuer-id"],
            "--issuer-id <VALUE> needs a value",
        ),
    ] {
        let ended = run(folder.d1(arguments));
        assert_eq!(ended.code, 2);
        let lines: Vec<&str> = ended.stderr.lines().collect();
        assert_eq!(lines.len(), 2, "{}", ended.stderr);
        assert!(
            lines[0].starts_with("error: ") && lines[0].contains(said),
            "{}",
            lines[0]
        );
        assert!(lines[1].starts_with("hint: "), "{}", lines[1]);
        assert!(!ended.stderr.contains("ada@"), "{}", ended.stderr);
    }
}
