//! Which consumer ids are taken, and which are refused because they tell something of a person.

#![allow(clippy::unwrap_used)]

use d1_client::{ConsumerId, types};

/// Card numbers that the schemes publish for tests.
const TEST_CARDS: [&str; 6] = [
    "4111111111111111",
    "5555555555554444",
    "378282246310005",
    "6011111111111117",
    "3530111333300000",
    "30569309025904",
];

#[test]
fn the_id_at_the_root_and_the_one_among_the_types_are_one_type() {
    let id: ConsumerId = types::ConsumerId::new("c-1f6e").unwrap();
    assert_eq!(id.as_str(), "c-1f6e");
    assert!(types::ConsumerId::new(TEST_CARDS[0]).is_err());
}

#[test]
fn the_vendors_pattern_is_the_rule() {
    for id in [
        "c",
        "c-1f6e",
        "A_b-9",
        &"x".repeat(64),
        "42",
        "550e8400-e29b-41d4-a716-446655440000",
    ] {
        assert_eq!(ConsumerId::new(id).unwrap().as_str(), id);
    }
    for id in [
        "",
        &"x".repeat(65),
        "ada@example.com",
        "a b",
        "é",
        "a/b",
        "a.b",
        "a\n",
        "a%20",
    ] {
        let refused = ConsumerId::new(id).unwrap_err();
        assert_eq!(refused.field(), "consumerId");
        assert!(id.len() < 3 || !refused.to_string().contains(id), "{refused}");
    }
}

#[test]
fn a_card_number_is_refused_however_it_is_written() {
    for pan in TEST_CARDS {
        let grouped = format!("{}-{}_{}", &pan[..4], &pan[4..8], &pan[8..]);
        for id in [pan, &grouped] {
            let refused = ConsumerId::new(id).unwrap_err();
            assert_eq!(refused.to_string(), "consumerId must not be a card number");
            assert_eq!(ConsumerId::new_allowing_pan_like(id).unwrap().as_str(), id);
        }
    }
}

#[test]
fn what_only_resembles_a_card_number_is_taken() {
    for id in [
        "4111111111111112",     // wrong check digit
        "411111111111",         // 12 digits
        "41111111111111111111", // 20 digits
        "9111111111111111",     // no scheme's prefix
        "c4111111111111111",    // not digits alone
    ] {
        assert!(ConsumerId::new(id).is_ok(), "{id}");
    }
}

#[test]
fn allowing_card_like_ids_allows_nothing_else() {
    for id in ["", "ada@example.com", &"4".repeat(65)] {
        assert!(ConsumerId::new_allowing_pan_like(id).is_err());
    }
}

/// RFC 4231, HMAC-SHA-256 of the test cases 6 and 7 (the others have keys that are too short), in base64url without padding.
#[test]
fn pseudonyms_agree_with_the_published_vectors() {
    for (reference, id) in [
        (
            "Test Using Larger Than Block-Size Key - Hash Key First",
            "YOQxWR7gtn8Niiaqy_W3f44LxiE3KMUUBUYEDw7jf1Q",
        ),
        (
            "This is a test using a larger than block-size key and a larger than block-size data. The key needs to be \
             hashed before being used by the HMAC algorithm.",
            "mwn_pxuUL8snY1-81bDpRL_cY2RPBxOTin9RU1w6NeI",
        ),
    ] {
        assert_eq!(
            ConsumerId::pseudonym([0xaa; 131], reference).unwrap().as_str(),
            id
        );
    }
}

#[test]
fn a_pseudonym_needs_a_key_of_32_bytes() {
    for key in [&[0x0b; 20][..], b"Jefe", b"", &[7; 31]] {
        let refused = ConsumerId::pseudonym(key, "Hi There").unwrap_err();
        assert_eq!(
            refused.to_string(),
            "consumerId must be made with a key of at least 32 bytes"
        );
    }
}

#[test]
fn a_pseudonym_is_an_id_and_depends_on_key_and_reference() {
    let (key, yek) = ([0x0b; 32], [0xb0; 32]);
    let id = ConsumerId::pseudonym(key, "4111111111111111").unwrap();
    assert_eq!(ConsumerId::new(id.as_str()).unwrap(), id);
    assert_ne!(ConsumerId::pseudonym(key, "4111111111111112").unwrap(), id);
    assert_ne!(ConsumerId::pseudonym(yek, "4111111111111111").unwrap(), id);
}
