//! `cargo xtask plot`: a picture of what the client costs, from the measurements in `tests/benches/measured.txt`, for pages with a light
//! and with a dark background.

use std::fmt::Display;
use std::path::Path;

use crate::measurement::{Measurement, limit};
use crate::{Error, files};

/// What `cargo xtask bench` and `cargo xtask build-cost` printed; other lines are comments.
const MEASURED: &str = "tests/benches/measured.txt";

/// A row of the picture: what it says, and the measurement's name.
type Row = (&'static str, &'static str);

/// What is better when it is less.
const LESS: [Row; 7] = [
    ("register: instructions", "put_instructions"),
    ("register: allocations", "put_allocations"),
    ("list 20 cards: instructions", "get_instructions"),
    ("list 20 cards: allocations", "get_allocations"),
    ("clean build: processor time", "build_cpu"),
    ("… with build-time-codegen", "codegen_build_cpu"),
    ("… with ring", "ring_build_cpu"),
];

/// What is better when it is more.
const MORE: [Row; 3] = [
    ("register, 64 in flight: calls/s", "put_throughput_64"),
    ("register, 256 in flight: calls/s", "put_throughput_256"),
    ("list cards, 64 in flight: calls/s", "get_throughput_64"),
];

struct Theme {
    file: &'static str,
    text: &'static str,
    line: &'static str,
    ours: &'static str,
    progenitor: &'static str,
    limit: &'static str,
}

const THEMES: [Theme; 2] = [
    Theme {
        file: "tests/benches/cost-light.svg",
        text: "#1f2328",
        line: "#59636e",
        ours: "#0969da",
        progenitor: "#b6bec7",
        limit: "#cf222e",
    },
    Theme {
        file: "tests/benches/cost-dark.svg",
        text: "#e6edf3",
        line: "#9198a1",
        ours: "#4493f8",
        progenitor: "#545d68",
        limit: "#ff7b72",
    },
];

const WIDTH: usize = 720;
/// Where the bars begin.
const LEFT: f64 = 220.0;
/// The width of a ratio of 1.
const UNIT: f64 = 118.0;
const ROW: usize = 34;

/// Writes both pictures, or names with `check` those that are not what the measurements make.
///
/// # Errors
/// A row without a measurement; a file that cannot be read or written.
pub fn run(root: &Path, check: bool) -> Result<Vec<String>, Error> {
    let text = files::read(root, MEASURED)?;
    let measurements: Vec<Measurement> = text.lines().filter_map(Measurement::of).collect();
    let mut stale = Vec::new();
    for theme in &THEMES {
        let picture = picture(root, &measurements, theme)?;
        if !files::update(root, theme.file, &picture, check)? {
            stale.push(theme.file.to_owned());
        }
    }
    Ok(stale)
}

fn picture(root: &Path, measurements: &[Measurement], theme: &Theme) -> Result<String, Error> {
    let Theme {
        text,
        line,
        ours,
        progenitor,
        limit: mark,
        ..
    } = theme;
    let mut rows = Vec::new();
    let mut y = 40;
    for (heading, group) in [("lower is better", &LESS[..]), ("higher is better", &MORE[..])] {
        let top = y;
        rows.push(words(16, y + 14, line, r#" font-style="italic""#, heading));
        y += 24;
        for (label, name) in group {
            rows.push(words(16, y + 18, text, "", label));
            let ratio = ratio(measurements, name).ok_or_else(|| {
                let what = "expected a line with this measurement and its ratio";
                Error::new(MEASURED, *name, what)
            })?;
            let limit = limit(root, name)?;
            rows.push(bar(y + 2, (ratio, limit.unwrap_or_default()), (ours, text)));
            if let Some(ratio) = self::ratio(measurements, &format!("progenitor_{name}")) {
                rows.push(bar(y + 16, (ratio, 0.0), (progenitor, text)));
            }
            if let Some(limit) = limit {
                let x = LEFT + limit * UNIT;
                rows.push(format!(
                    r#"<path d="M{x:.1} {y}v14" stroke="{mark}" stroke-width="2"/>"#
                ));
            }
            y += ROW;
        }
        let one = LEFT + UNIT;
        rows.push(format!(
            r#"<path d="M{one:.1} {top}V{y}" stroke="{line}" stroke-dasharray="3 3"/>"#
        ));
        y += 8;
    }
    let legend = [
        (ours, "d1-client"),
        (progenitor, "progenitor’s own client"),
        (mark, "our limit"),
    ];
    let mut x = 16;
    for (color, name) in legend {
        let name_of = words(x + 18, 24, text, "", name);
        rows.push(format!(
            r#"<rect x="{x}" y="14" width="12" height="12" fill="{color}"/>{name_of}"#
        ));
        x += 48 + 7 * name.chars().count();
    }
    rows.push(words(x, 24, line, "", "dashed: reqwest by hand"));
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"13\">\n\
        <title>What a call costs, as a ratio to reqwest by hand</title>\n{rows}\n</svg>\n",
        height = y + 8,
        rows = rows.join("\n")
    ))
}

/// Words in this colour, with more attributes.
fn words(x: impl Display, y: usize, color: &str, more: &str, words: &str) -> String {
    format!(r#"<text x="{x}" y="{y}" fill="{color}"{more}>{words}</text>"#)
}

/// A bar with its number behind it, and behind the mark of its limit.
fn bar(y: usize, (ratio, limit): (f64, f64), (color, text): (&str, &str)) -> String {
    let width = ratio * UNIT;
    let behind = format!("{:.1}", LEFT + ratio.max(limit) * UNIT + 6.0);
    let number = words(behind, y + 9, text, r#" font-size="10""#, &format!("{ratio:.2}"));
    format!(r#"<rect x="{LEFT}" y="{y}" width="{width:.1}" height="11" fill="{color}"/>{number}"#)
}

fn ratio(measurements: &[Measurement], name: &str) -> Option<f64> {
    measurements
        .iter()
        .find(|measurement| measurement.name() == name)?
        .ratio()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_holds_every_row_and_needs_every_measurement() {
        let root = crate::codegen::workspace_root();
        let names = LESS.iter().chain(&MORE).map(|(_, name)| *name);
        let lines = names.map(|name| format!("{name} 1 x 1.25"));
        let measurements: Vec<_> = lines.filter_map(|line| Measurement::of(&line)).collect();

        let drawn = picture(&root, &measurements, &THEMES[0]).unwrap();
        assert_eq!(drawn.matches(">1.25</text>").count(), LESS.len() + MORE.len());

        let missing = picture(&root, &measurements[1..], &THEMES[0]).unwrap_err();
        assert_eq!(missing.place, "put_instructions");
    }
}
