//! "Did you mean": the nearest known name, and names cut to a readable length.

/// How many known names a hint lists.
const LISTED_MAX: usize = 14;

/// How many known names are compared: a pack is hostile input.
const COMPARED_MAX: usize = 1_000;

/// The nearest of the known names, when it is near enough to be meant.
pub(crate) fn nearest<'a>(found: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    if found.len() > 80 {
        return None;
    }
    let far = |name: &str| 2.max(name.chars().count() / 3);
    known
        .take(COMPARED_MAX)
        .filter(|name| name.len().abs_diff(found.len()) <= far(name) && name.len() <= 80)
        .map(|name| (strsim::damerau_levenshtein(found, name), name))
        .filter(|(distance, name)| *distance <= far(name) && *distance < name.chars().count())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// A hint: the nearest name, or the list of all of them.
pub(crate) fn hint<'a>(found: &str, known: impl Iterator<Item = &'a str> + Clone, lead: &str) -> String {
    if let Some(name) = nearest(found, known.clone()) {
        return format!("did you mean `{name}`?");
    }
    let mut names: Vec<String> = known.clone().take(LISTED_MAX).map(|name| format!("`{name}`")).collect();
    let more = known.count().saturating_sub(names.len());
    if more > 0 {
        names.push(format!("… and {more} more"));
    }
    if names.is_empty() { "there are none yet".to_owned() } else { format!("{lead} {}", names.join(", ")) }
}

/// A value for a message: at most 60 characters.
pub(crate) fn short(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// Joins names as people do: `a`, `b` and `c`.
pub(crate) fn and<S: AsRef<str>>(names: &[S]) -> String {
    join(names, "and")
}

/// Joins names as people do: `a`, `b` or `c`.
pub(crate) fn or<S: AsRef<str>>(names: &[S]) -> String {
    join(names, "or")
}

fn join<S: AsRef<str>>(names: &[S], word: &str) -> String {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    match names.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} {word} {last}", first.join(", ")),
        names => names.concat(),
    }
}
