//! Compressed files: parts one after another are one file; what is damaged or cut off is refused.

use std::{fs, io::Write};

use super::setting::bare;

const HEADER: &[u8] = b"consumerId,personalInformation.firstName,personalInformation.lastName\n";
const ADA: &[u8] = b"c-1,Ada,Lovelace\n";
const ALAN: &[u8] = b"c-2,Alan,Turing\n";

fn zstd(content: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(content, ruzstd::encoding::CompressionLevel::Fastest)
}

/// A frame that decoders pass over (RFC 8878, section 3.1.2).
fn skippable(kind: u8, content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap().to_le_bytes();
    [&[0x50 + kind, 0x2a, 0x4d, 0x18][..], &length, content].concat()
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(content).unwrap();
    gzip.finish().unwrap()
}

/// The exit code and what is said about the content.
fn checked(content: &[u8]) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.csv"), content).unwrap();
    let args = ["bulk", "register", "a.csv", "--check"];
    let output = bare(folder.path()).args(args).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

#[test]
fn parts_one_after_another_are_one_file() {
    let zeros = vec![0; 100_000];
    let cases: [(&str, Vec<u8>); 9] = [
        (
            "what parallel compressors write: a skippable frame before each",
            [
                skippable(0, &[9; 4]),
                zstd(HEADER),
                skippable(0, &[9; 4]),
                zstd(&[ADA, ALAN].concat()),
            ]
            .concat(),
        ),
        (
            "skippable frames of every kind, the last one at the end",
            [
                skippable(1, b""),
                skippable(15, &zeros),
                zstd(&[HEADER, ADA].concat()),
                skippable(7, b"PK\x03\x04"),
                zstd(ALAN),
                skippable(2, b"seek table"),
            ]
            .concat(),
        ),
        (
            "frames without a content",
            [zstd(b""), zstd(&[HEADER, ADA, ALAN].concat()), zstd(b"")].concat(),
        ),
        (
            "a frame for each byte",
            [HEADER, ADA, ALAN].concat().chunks(1).flat_map(zstd).collect(),
        ),
        (
            "members",
            [gzip(HEADER), gzip(ADA), gzip(b""), gzip(ALAN)].concat(),
        ),
        (
            "a member for each byte",
            [HEADER, ADA, ALAN].concat().chunks(1).flat_map(gzip).collect(),
        ),
        (
            "zeros at the end",
            [gzip(&[HEADER, ADA, ALAN].concat()), zeros.clone()].concat(),
        ),
        (
            "zeros after each member",
            [gzip(&[HEADER, ADA].concat()), zeros.clone(), gzip(ALAN), vec![0]].concat(),
        ),
        (
            "a byte order mark in two members",
            [
                gzip(b"\xef"),
                gzip(b"\xbb\xbf"),
                gzip(&[HEADER, ADA, ALAN].concat()),
            ]
            .concat(),
        ),
    ];
    for (name, content) in cases {
        assert_eq!(
            checked(&content),
            (Some(0), "2 records, no problems\n".to_owned()),
            "{name}"
        );
    }
}

#[test]
fn what_is_damaged_or_cut_off_is_refused_with_one_message() {
    let rows = [HEADER, ADA, ALAN].concat();
    let skipped = skippable(0, &[9; 100]);
    let cases: [(&str, Vec<u8>, &str); 14] = [
        (
            "a skippable frame that is cut off",
            [&zstd(&rows), &skipped[..50]].concat(),
            "damaged, or cut off",
        ),
        (
            "the length of a skippable frame",
            [&zstd(&rows), &skipped[..6]].concat(),
            "damaged, or cut off",
        ),
        (
            "the magic number of the next frame",
            [&zstd(&rows), &skipped[..3]].concat(),
            "damaged, or cut off",
        ),
        ("only a skippable frame", skipped.clone(), "the input is empty"),
        (
            "only a part of a skippable frame",
            skipped[..50].to_vec(),
            "damaged, or cut off",
        ),
        (
            "text after a frame",
            [&zstd(&rows), ADA].concat(),
            "damaged, or cut off",
        ),
        (
            "zeros after a frame",
            [&zstd(&rows), &[0; 512][..]].concat(),
            "damaged, or cut off",
        ),
        (
            "gzip after a frame",
            [zstd(&rows), gzip(ADA)].concat(),
            "damaged, or cut off",
        ),
        (
            "text after a member",
            [&gzip(&rows), ADA].concat(),
            "damaged, or cut off",
        ),
        (
            "text after zeros",
            [&gzip(&rows), &[0; 512][..], ADA].concat(),
            "damaged, or cut off",
        ),
        (
            "a cut member after zeros",
            [&gzip(&rows), &[0; 9][..], &gzip(ADA)[..12]].concat(),
            "damaged, or cut off",
        ),
        (
            "a frame after a member",
            [gzip(&rows), zstd(ADA)].concat(),
            "damaged, or cut off",
        ),
        (
            "a frame that needs a dictionary",
            with_dictionary(&rows),
            "need a dictionary, or a window",
        ),
        (
            "a frame with a large window",
            b"\x28\xb5\x2f\xfd\x00\xa8\x01\x00\x00".to_vec(),
            "need a dictionary, or a window",
        ),
    ];
    for (name, content, expected) in cases {
        let (code, said) = checked(&content);
        assert_eq!(code, Some(2), "{name}: {said}");
        assert!(said.contains(expected), "{name}: {said}");
        assert_eq!(said.matches("error:").count(), 1, "{name}: {said}");
    }
}

/// A frame whose header names a dictionary (RFC 8878, section 3.1.1.1).
fn with_dictionary(content: &[u8]) -> Vec<u8> {
    let block = (u32::try_from(content.len()).unwrap() << 3 | 1).to_le_bytes();
    [b"\x28\xb5\x2f\xfd\x01\x58\x07", &block[..3], content].concat()
}

#[test]
fn other_archives_are_named() {
    for (content, expected) in [
        (
            &b"PK\x03\x04\x14\0\x06\0xl/workbook.xml"[..],
            "a ZIP archive, as a spreadsheet",
        ),
        (b"\xfd7zXZ\0\0\x04", "compressed with xz"),
        (b"BZh91AY&SY", "compressed with bzip2"),
        (&gzip(b"PK\x03\x04\x14\0\x06\0"), "a ZIP archive"),
    ] {
        let (code, said) = checked(content);
        assert_eq!(code, Some(2), "{said}");
        assert!(
            said.starts_with("error: line 1: the input is ") && said.contains(expected),
            "{said}"
        );
    }
}
