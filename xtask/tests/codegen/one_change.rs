//! The vendor's page with one change in its text: what the whole run says of it, and what becomes of the files.

use crate::workspace::{Workspace, render};
use xtask::report::Impact;

const REGISTER: &str = "/paths/~1issuers~1{issuerId}~1consumers~1{consumerId}/put";
const CARDS: &str = "/paths/~1issuers~1{issuerId}~1consumers~1{consumerId}~1cards/get";
const UPDATE: &str = "/paths/~1issuers~1{issuerId}~1consumers~1{consumerId}~1operations:update/post";
const DELETE: &str = "/paths/~1issuers~1{issuerId}~1consumers~1{consumerId}~1operations:delete/post";
const SUSPEND: &str = "/paths/~1issuers~1{issuerId}~1consumers~1{consumerId}~1operations:suspend/post";
const CARD: &str = "responses/200/content/application~1json/schema/properties/cards/items";

/// A row of the tables: an edit of the page, and the lines of the report that it makes, without their first word.
struct OneChange {
    what: &'static str,
    from: String,
    to: String,
    lines: Vec<String>,
}

fn change(
    what: &'static str,
    from: impl Into<String>,
    to: impl Into<String>,
    lines: impl Into<Vec<String>>,
) -> OneChange {
    OneChange {
        what,
        from: from.into(),
        to: to.into(),
        lines: lines.into(),
    }
}

