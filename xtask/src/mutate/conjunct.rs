//! Expressions with one part of their outermost `&&` left out.

#[cfg(test)]
#[path = "conjunct_tests.rs"]
mod conjunct_tests;

/// Each way to leave one conjunct out, with the conjunct: `(left out, what remains)`. What remains of a single
/// part is `true`. An expression whose outermost operator is `||` or `?:` counts as one part.
pub fn without_each(expression: &str) -> Vec<(String, String)> {
    let parts = parts(expression);
    (0..parts.len())
        .map(|at| {
            let rest: Vec<&str> =
                parts.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, part)| *part).collect();
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
