//! Small arithmetic for the demo: whole and decimal numbers, `+ - * /`, brackets.

/// Longer than this is no small sum.
const LONGEST: usize = 200;
/// Brackets within brackets.
const DEEPEST: usize = 20;

/// The value, written shortly; `None` where the text is not a sum with at least one operator, or has no value.
pub(super) fn value(text: &str) -> Option<String> {
    let text = text.trim().trim_end_matches(['=', '?', ' ']);
    if text.len() > LONGEST
        || !text.contains(['+', '-', '*', '/', '×', '÷'])
        || !text.contains(char::is_numeric)
    {
        return None;
    }
    let chars = text.chars().filter(|c| !c.is_whitespace()).map(plain).collect::<Vec<_>>();
    let mut reader = Reader { chars: &chars, at: 0, depth: 0 };
    let value = reader.sum()?;
    if reader.at < chars.len() || !value.is_finite() {
        return None;
    }
    // Twelve places hide that binary fractions are not decimal ones: 0.1 + 0.2.
    let text = format!("{value:.12}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    Some(if text == "-0" { "0".to_owned() } else { text.to_owned() })
}

fn plain(c: char) -> char {
    match c {
        '×' | '·' => '*',
        '÷' => '/',
        '−' => '-',
        other => other,
    }
}

struct Reader<'a> {
    chars: &'a [char],
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    fn sum(&mut self) -> Option<f64> {
        let mut value = self.product()?;
        while let Some(sign) = self.one_of("+-") {
            let next = self.product()?;
            value = if sign == '+' { value + next } else { value - next };
        }
        Some(value)
    }

    fn product(&mut self) -> Option<f64> {
        let mut value = self.factor()?;
        while let Some(sign) = self.one_of("*/") {
            let next = self.factor()?;
            value = if sign == '*' { value * next } else { value / next };
        }
        Some(value)
    }

    fn factor(&mut self) -> Option<f64> {
        let negative = self.one_of("-").is_some();
        let value = if self.one_of("(").is_some() { self.bracket()? } else { self.number()? };
        Some(if negative { -value } else { value })
    }

    fn bracket(&mut self) -> Option<f64> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let value = self.sum()?;
        self.depth -= 1;
        self.one_of(")").map(|_| value)
    }

    fn number(&mut self) -> Option<f64> {
        let digits = self.chars[self.at..].iter().take_while(|c| c.is_ascii_digit() || **c == '.');
        let text = digits.collect::<String>();
        self.at += text.len();
        text.parse().ok()
    }

    fn one_of(&mut self, signs: &str) -> Option<char> {
        let found = self.chars.get(self.at).copied().filter(|c| signs.contains(*c))?;
        self.at += 1;
        Some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::value;

    #[test]
    fn small_sums_have_a_value_and_everything_else_has_none() {
        let table = [
            ("2 + 3 * 4", Some("14")),
            ("(2+3)*4 =", Some("20")),
            ("0.1 + 0.2", Some("0.3")),
            ("-3 - -3", Some("0")),
            ("7 ÷ 2?", Some("3.5")),
            ("1 / 0", None),
            ("12", None),
            ("2 +", None),
            ("a - b", None),
            ("well-known", None),
            ("((((((((((((((((((((((1+1))))))))))))))))))))))", None),
        ];
        for (text, expected) in table {
            assert_eq!(value(text).as_deref(), expected, "{text}");
        }
    }
}