#[test]
fn compatible_changes_are_reported_and_flow_through() {
    let delete = section("Delete");
    let suspend = delete
        .replace("## Delete", "## Suspend")
        .replace("operations:delete", "operations:suspend")
        .replace("deleteConsumer-v2", "suspendConsumer");
    for row in [
        change(
            "a new optional response field",
            r#""panSuffix":{"$ref""#,
            r#""nickName":{"type":"string"},"panSuffix":{"$ref""#,
            [format!(
                "getConsumer {CARDS}/{CARD}/properties/nickName new optional field nickName"
            )],
        ),
        change(
            "a new response enum value",
            r#""ACTIVE","SUSPENDED""#,
            r#""ACTIVE","FROZEN","SUSPENDED""#,
            [r#"cardState /components/schemas/cardState/enum new value "FROZEN""#.to_owned()],
        ),
        change(
            "a new optional request field",
            r#""email":{"type":"string""#,
            r#""nick":{"type":"string","pattern":"^[a-z]{1,9}$"},"email":{"type":"string""#,
            both_sent("properties/nick new optional field nick"),
        ),
        change(
            "a new request enum value",
            r#""MALE","FEMALE""#,
            r#""MALE","FEMALE","NONBINARY""#,
            both_sent(r#"properties/gender/enum new value "NONBINARY""#),
        ),
        change(
            "a new operation",
            &delete,
            format!("{delete}{suspend}"),
            [format!("suspendConsumer {SUSPEND} new operation")],
        ),
        change(
            "a new error code",
            r"| no | Consumer does not exist |\n",
            r"| no | Consumer does not exist |\n| GONE_CONSUMER | - | no | It was there. |\n",
            [
                ("getConsumer", CARDS),
                ("deleteConsumer-v2", DELETE),
                ("editConsumer", UPDATE),
            ]
            .map(|(id, at)| format!("{id} {at}/responses/404/description new error code GONE_CONSUMER")),
        ),
        change(
            "a looser request pattern",
            r#""pattern":"^[A-Z]{2}$""#,
            r#""pattern":"^[A-Za-z]{2}$""#,
            both_countries("looser"),
        ),
    ] {
        row.flows_through(Impact::Compatible);
    }
}

#[test]
fn breaking_changes_are_reported_and_flow_through_where_names_and_overlays_still_fit() {
    for row in [
        change(
            "a removed response field",
            r##""panSuffix":{"$ref":"#/components/schemas/cardLast4"},"##,
            "",
            [format!(
                "getConsumer {CARDS}/{CARD}/properties/panSuffix field panSuffix removed"
            )],
        ),
        change(
            "a removed request enum value",
            r#""MALE","FEMALE","OTHER""#,
            r#""MALE","FEMALE""#,
            both_sent(r#"properties/gender/enum value "OTHER" removed"#),
        ),
        change(
            "a new required request field",
            r#""required":["firstName","lastName"]"#,
            r#""required":["firstName","lastName","email"]"#,
            both_sent("required field email now required"),
        ),
        change(
            "a tighter length",
            r#""minLength":5,"maxLength":256"#,
            r#""minLength":5,"maxLength":200"#,
            both_sent("properties/email/maxLength maxLength 256 -> 200"),
        ),
        change(
            "a tighter pattern",
            r#""pattern":"^[A-Z]{2}$""#,
            r#""pattern":"^[A-Y]{2}$""#,
            both_countries("tighter"),
        ),
        change(
            "a changed type",
            r#""threeDSsupport":{"type":"boolean""#,
            r#""threeDSsupport":{"type":"string""#,
            [
                "threeDSsupport /components/schemas/threeDSsupport/type type changed from boolean to string"
                    .to_owned(),
            ],
        ),
        change(
            "a changed server URL",
            "https://api.d1.thalescloud.io/banking/v2",
            "https://api.d1.thalescloud.io/banking/v3",
            [
                "servers /servers/0/url server URL changed from https://api.d1.thalescloud.io/banking/v2 \
              to https://api.d1.thalescloud.io/banking/v3"
                    .to_owned(),
            ],
        ),
        change(
            "a changed retryable",
            "| INTERNAL_ERROR | Error details if any | no |",
            "| INTERNAL_ERROR | Error details if any | yes |",
            both_internal_errors("retryable no -> yes"),
        ),
    ] {
        row.flows_through(Impact::Breaking);
    }
}

#[test]
fn a_removed_operation_is_reported_and_then_no_longer_fits_the_names() {
    change(
        "a removed operation",
        section("Delete"),
        "",
        [format!("deleteConsumer-v2 {DELETE} operation removed")],
    )
    .stops(
        Impact::Breaking,
        "openapi/consumer-v2/names.json: entry delete_consumer: \
         $.paths['/issuers/{issuerId}/consumers/{consumerId}/operations:delete'].post matches nothing",
    );
}

#[test]
fn changes_of_words_are_reported_and_flow_through() {
    for row in [
        change(
            "a reworded description",
            "Unique identifier of the card.",
            "What tells the card from others.",
            ["cardId /components/schemas/cardId/description description reworded".to_owned()],
        ),
        change(
            "an error row's comment",
            "The server has encountered an error when executing the request. |",
            "The server failed. |",
            both_internal_errors("comment reworded"),
        ),
    ] {
        row.flows_through(Impact::TextOnly);
    }
}

impl OneChange {
    /// The run reports the change, writes it, and leaves files that a check accepts.
    #[track_caller]
    fn flows_through(&self, impact: Impact) {
        let workspace = Workspace::new();
        let before = workspace.files();
        let printed = workspace.refresh(&workspace.page(self.edited_page())).ok();
        let (report, after_report) = printed.split_at(printed.find("\nwrote ").unwrap() + 1);
        self.is_reported(report, impact);
        assert!(
            after_report.starts_with("wrote ") && after_report.contains("wrote openapi/consumer-v2/vendor/"),
            "{}: {printed}",
            self.what
        );
        assert_ne!(workspace.files(), before, "{}", self.what);
        workspace.check().ok();
    }

    /// The run reports the change all the same, then fails with `error` and writes nothing.
    #[track_caller]
    fn stops(&self, impact: Impact, error: &str) {
        let workspace = Workspace::new();
        let before = workspace.files();
        let ran = workspace.refresh(&workspace.page(self.edited_page()));
        assert_eq!(ran.error(), error, "{}", self.what);
        self.is_reported(&ran.printed, impact);
        assert!(workspace.files() == before, "{}: nothing is written", self.what);
    }

    #[track_caller]
    fn edited_page(&self) -> String {
        let page = page();
        assert!(
            page.contains(&self.from),
            "{}: no {:?} in the page",
            self.what,
            self.from
        );
        page.replace(&self.from, &self.to)
    }

    /// What is printed names each place once, all with this impact, and counts the lines.
    #[track_caller]
    fn is_reported(&self, printed: &str, impact: Impact) {
        let mut lines: Vec<&str> = printed.lines().collect();
        let summary = lines.pop().unwrap();
        let mut told: Vec<String> = lines.iter().flat_map(|line| places(line)).collect();
        told.sort();
        let mut expected: Vec<String> = self.lines.iter().map(|line| format!("{impact} {line}")).collect();
        expected.sort();
        assert_eq!(told, expected, "{}", self.what);
        let count = lines.len();
        let counts = match impact {
            Impact::Breaking => format!("{count} breaking, 0 compatible, 0 text-only"),
            Impact::Compatible => format!("0 breaking, {count} compatible, 0 text-only"),
            Impact::TextOnly => format!("0 breaking, 0 compatible, {count} text-only"),
        };
        assert_eq!(summary, format!("summary: {counts}"), "{}", self.what);
    }
}

/// A line of the report for each of the places that it names, without the rule and what it means in Rust.
fn places(line: &str) -> Vec<String> {
    let (line, rest) = line.rsplit_once(" [").unwrap();
    let mut words = line.splitn(4, ' ');
    let mut word = || words.next().unwrap();
    let (impact, place, pointer, what) = (word(), word(), word(), word());
    let others = rest
        .split("; ")
        .filter_map(|part| part.strip_prefix("also ")?.split_once(' '));
    std::iter::once((place, pointer))
        .chain(others)
        .map(|(place, pointer)| format!("{impact} {place} {pointer} {what}"))
        .collect()
}

/// The vendor's page as it is committed.
fn page() -> String {
    render(&Workspace::new().documents())
}

/// An operation's part of the page: its heading, its prose and its document.
fn section(heading: &str) -> String {
    let page = page();
    let start = page.find(&format!("\n## {heading}\n")).unwrap();
    let fence_end = "\n```\n";
    let length = page[start..].find(fence_end).unwrap() + fence_end.len();
    page[start..start + length].to_owned()
}

/// What is said of the vendor's two copies of a person's data: the one to register, and the one to update.
fn both_sent(rest: &str) -> Vec<String> {
    ["consumerInfo", "consumerInfoForUpdate"]
        .map(|schema| format!("{schema} /components/schemas/{schema}/{rest}"))
        .into()
}

/// What is said of the pattern that a nationality and an address' country share, in both copies.
fn both_countries(than_before: &str) -> Vec<String> {
    let country = |schema| {
        ["nationality", "residencyAddress/properties/countryCode"].map(|field| {
            format!(
                "{schema} /components/schemas/{schema}/properties/{field}/pattern pattern changed, {than_before}"
            )
        })
    };
    ["consumerInfo", "consumerInfoForUpdate"].map(country).concat()
}

/// What is said of the one error row that register and update share.
fn both_internal_errors(what: &str) -> Vec<String> {
    [("registerConsumer", REGISTER), ("editConsumer", UPDATE)]
        .map(|(id, at)| format!("{id} {at}/responses/500/description error code INTERNAL_ERROR: {what}"))
        .into()
}
