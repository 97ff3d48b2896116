//! The committed client stays small enough to be read.

/// What progenitor's builder style makes of the plain merge of the vendor's documents, formatted.
const PLAIN_LINES: usize = 8_400;

#[test]
fn the_snapshot_is_at_most_sixty_percent_of_what_progenitor_makes_unaided() {
    let lines = include_str!("../../d1-generated/src/snapshot.rs").lines().count();

    assert!(lines * 100 <= PLAIN_LINES * 60, "{lines} lines");
}
