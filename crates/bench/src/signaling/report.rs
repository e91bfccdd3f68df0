//! Figures, side by side: the old server's, and those of both endpoints, with what they are to it.

use std::fmt::Write as _;

/// Something that was measured at one endpoint.
#[derive(Clone, Debug)]
pub(crate) struct Figure {
    pub(crate) name: String,
    /// What the issue asks for, in words.
    pub(crate) value: f64,
}

/// The figures of one endpoint, or why there are none.
pub(crate) type Column = Result<Vec<Figure>, &'static str>;

/// One table.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) title: &'static str,
    /// How it was measured.
    pub(crate) method: String,
    /// The columns with their headings; the first is what the others are compared with.
    pub(crate) columns: Vec<(&'static str, Column)>,
    /// What was aimed at, by the name of the figure.
    pub(crate) targets: &'static [(&'static str, &'static str)],
}

impl Figure {
    pub(crate) fn new(name: impl Into<String>, value: f64) -> Self {
        let name = name.into();
        Self { name, value }
    }
}

impl Table {
    /// The table as Markdown.
    pub(crate) fn to_markdown(&self) -> String {
        let mut text = format!("\n## {}\n\n{}\n\n| figure |", self.title, self.method);
        let mut rule = "|---|".to_owned();
        for (nth, (heading, _)) in self.columns.iter().enumerate() {
            text += &format!(" {heading} |");
            rule += "---|";
            if nth > 0 {
                text += " to old |";
                rule += "---|";
            }
        }
        text += " aim |\n";
        text += &rule;
        text += "---|\n";
        for name in self.names() {
            text += &self.row(name);
        }
        text
    }

    /// The names of all figures, in the order of the column that has most of them.
    fn names(&self) -> Vec<&str> {
        let columns = self
            .columns
            .iter()
            .filter_map(|(_, column)| column.as_ref().ok());
        let mut names = Vec::new();
        for figure in columns.flatten() {
            if !names.contains(&figure.name.as_str()) {
                names.push(figure.name.as_str());
            }
        }
        names
    }

    fn row(&self, name: &str) -> String {
        let value = |column: &Column| {
            let figures = column.as_ref().ok()?;
            let figure = figures.iter().find(|figure| figure.name == name)?;
            Some(figure.value)
        };
        let old = self.columns.first().and_then(|(_, column)| value(column));
        let mut row = format!("| {name} |");
        for (nth, (_, column)) in self.columns.iter().enumerate() {
            let this = value(column);
            let shown = match (this, column) {
                (Some(this), _) => readable(this),
                (None, Err(why)) => (*why).to_owned(),
                (None, Ok(_)) => "–".to_owned(),
            };
            // Writing into a string does not fail.
            let _ = write!(row, " {shown} |");
            if nth > 0 {
                let ratio = this
                    .zip(old.filter(|old| *old > 0.0))
                    .map_or_else(String::new, |(this, old)| {
                        format!("{}×", readable(this / old))
                    });
                let _ = write!(row, " {ratio} |");
            }
        }
        let target = self.targets.iter().find(|(figure, _)| *figure == name);
        let _ = writeln!(row, " {} |", target.map_or("", |(_, target)| *target));
        row
    }
}

/// Three digits that count, with commas between thousands.
fn readable(value: f64) -> String {
    let decimals = match value.abs() {
        value if value >= 100.0 => 0,
        value if value >= 10.0 => 1,
        _ => 2,
    };
    let text = format!("{value:.decimals$}");
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut grouped = String::new();
    for (nth, digit) in whole.chars().enumerate() {
        if nth > 0 && (whole.len() - nth) % 3 == 0 && !grouped.ends_with('-') {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if fraction.is_empty() {
        grouped
    } else {
        format!("{grouped}.{fraction}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_three_digits_that_count() {
        for (value, text) in [
            (0.1234, "0.12"),
            (12.34, "12.3"),
            (123.4, "123"),
            (1_234_567.0, "1,234,567"),
            (-1_234.0, "-1,234"),
        ] {
            assert_eq!(readable(value), text);
        }
    }

    #[test]
    fn puts_figures_beside_those_of_the_old_server() {
        let table = Table {
            title: "Relay",
            method: "Somehow.".to_owned(),
            columns: vec![
                ("old", Ok(vec![Figure::new("messages/s", 100.0)])),
                ("Socket.IO", Err("not served")),
                (
                    "native",
                    Ok(vec![
                        Figure::new("messages/s", 550.0),
                        Figure::new("p99, ms", 1.5),
                    ]),
                ),
            ],
            targets: &[("messages/s", "5×")],
        };
        let expected = "
## Relay

Somehow.

| figure | old | Socket.IO | to old | native | to old | aim |
|---|---|---|---|---|---|---|
| messages/s | 100 | not served |  | 550 | 5.50× | 5× |
| p99, ms | – | not served |  | 1.50 |  |  |
";
        assert_eq!(table.to_markdown(), expected);
    }
}
