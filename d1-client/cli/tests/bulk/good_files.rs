//! The formats that can be sent.

use std::io::Write;

use serde_json::json;

use super::setting::Setting;

const ROWS: &str = "consumerId,personalInformation.firstName,personalInformation.lastName,personalInformation.residencyAddress.line1,\
    personalInformation.residencyAddress.city,personalInformation.residencyAddress.state,personalInformation.residencyAddress.zipCode,\
    personalInformation.residencyAddress.countryCode,preferences.notificationChannel\n\
    c-1,\"Ada\",Lovelace,\"St James's Square, 12\",London,LND,SW1Y 4JH,GB,SMS|EMAIL\n\
    c-2,Alan,Turing,,,,,,\n";

fn zstd(content: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(content, ruzstd::encoding::CompressionLevel::Fastest)
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(content).unwrap();
    gzip.finish().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_records_in_every_format_come_to_the_same() {
    let ndjson = "{\"consumerId\":\"c-1\",\"personalInformation\":{\"firstName\":\"Ada\",\"lastName\":\"Lovelace\",\"residencyAddress\":{\"line1\":\"St James's Square, 12\",\"city\":\"London\",\"state\":\"LND\",\"zipCode\":\"SW1Y 4JH\",\"countryCode\":\"GB\"}},\"preferences\":{\"notificationChannel\":[\"SMS\",\"EMAIL\"]}}\n\
        \n{\"personalInformation\":{\"lastName\":\"Turing\",\"firstName\":\"Alan\"},\"consumerId\":\"c-2\"}";
    let middle = ROWS.len() / 2;
    let two_frames = [zstd(&ROWS.as_bytes()[..middle]), zstd(&ROWS.as_bytes()[middle..])].concat();
    let files: [(&str, Vec<u8>); 8] = [
        ("a.csv", ROWS.into()),
        ("bom.CSV", format!("\u{feff}{ROWS}").into()),
        ("crlf.csv", ROWS.replace('\n', "\r\n").into()),
        ("a.csv.gz", gzip(ROWS.as_bytes())),
        ("a.csv.zst", two_frames),
        ("a.ndjson", ndjson.into()),
        (
            "a.jsonl",
            format!("\u{feff}{}\r\n", ndjson.replace('\n', "\r\n")).into(),
        ),
        ("a.ndjson.gz", gzip(ndjson.as_bytes())),
    ];
    for (name, content) in files {
        let setting = Setting::new().await;
        setting.write(name, content);
        let ran = setting.run(&["register", name]).await;
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{name}");
        assert_eq!(
            (&ran.json["records"], &ran.json["done"]),
            (&json!(2), &json!(2)),
            "{name}"
        );
        let ada = setting.sandbox.consumer("c-1").unwrap();
        assert_eq!(
            ada.personal_information.unwrap()["residencyAddress"]["line1"],
            "St James's Square, 12"
        );
        assert_eq!(
            ada.preferences.unwrap()["notificationChannel"],
            json!(["SMS", "EMAIL"])
        );
        let alan = setting.sandbox.consumer("c-2").unwrap();
        assert_eq!(
            alan.personal_information.unwrap(),
            json!({"firstName": "Alan", "lastName": "Turing"})
        );
        assert_eq!(alan.preferences, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn deletions_have_a_reason_or_none() {
    let setting = Setting::new().await;
    setting.write("a.csv", "consumerId,reason\nc-1,Account closed\nc-2,\n");
    assert_eq!(
        setting.run(&["register", "a.csv"]).await.code,
        Some(2),
        "a reason is not registered"
    );
    setting.write("ids.csv", "consumerId\nc-1\nc-2\n");
    assert_eq!(setting.run(&["register", "ids.csv"]).await.code, Some(0));
    let ran = setting.run(&["delete", "a.csv"]).await;
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(
        setting
            .sandbox
            .consumers()
            .iter()
            .all(|consumer| consumer.deleted)
    );
}
