//! Files that cannot be sent: one clear message with the line, exit code 2, nothing sent. No settings are needed to learn it.

use std::{fs, io::Write};

use super::setting::bare;

const HEADER: &str = "consumerId,personalInformation.firstName,personalInformation.lastName\n";

/// Registers the content, and returns what standard error says.
fn refused(name: &str, content: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), content).unwrap();
    let said = |args: &[&str]| {
        let output = bare(folder.path())
            .args(["bulk", "register", name])
            .args(args)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{name}: {output:?}");
        assert!(output.stdout.is_empty());
        String::from_utf8(output.stderr).unwrap()
    };
    let (sent, checked) = (said(&[]), said(&["--check"]));
    assert_eq!(sent, checked, "checked first");
    // No journal: nothing was begun.
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    sent
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(content).unwrap();
    gzip.finish().unwrap()
}

/// A frame with one block that is not compressed, and a checksum that is right for `Ada` alone.
fn zstd(content: &str) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(
        content.as_bytes(),
        ruzstd::encoding::CompressionLevel::Uncompressed,
    )
}

#[test]
fn each_bad_file_has_one_message_with_its_line() {
    let row = "c-1,Ada,Lovelace\n";
    let latin_1 = [HEADER.as_bytes(), row.as_bytes(), b"c-2,Andr\xe9,L\xf8ve\n"].concat();
    let broken = [
        HEADER.as_bytes(),
        row.as_bytes(),
        "c-2,Ada,Müller".as_bytes(),
        b"\xff\xfe\n",
    ]
    .concat();
    let utf_16: Vec<u8> = format!("\u{feff}{HEADER}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let many: String = (0..20_000)
        .map(|number| format!("c-{number},Ada,Lovelace\n"))
        .collect();
    let compressed = gzip(format!("{HEADER}{many}").as_bytes());
    let bad = [HEADER, row, "c-2,Alan,Turing\n", "c-3,Ada,\n"].concat();
    let crlf = bad.replace('\n', "\r\n");
    let cr = bad.replace('\n', "\r");
    let blank = bad.replace("c-3", "\n\nc-3");
    let quoted = bad.replace("Turing", "\"Turing\n\"");
    let mut changed = zstd(&[HEADER, row].concat());
    let place = changed.windows(3).position(|part| part == b"Ada").unwrap();
    changed[place] = b'I';
    let cases: [(&str, &[u8], &str); 36] = [
        ("a.csv", b"", "line 1: the input is empty"),
        ("a.ndjson", b"", "line 1: the input is empty"),
        ("a.csv.gz", &gzip(b""), "line 1: the input is empty"),
        ("a.csv", b"\xef\xbb\xbf", "line 1: the input is empty"),
        ("a.csv", HEADER.as_bytes(), "line 1: the input has no records"),
        (
            "a.csv",
            b"{\"consumerId\":\"c-1\"}\n",
            "line 1: the input is JSON, not CSV",
        ),
        ("a.csv", b"sep=;\nconsumerId;reason\n", "line 1: the line `sep=`"),
        (
            "a.csv",
            b"consumerId,,\nc-1,,\nc-2,,x\n",
            "line 3, column 3: has a value, and its column has no name",
        ),
        (
            "a.ndjson",
            HEADER.as_bytes(),
            "line 1: must be a JSON object on one line",
        ),
        (
            "a.ndjson",
            b"[\n  {\n    \"consumerId\": \"c-1\"\n  }\n]\n",
            "line 1: must be a JSON object on one line",
        ),
        (
            "a.ndjson",
            b"\n{\n  \"consumerId\": \"c-1\"\n}\n",
            "line 2: must be a JSON object on one line",
        ),
        (
            "a.ndjson",
            &gzip(b"<html>\n</html>\n"),
            "line 1: must be a JSON object",
        ),
        ("a.ndjson", b"\n\n", "line 1: the input has no records"),
        (
            "a.csv",
            b"c-1,Ada,Lovelace\n",
            "line 1: the header row is missing",
        ),
        (
            "a.csv",
            b"consumerId;personalInformation.firstName\nc-1;\"12\"\n",
            "line 1: fields are separated by semicolons",
        ),
        (
            "a.csv",
            b"consumerId\tpersonalInformation.firstName\nc-1\tAda\n",
            "line 1: fields are separated by tabs",
        ),
        (
            "a.csv",
            b"\"consumerId\"|\"reason\"\nc-1|Ada\n",
            "line 1: fields are separated by `|`",
        ),
        (
            "a.csv",
            b"consumerId,firstName\nc-1,Ada\n",
            "line 1, column 2: the header names a field that does not exist",
        ),
        (
            "a.csv",
            b"consumerId,consumerId\nc-1,c-1\n",
            "line 1, column 2: this column comes twice",
        ),
        (
            "a.csv",
            &[HEADER, row, "c-2,Alan\n"].concat().into_bytes(),
            "line 3: has 2 fields, and the header has 3",
        ),
        (
            "a.csv",
            &[HEADER, row, "c-2,Alan,Turing\n", row].concat().into_bytes(),
            "line 4, column 1: consumerId comes again, it is in line 2",
        ),
        (
            "a.csv",
            &latin_1,
            "line 3, column 2: is not UTF-8; it looks like Latin-1",
        ),
        ("a.csv", &broken, "line 3, column 3: is not UTF-8\n"),
        ("a.csv", &utf_16, "line 1: the input is UTF-16"),
        (
            "a.ndjson",
            b"{\"consumerId\":\"c-1\"}\n{\"consumerId\":\"c-1\"}\n",
            "line 2, column 2: consumerId comes again, it is in line 1",
        ),
        (
            "a.ndjson",
            b"{\"consumerId\":\"c-1\"}\n{\"consumerId\": oops}\n",
            "line 2, column 16: is not JSON",
        ),
        (
            "a.ndjson",
            b"{\"consumerId\":\"c-1\"}\n{\"consumerId\":\"c-2\",\"consumerId\":\"c-3\"}\n",
            "line 2, column 39: has a member twice",
        ),
        ("crlf.csv", crlf.as_bytes(), "line 4, column 3: "),
        ("cr.csv", cr.as_bytes(), "line 4, column 3: "),
        ("blank.csv", blank.as_bytes(), "line 6, column 3: "),
        ("quoted.csv", quoted.as_bytes(), "line 5, column 3: "),
        ("changed.csv.zst", &changed, "the compressed data are damaged"),
        (
            "a.ndjson",
            b"[{\"consumerId\":\"c-1\"}]\n",
            "line 1: must be a JSON object on one line",
        ),
        (
            "a.ndjson",
            b"{\"consumerId\":\"Ren\xe9\"}\n",
            "line 1: is not UTF-8; it looks like Latin-1",
        ),
        (
            "a.csv.gz",
            &compressed[..compressed.len() / 2],
            "the compressed data are damaged, or cut off",
        ),
        (
            "a.csv.gz",
            &compressed[..compressed.len() - 4],
            "line 20002: the compressed data are damaged, or cut off",
        ),
    ];
    for (name, content, expected) in cases {
        let said = refused(name, content);
        assert!(said.contains(expected), "{expected}:\n{said}");
        // There two records are wrong.
        assert!(said.lines().count() == 2 || name == "quoted.csv", "{said}");
        assert_eq!(said.matches("error:").count(), 1, "{said}");
        assert!(said.contains("line "), "{said}");
    }
}

#[test]
fn a_record_without_an_end_is_refused_in_bounded_memory() {
    let folder = tempfile::tempdir().unwrap();
    for (name, start) in [
        ("line.csv", format!("{HEADER}c-1,Ada,Lovelace\nc-2,")),
        ("quote.csv", format!("{HEADER}c-1,Ada,Lovelace\nc-2,\"\n")),
        (
            "line.ndjson",
            "{\"consumerId\":\"c-1\"}\n\n{\"consumerId\":\"".to_owned(),
        ),
    ] {
        let path = folder.path().join(name);
        let mut file = fs::File::create(&path).unwrap();
        file.write_all(start.as_bytes()).unwrap();
        // Sparse: a gigabyte of NUL characters.
        file.set_len(1 << 30).unwrap();
        let output = bare(folder.path())
            .args(["bulk", "register", name])
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(
            said.contains("line 3: a record must not be longer than 1 MiB"),
            "{said}"
        );
    }
}

#[test]
fn every_field_of_every_record_is_told_and_never_its_value() {
    let content = "consumerId,personalInformation.firstName,personalInformation.residencyAddress.line1,personalInformation.gender\n\
                   c-1,<b>Secret</b>,Secret street <1>,SECRET\n\
                   bad id,Ada,,\n";
    let said = refused("a.csv", content.as_bytes());
    for expected in [
        "line 2, column 2: personalInformation.firstName must match",
        "line 2, column 3: personalInformation.residencyAddress.line1 must match",
        "line 2, column 4: personalInformation.gender must be one of the documented values",
        "line 2: personalInformation.lastName is required",
        "line 3, column 1: consumerId must match",
        "line 3: personalInformation.lastName is required",
        "problems in 2 of 2 records",
    ] {
        assert!(said.contains(expected), "{expected}:\n{said}");
    }
    assert!(
        !said.to_lowercase().contains("secret") && !said.contains("bad id"),
        "{said}"
    );
}

#[test]
fn both_directions_are_checked_with_the_model_outbound() {
    let folder = tempfile::tempdir().unwrap();
    let person = "{\"consumerId\":\"c-1\",\"personalInformation\":{\"firstName\":\"\u{915}\u{93f}\",\"lastName\":\"Rao\"}}\n";
    fs::write(folder.path().join("a.ndjson"), person).unwrap();
    let check = |model: &str| {
        let args = [
            "bulk", "register", "a.ndjson", "--check", "--output", "json", "--model", model,
        ];
        let output = bare(folder.path()).args(args).output().unwrap();
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        (output.status.code(), json)
    };
    assert_eq!(check("inbound").0, Some(0));
    let (code, json) = check("outbound");
    assert_eq!(code, Some(2));
    assert_eq!(json["problems"][0]["field"], "personalInformation.firstName");
    assert_eq!(json["problems"][0]["model"], "outbound");
    assert_eq!(json["problems"][0]["line"], 1);
    assert_eq!(json["problems"][0]["column"], 44);
}

#[test]
fn what_is_not_a_file_or_has_no_format_is_told() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("a.csv")).unwrap();
    for (file, expected) in [
        ("a.csv", "a.csv is not a regular file"),
        ("missing.csv", "missing.csv cannot be read"),
        ("a.txt", "the format of the input is not known"),
        ("-", "the format of the input is not known"),
    ] {
        let output = bare(folder.path())
            .args(["bulk", "delete", file])
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(expected), "{said}");
    }
}
