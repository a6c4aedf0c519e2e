//! Functions over texts: serial numbers, names, versions.
//!
//! Invariant: no geography, no regular expressions on whole texts.

use crate::expr::frame::Frame;
use crate::expr::node::{Items, Scalar};
use crate::expr::run::Reach;
use crate::expr::seen::Seen;
use std::cmp::Ordering;
use std::ops::ControlFlow;

/// A test over two texts; anything else (empty too) is *no*.
pub(super) fn both<'w>(
    frame: &mut Frame<'w>,
    left: &'w Scalar,
    right: &'w Scalar,
    test: fn(&str, &str) -> bool,
) -> Option<Seen<'w>> {
    Some(Seen::Bool(match (left.get(frame)?, right.get(frame)?) {
        (Seen::Text(left), Seen::Text(right)) => test(left, right),
        _ => false,
    }))
}

/// Equal letters and digits, whatever case, spaces and dashes. A text without any is like nothing.
pub(super) fn same_serial(left: &str, right: &str) -> bool {
    let plain =
        |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect::<String>();
    let left = plain(left);
    !left.is_empty() && left == plain(right)
}

/// Equal words in any order: `Example, Ann` is `Ann Example`.
pub(super) fn same_name(left: &str, right: &str) -> bool {
    let left = sorted_words(left);
    !left.is_empty() && left == sorted_words(right)
}

fn sorted_words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = words(text).collect();
    words.sort();
    words
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// Whether a text holds one of the list's items as whole words, whatever case; `*` at an item's end takes any ending.
pub(super) fn matches_any<'w>(frame: &mut Frame<'w>, whole: &'w Scalar, list: &'w Items) -> Option<Seen<'w>> {
    let Seen::Text(whole) = whole.get(frame)? else { return Some(Seen::Bool(false)) };
    let whole: Vec<String> = words(whole).collect();
    let mut found = false;
    let reach = list.each(frame, &mut |_, item| {
        found = matches!(item, Seen::Text(item) if holds_words(&whole, item));
        if found { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    (found || reach == Reach::All).then_some(Seen::Bool(found))
}

fn holds_words(whole: &[String], item: &str) -> bool {
    let open = item.ends_with('*');
    let wanted: Vec<String> = words(item).collect();
    let Some((last, before)) = wanted.split_last() else { return false };
    whole.windows(wanted.len()).any(|part| {
        let end = &part[before.len()];
        part[..before.len()] == *before && (end == last || open && end.starts_with(last.as_str()))
    })
}

/// `10.2` is at least `9.10`: numbers between dots and dashes are compared one by one. Unreadable is absent.
pub(super) fn version_at_least<'w>(frame: &mut Frame<'w>, source: &'w Scalar, need: &'w Scalar) -> Option<Seen<'w>> {
    let (Seen::Text(have), Seen::Text(need)) = (source.get(frame)?, need.get(frame)?) else {
        return Some(Seen::Bool(false));
    };
    let unreadable = source.gap();
    let (mut have, mut need) = (numbers(have).peekable(), numbers(need).peekable());
    if have.peek().is_none() || need.peek().is_none() {
        return frame.lacks(unreadable);
    }
    loop {
        let (ours, theirs) = (have.next(), need.next());
        if ours.is_none() && theirs.is_none() {
            return Some(Seen::Bool(true));
        }
        match ours.unwrap_or(0).cmp(&theirs.unwrap_or(0)) {
            Ordering::Equal => {}
            order => return Some(Seen::Bool(order.is_gt())),
        }
    }
}

/// The numbers a version begins with; one too large to be a number ends them.
fn numbers(version: &str) -> impl Iterator<Item = u64> + '_ {
    let version = version.trim().trim_start_matches(['v', 'V']);
    version.split(['.', '-', ' ', '+']).map_while(|part| part.parse().ok())
}
