use std::fmt;

/// One measured measurement, as a line: `name value unit ratio`, the ratio to hand-written reqwest or `-`.
#[derive(Clone, Debug, PartialEq)]
pub struct Measurement {
    /// What was measured, as in `put_instructions`.
    pub name: String,
    /// How much.
    pub value: f64,
    /// Of what, as in `instructions`.
    pub unit: &'static str,
    /// To hand-written reqwest in the same run.
    pub ratio: Option<f64>,
}

impl Measurement {
    /// Prints the line of this measurement.
    pub fn print(name: impl Into<String>, value: f64, unit: &'static str, ratio: Option<f64>) {
        let name = name.into();
        println!(
            "{}",
            Self {
                name,
                value,
                unit,
                ratio
            }
        );
    }
}

impl fmt::Display for Measurement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name,
            value,
            unit,
            ratio,
        } = self;
        let decimals = match *value {
            ..10.0 => 3,
            10.0..100.0 => 1,
            _ => 0,
        };
        write!(f, "{name} {value:.decimals$} {unit} ")?;
        match ratio {
            Some(ratio) => write!(f, "{ratio:.3}"),
            None => f.write_str("-"),
        }
    }
}

/// The middle one of some measurements, or the mean of the middle two. 0 of none.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => 0.0,
        length if length % 2 == 0 => (values[middle - 1] + values[middle]) / 2.0,
        _ => values[middle],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_measurement_is_a_line_of_four_words() {
        let measurement = |value, ratio| Measurement {
            name: "put_instructions".into(),
            value,
            unit: "instructions",
            ratio,
        };
        assert_eq!(
            measurement(31_415.9, Some(1.0499)).to_string(),
            "put_instructions 31416 instructions 1.050"
        );
        assert_eq!(
            measurement(4.26, None).to_string(),
            "put_instructions 4.260 instructions -"
        );
    }

    #[test]
    fn a_median_is_in_the_middle() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), 2.5);
        assert_eq!(median(vec![]), 0.0);
    }
}
