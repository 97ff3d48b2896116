//! A measurement as a line of four words, and the thresholds that some measurements must meet.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::{Error, files};

/// Where the thresholds are, below the workspace.
pub const THRESHOLDS: &str = "tests/benches/thresholds.json";

/// `name value unit ratio`: the ratio to hand-written reqwest, `-` where there is nothing to compare with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measurement([String; 4]);

impl Measurement {
    /// `None` for any other line.
    #[must_use]
    pub fn of(line: &str) -> Option<Self> {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let words: [String; 4] = words.try_into().ok()?;
        let is_number = |word: &str| word.parse::<f64>().is_ok();
        let [_, value, _, ratio] = &words;
        (is_number(value) && (ratio == "-" || is_number(ratio))).then_some(Self(words))
    }

    /// What was measured.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0[0]
    }

    /// To hand-written reqwest.
    #[must_use]
    pub fn ratio(&self) -> Option<f64> {
        self.number(3)
    }

    fn number(&self, word: usize) -> Option<f64> {
        self.0[word].parse().ok()
    }
}

/// The measurements as a Markdown table.
#[must_use]
pub fn table(measurements: &[Measurement]) -> String {
    let rows = measurements
        .iter()
        .map(|Measurement([name, value, unit, ratio])| {
            format!("| `{name}` | {value} | {unit} | {ratio} |\n")
        });
    let rows: String = rows.collect();
    format!("| measurement | value | unit | ratio to reqwest by hand |\n|---|--:|---|--:|\n{rows}")
}

/// What a measurement must be.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Threshold {
    /// To hand-written reqwest.
    RatioAtMost(f64),
    /// To hand-written reqwest.
    RatioAtLeast(f64),
    /// By itself.
    ValueAtMost(f64),
    /// So much more than `reqwest_` and its name.
    AboveReqwestAtMost(f64),
}

/// A line for each measurement that misses its threshold, and for each threshold of these benches that has no
/// measurement.
///
/// # Errors
/// Thresholds that cannot be read.
pub fn missed(root: &Path, benches: &[&str], measurements: &[Measurement]) -> Result<Vec<String>, Error> {
    let mut thresholds = thresholds(root)?;
    let thresholds = benches
        .iter()
        .filter_map(|bench| thresholds.remove(*bench))
        .flatten();
    Ok(thresholds
        .filter_map(|(name, threshold)| miss(&name, &threshold, measurements))
        .collect())
}

/// The ratio to hand-written reqwest that this measurement must keep to, if there is one.
///
/// # Errors
/// Thresholds that cannot be read.
pub fn limit(root: &Path, name: &str) -> Result<Option<f64>, Error> {
    let named = thresholds(root)?
        .into_values()
        .find_map(|mut bench| bench.remove(name));
    Ok(match named {
        Some(Threshold::RatioAtMost(limit) | Threshold::RatioAtLeast(limit)) => Some(limit),
        _ => None,
    })
}

/// By bench and measurement.
fn thresholds(root: &Path) -> Result<BTreeMap<String, BTreeMap<String, Threshold>>, Error> {
    let text = files::read(root, THRESHOLDS)?;
    serde_json::from_str(&text).map_err(|error| {
        Error::new(
            THRESHOLDS,
            format!("line {}", error.line()),
            "expected a list of thresholds by bench",
        )
    })
}

fn miss(name: &str, threshold: &Threshold, measurements: &[Measurement]) -> Option<String> {
    let named = |name: &str| measurements.iter().find(|measurement| measurement.0[0] == name);
    let Some(measurement) = named(name) else {
        return Some(format!("{name}: was not measured"));
    };
    let [_, value, unit, ratio] = &measurement.0;
    // What is not a number keeps to no limit.
    let number = |word| measurement.number(word).unwrap_or(f64::NAN);
    let (met, comparison) = match threshold {
        Threshold::RatioAtMost(most) => (number(3) <= *most, format!("ratio {ratio}, at most {most}")),
        Threshold::RatioAtLeast(least) => (number(3) >= *least, format!("ratio {ratio}, at least {least}")),
        Threshold::ValueAtMost(most) => (number(1) <= *most, format!("{value} {unit}, at most {most}")),
        Threshold::AboveReqwestAtMost(most) => {
            let reference = named(&format!("reqwest_{name}")).and_then(|measurement| measurement.number(1));
            let above = number(1) - reference.unwrap_or(f64::NAN);
            let comparison = format!("{value} {unit}, at most {most} more than by hand");
            (above <= *most, comparison)
        }
    };
    (!met).then(|| format!("{name}: {comparison}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_recognised_among_what_else_a_bench_prints() {
        let measurements: Vec<_> = [
            "put_wall                time:   [84.521 µs 84.905 µs 85.334 µs]",
            "put_instructions 92428 instructions 0.979",
            "Found 3 outliers among",
            "token_hit_ns 31.4 ns -",
            "",
        ]
        .into_iter()
        .filter_map(Measurement::of)
        .collect();
        assert_eq!(
            table(&measurements),
            "| measurement | value | unit | ratio to reqwest by hand |\n|---|--:|---|--:|\n\
             | `put_instructions` | 92428 | instructions | 0.979 |\n| `token_hit_ns` | 31.4 | ns | - |\n"
        );
    }

    #[test]
    fn a_measurement_that_misses_its_threshold_is_reported_with_both() {
        let told = |lines: &[&str], threshold: &str| {
            let measurements: Vec<_> = lines.iter().filter_map(|line| Measurement::of(line)).collect();
            miss("put", &serde_json::from_str(threshold).unwrap(), &measurements)
        };
        for (lines, threshold, missed) in [
            (
                &["put 1 instructions 1.150"][..],
                r#"{"ratio_at_most": 1.15}"#,
                None,
            ),
            (
                &["put 1 instructions 1.151"],
                r#"{"ratio_at_most": 1.15}"#,
                Some("ratio 1.151, at most 1.15"),
            ),
            (
                &["put 1 instructions -"],
                r#"{"ratio_at_most": 1.15}"#,
                Some("ratio -, at most 1.15"),
            ),
            (
                &["get 1 instructions 1.0"],
                r#"{"ratio_at_most": 1.15}"#,
                Some("was not measured"),
            ),
            (
                &["put 1 calls/s 0.949"],
                r#"{"ratio_at_least": 0.95}"#,
                Some("ratio 0.949, at least 0.95"),
            ),
            (
                &["put 1001 us -"],
                r#"{"value_at_most": 1000}"#,
                Some("1001 us, at most 1000"),
            ),
            (
                &["put 96 a 1.1", "reqwest_put 84 a 1.0"],
                r#"{"above_reqwest_at_most": 12}"#,
                None,
            ),
            (
                &["put 97 a 1.1", "reqwest_put 84 a 1.0"],
                r#"{"above_reqwest_at_most": 12}"#,
                Some("97 a, at most 12 more than by hand"),
            ),
        ] {
            let missed = missed.map(|missed| format!("put: {missed}"));
            assert_eq!(told(lines, threshold), missed, "{lines:?} {threshold}");
        }
    }

    #[test]
    fn a_threshold_whose_measurement_was_not_measured_is_missed() {
        let root = crate::codegen::workspace_root();
        let missed = missed(&root, &["allocations", "no such bench"], &[]).unwrap();
        assert_eq!(
            missed,
            [
                "get_allocations: was not measured",
                "put_allocations: was not measured"
            ]
        );
    }
}
