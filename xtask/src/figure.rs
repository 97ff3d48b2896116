//! A measured figure as a line of four words, and the bars that some of them must reach.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::Error;

/// Where the bars are, below the workspace.
pub const BARS: &str = "tests/benches/bars.json";

/// `name value unit ratio`: the ratio to hand-written reqwest, `-` where there is nothing to compare with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure([String; 4]);

impl Figure {
    /// `None` for any other line.
    #[must_use]
    pub fn of(line: &str) -> Option<Self> {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let words: [String; 4] = words.try_into().ok()?;
        let is_number = |word: &str| word.parse::<f64>().is_ok();
        let [_, value, _, ratio] = &words;
        (is_number(value) && (ratio == "-" || is_number(ratio))).then_some(Self(words))
    }

    fn number(&self, word: usize) -> Option<f64> {
        self.0[word].parse().ok()
    }
}

/// The figures as a Markdown table.
#[must_use]
pub fn table(figures: &[Figure]) -> String {
    let rows = figures
        .iter()
        .map(|Figure([name, value, unit, ratio])| format!("| `{name}` | {value} | {unit} | {ratio} |\n"));
    let rows: String = rows.collect();
    format!("| figure | value | unit | ratio to reqwest by hand |\n|---|--:|---|--:|\n{rows}")
}

/// What a figure must reach; one of them.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Bar {
    RatioAtMost(f64),
    RatioAtLeast(f64),
    ValueAtMost(f64),
}

/// A line for each figure that does not reach its bar.
///
/// # Errors
/// Bars that cannot be read.
pub fn missed(root: &Path, figures: &[Figure]) -> Result<Vec<String>, Error> {
    let text = fs::read_to_string(root.join(BARS))
        .map_err(|error| Error::new(BARS, "", format!("cannot be read: {error}")))?;
    let bars: BTreeMap<String, Bar> = serde_json::from_str(&text)
        .map_err(|error| Error::new(BARS, format!("line {}", error.line()), "is no list of bars"))?;
    Ok(figures
        .iter()
        .filter_map(|figure| miss(figure, bars.get(&figure.0[0])?))
        .collect())
}

fn miss(figure: &Figure, bar: &Bar) -> Option<String> {
    let Figure([name, value, unit, ratio]) = figure;
    let (reached, told) = match bar {
        Bar::RatioAtMost(most) => (
            figure.number(3)? <= *most,
            format!("ratio {ratio}, at most {most}"),
        ),
        Bar::RatioAtLeast(least) => (
            figure.number(3)? >= *least,
            format!("ratio {ratio}, at least {least}"),
        ),
        Bar::ValueAtMost(most) => (
            figure.number(1)? <= *most,
            format!("{value} {unit}, at most {most}"),
        ),
    };
    (!reached).then(|| format!("{name}: {told}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_told_from_whatever_else_a_bench_prints() {
        let figures: Vec<_> = [
            "put_wall                time:   [84.521 µs 84.905 µs 85.334 µs]",
            "put_instructions 92428 instructions 0.979",
            "Found 3 outliers among",
            "token_hit_ns 31.4 ns -",
            "",
        ]
        .into_iter()
        .filter_map(Figure::of)
        .collect();
        assert_eq!(
            table(&figures),
            "| figure | value | unit | ratio to reqwest by hand |\n|---|--:|---|--:|\n\
             | `put_instructions` | 92428 | instructions | 0.979 |\n| `token_hit_ns` | 31.4 | ns | - |\n"
        );
    }

    #[test]
    fn a_figure_that_misses_its_bar_is_told_with_both() {
        let told = |line: &str, bar: &str| {
            let bar: Bar = serde_json::from_str(bar).unwrap();
            miss(&Figure::of(line).unwrap(), &bar)
        };
        let most = r#"{"ratio_at_most": 1.15}"#;
        assert_eq!(told("put_instructions 1 instructions 1.150", most), None);
        let miss = told("put_instructions 1 instructions 1.151", most);
        assert_eq!(miss.unwrap(), "put_instructions: ratio 1.151, at most 1.15");
        let miss = told("bulk_throughput 1 items/s 0.949", r#"{"ratio_at_least": 0.95}"#);
        assert_eq!(miss.unwrap(), "bulk_throughput: ratio 0.949, at least 0.95");
        let miss = told(
            "token_hit_instructions 1001 instructions -",
            r#"{"value_at_most": 1000}"#,
        );
        assert_eq!(
            miss.unwrap(),
            "token_hit_instructions: 1001 instructions, at most 1000"
        );
    }

    #[test]
    fn the_bars_can_be_read() {
        assert_eq!(missed(&crate::codegen::workspace_root(), &[]), Ok(vec![]));
    }
}
