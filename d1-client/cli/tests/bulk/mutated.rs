//! Files that nobody meant: checked or refused, and nothing of them is told.

use std::fs;

use d1_fuzz::{SECRET, inputs};

use super::setting::bare;

fn checked(name: &str, corpus: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let corpus: Vec<Vec<u8>> = corpus.iter().map(|text| text.as_bytes().to_vec()).collect();
    inputs::each(&corpus, |input| {
        fs::write(folder.path().join(name), input).unwrap();
        let output = bare(folder.path())
            .args(["bulk", "register", name, "--check", "--model", "outbound"])
            .output()
            .unwrap();
        assert!(
            matches!(output.status.code(), Some(0 | 2)),
            "it ended with {}",
            output.status
        );
        for said in [&output.stdout, &output.stderr] {
            assert!(
                !String::from_utf8_lossy(said).contains(SECRET),
                "it tells a value"
            );
        }
    });
}

#[test]
fn of_csv() {
    checked(
        "a.csv",
        &[
            "consumerId,personalInformation.firstName,personalInformation.lastName\nc-1,Zaphod,Zaphod\nc-2,Zaphod,\n",
            "\u{feff}consumerId,personalInformation.residencyAddress.line1\r\nZaphod,\"Zaphod, \"\"7\"\"\r\n\"\r\n",
            "Zaphod;Zaphod\n\n\"",
        ],
    );
}

#[test]
fn of_json_lines() {
    checked(
        "a.ndjson",
        &[
            "{\"consumerId\":\"c-1\",\"personalInformation\":{\"firstName\":\"Zaphod\",\"lastName\":\"Zaphod\"}}\n\n{\"consumerId\":7}\n",
            "{\"consumerId\":\"Zaphod\",\"personalInformation\":{\"email\":\"\\u0000Zaphod\",\"email\":[{}]},\"Zaphod\":1e400}",
            "[1,\"Zaphod\"",
        ],
    );
}
