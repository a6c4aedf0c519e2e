//! Expressions with one part of their outermost `&&` left out.

/// Each way to leave one conjunct out, with the conjunct: `(left out, what remains)`. What remains of a single
/// part is `true`. An expression whose outermost operator is `||` or `?:` counts as one part.
pub fn without_each(expression: &str) -> Vec<(String, String)> {
    let parts = parts(expression);
    (0..parts.len())
        .map(|at| {
            let rest: Vec<&str> = parts.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, part)| *part).collect();
            let rest = if rest.is_empty() { "true".to_owned() } else { rest.join(" && ") };
            (parts[at].to_owned(), rest)
        })
        .collect()
}

fn parts(expression: &str) -> Vec<&str> {
    let bytes = expression.as_bytes();
    let (mut depth, mut quote, mut start) = (0_i32, None, 0);
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        match (quote, bytes[at]) {
            (Some(_), b'\\') => at += 1,
            (Some(open), byte) => quote = quote.filter(|_| byte != open),
            (None, byte @ (b'\'' | b'"')) => quote = Some(byte),
            (None, b'(' | b'[' | b'{') => depth += 1,
            (None, b')' | b']' | b'}') => depth -= 1,
            (None, b'?') if depth == 0 => return vec![expression.trim()],
            (None, b'|') if depth == 0 && bytes.get(at + 1) == Some(&b'|') => return vec![expression.trim()],
            (None, b'&') if depth == 0 && bytes.get(at + 1) == Some(&b'&') => {
                out.push(expression[start..at].trim());
                start = at + 2;
                at += 1;
            }
            _ => {}
        }
        at += 1;
    }
    out.push(expression[start..].trim());
    out
}

#[cfg(test)]
mod tests {
    use super::without_each;

    fn rest(expression: &str) -> Vec<String> {
        without_each(expression).into_iter().map(|(_, rest)| rest).collect()
    }

    #[test]
    fn each_part_of_the_outermost_and_is_left_out_once() {
        assert_eq!(rest("a && b.exists(x, x && y) && c == '&&'"), [
            "b.exists(x, x && y) && c == '&&'",
            "a && c == '&&'",
            "a && b.exists(x, x && y)"
        ]);
    }

    #[test]
    fn a_single_part_leaves_true() {
        assert_eq!(rest("a || b && c"), ["true"]);
        assert_eq!(rest("a ? b && c : d"), ["true"]);
        assert_eq!(rest("a"), ["true"]);
    }
}
