//! How names of columns, choices and people are compared: blind to case, spaces and punctuation.

/// `E-mail address` → `emailaddress`: for names of columns and choices.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        let kept = text.bytes().filter(u8::is_ascii_alphanumeric);
        return kept.map(|byte| char::from(byte.to_ascii_lowercase())).collect();
    }
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// `  Ann   O’Example ` → `ann o'example`: for values that recognise an entry.
pub fn fold_value(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        if word.is_ascii() {
            let from = out.len();
            out.push_str(word);
            out[from..].make_ascii_lowercase();
        } else {
            out.extend(word.chars().map(|c| if c == '’' { '\'' } else { c }).flat_map(char::to_lowercase));
        }
    }
    out
}

/// `Example, Ann` → `Ann Example`; anything else as it is.
pub fn turn_name(text: &str) -> String {
    match text.split_once(',') {
        Some((surname, forename))
            if !forename.contains(',') && !forename.trim().is_empty() && !surname.trim().is_empty() =>
        {
            format!("{} {}", forename.trim(), surname.trim())
        }
        _ => text.to_owned(),
    }
}

/// Words that stand for *nobody wrote anything here*.
pub fn says_nothing(text: &str) -> bool {
    const WORDS: [&str; 10] = ["", "-", "--", "—", "n/a", "na", "null", "nil", "tbc", "not known"];
    WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// The known name nearest to a misspelt one.
pub fn nearest<'a>(text: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let text = fold(text);
    let scored = known.into_iter().map(|name| (strsim::jaro_winkler(&text, &fold(name)), name));
    scored.filter(|(score, _)| *score > 0.86).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, name)| name)
}
