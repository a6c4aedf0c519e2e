//! The form of a task: a question for each thing it asks to be shown, and what was answered as the engine reads it.
//!
//! Invariant: every field has one name here, `e-KIND`, `i-ITEM`, `f-…`, `d-ENTRY`; nothing else is read.

use crate::form::{Choice, Field, Posted};
use crate::role::{date_of, parts, typed};
use schoolkeeper_app::attachment::FILE_BYTES_MAX;
use schoolkeeper_app::duty::TaskShown;
use schoolkeeper_core::control::CheckItem;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::phrase::Evidence;
use schoolkeeper_core::value::Value;
use std::collections::BTreeMap;

/// Name of the choice of a text.
const TEXT: &str = "text";
/// The choice of none of them.
const OWN_WORDS: &str = "own";

/// One question.
pub(super) enum Ask {
    /// A line.
    Line(Field),
    /// Several lines.
    Text(Field),
    /// One of several.
    Radios(Field),
    /// Some of several.
    Ticks(Field),
    /// A file.
    File(Field),
    /// A day.
    Day(Field),
}

impl Ask {
    /// Its field.
    pub fn field(&self) -> &Field {
        match self {
            Self::Line(field)
            | Self::Text(field)
            | Self::Radios(field)
            | Self::Ticks(field)
            | Self::File(field)
            | Self::Day(field) => field,
        }
    }
}

/// A form with its faults.
pub(super) struct Filled<'a> {
    /// What was posted; empty at first.
    pub posted: &'a Posted,
    /// What is to be mended, by field.
    pub mistakes: &'a [(&'static str, String)],
}

/// Every question of a task, in the order of the page.
pub(super) fn asks(shown: &TaskShown, of: &Filled<'_>) -> Vec<Ask> {
    let spec = &shown.spec;
    let mut out = Vec::new();
    for item in &spec.checklist {
        out.extend(of_item(item, of.posted));
    }
    out.extend(texts(shown, of.posted));
    out.extend(spec.evidence.iter().filter_map(|kind| of_kind(*kind, shown, of)));
    if spec.report.is_some() && !spec.evidence.contains(&Evidence::Report) {
        out.extend(of_kind(Evidence::Report, shown, of));
    }
    if !shown.decide.is_empty() {
        out.extend(decisions(shown, of.posted));
    }
    let named = |name: &Name| Choice::new(name.to_string(), title(shown, name));
    let with: Vec<Choice> = spec.with.iter().flat_map(|with| with.any.iter()).map(named).collect();
    out.extend(ticks(("with", "Who took part?"), with, of.posted));
    // A notice goes out by itself.
    let by_hand = spec.send_to.iter().filter(|_| !spec.evidence.contains(&Evidence::Notice));
    let sent: Vec<Choice> = by_hand.map(named).collect();
    out.extend(ticks(("sent_to", "To whom was it sent?"), sent, of.posted));
    let also = shown.together.iter().map(|(id, name)| Choice::new(id.to_string(), name.clone())).collect();
    let hint = "Only those you really did, with the same answers and the same evidence";
    out.extend(ticks(("also", "Done for these as well?"), also, of.posted).map(|ask| match ask {
        Ask::Ticks(field) => Ask::Ticks(field.hint(hint)),
        other => other,
    }));
    let on = typed(of.posted, "on");
    let on = if on == "--" { parts(Some(shown.today)) } else { on };
    out.push(Ask::Day(Field::new("on", "When was it done?").value(on).check(of.mistakes)));
    out
}

/// Texts a notice may begin from; what is written below goes before them.
fn texts(shown: &TaskShown, posted: &Posted) -> Option<Ask> {
    let chosen = posted.get(TEXT);
    let choice = |text: &String| Choice { chosen: chosen == text, ..Choice::new(text.clone(), text.clone()) };
    let mut choices: Vec<Choice> = shown.texts.iter().map(choice).collect();
    choices.push(Choice { chosen: chosen == OWN_WORDS, ..Choice::new(OWN_WORDS, "Our own words, below") });
    let field = Field::new(TEXT, "Which text goes out?").choices(choices);
    (!shown.texts.is_empty()).then_some(Ask::Radios(field))
}

fn of_item(item: &CheckItem, posted: &Posted) -> Vec<Ask> {
    let name = format!("i-{}", item.name);
    let answers = ["yes", "no"].map(|answer| {
        let text = if answer == "yes" { "Yes" } else { "No" };
        Choice { chosen: posted.get(&name) == answer, ..Choice::new(answer, text) }
    });
    let mut out = vec![Ask::Radios(Field::new(name.clone(), item.says.clone()).choices(answers.into()))];
    for kind in &item.evidence {
        out.push(match kind {
            Evidence::Photo | Evidence::File => {
                Ask::File(Field::new(format!("f-{name}-{kind}"), format!("{}: a {kind} of it", item.says)))
            }
            _ => {
                let name = format!("{name}-{kind}");
                let value = posted.word(&name);
                Ask::Text(Field::new(name, format!("{}: {kind}", item.says)).value(value))
            }
        });
    }
    out
}

fn of_kind(kind: Evidence, shown: &TaskShown, of: &Filled<'_>) -> Option<Ask> {
    let name = format!("e-{kind}");
    let value = of.posted.word(&name);
    let line = |label: &str| Some(Ask::Line(Field::new(name.clone(), label).value(value.clone())));
    let text = |label: &str| Some(Ask::Text(Field::new(name.clone(), label).value(value.clone())));
    let file = |label: &str| {
        let hint = format!("PDF, picture or office document, at most {} MB", FILE_BYTES_MAX >> 20);
        Some(Ask::File(Field::new(format!("f-{kind}"), label).hint(hint)))
    };
    match kind {
        Evidence::Note => text("What was done, and what came of it?"),
        Evidence::Statement => text("Your statement, in your name"),
        Evidence::File => file("The file that shows it"),
        Evidence::Photo => file("A photo that shows it"),
        Evidence::Count => Some(Ask::Line(
            Field::new("count", "How many were counted?").value(of.posted.word("count")).check(of.mistakes),
        )),
        Evidence::Notice => {
            let who: Vec<String> = shown.spec.send_to.iter().map(|name| title(shown, name)).collect();
            let who = who.join(", ");
            let hint = format!("For: {who}. It stands on their own page until they say that they have read it");
            Some(Ask::Text(Field::new(name, "The words of the notice").value(value).hint(hint)))
        }
        Evidence::Choice => line("Which was chosen?"),
        Evidence::Certificate => line("Number of the certificate, with the serial numbers it names"),
        Evidence::Receipt => line("Number of the receipt"),
        Evidence::Minute => line("The minute: which body, on which day, which reference"),
        Evidence::Report => line("The report: what it is called and where it is kept"),
        Evidence::Measured if shown.spec.measured.is_none() => line("The value that was measured"),
        Evidence::Signature => Some(tick(&name, "Your signature", "I sign this in my name", of.posted)),
        Evidence::SignOff => {
            Some(tick(&name, "Your signature under the report", "I sign the report in my name", of.posted))
        }
        Evidence::Read => {
            let who = if shown.spec.send_to.is_empty() { &shown.spec.owner } else { &shown.spec.send_to };
            let who = who.iter().map(|name| Choice::new(name.to_string(), title(shown, name))).collect();
            ticks(("read_by", "Who has read it?"), who, of.posted)
        }
        Evidence::Measured | Evidence::Decisions | Evidence::Countersignature => None,
    }
}

fn tick(name: &str, label: &str, text: &str, posted: &Posted) -> Ask {
    let choice = Choice { chosen: posted.get(name) == "yes", ..Choice::new("yes", text) };
    Ask::Ticks(Field::new(name.to_owned(), label).choices(vec![choice]))
}

fn ticks((name, label): (&'static str, &str), mut choices: Vec<Choice>, posted: &Posted) -> Option<Ask> {
    let chosen = posted.all(name);
    for choice in &mut choices {
        choice.chosen = chosen.contains(&choice.value.as_str());
    }
    (!choices.is_empty()).then(|| {
        let mut field = Field::new(name, label);
        field.choices = choices;
        Ask::Ticks(field)
    })
}

fn title(shown: &TaskShown, name: &Name) -> String {
    shown
        .roles
        .iter()
        .find(|(known, _)| known == name)
        .map_or_else(|| name.replace('-', " "), |(_, title)| title.clone())
}

/// A decision for each of the list, and its reason.
fn decisions(shown: &TaskShown, posted: &Posted) -> Vec<Ask> {
    let Some(each) = &shown.spec.decide_each else { return Vec::new() };
    let asked = shown.decide.iter().flat_map(|(id, name)| {
        let (decision, reason) = (format!("d-{id}"), format!("r-{id}"));
        let chosen = posted.get(&decision);
        let answer = |answer: &Name| Choice {
            chosen: chosen == &**answer,
            ..Choice::new(answer.to_string(), answer.replace('-', " "))
        };
        let answers = each.answers.iter().map(answer).collect();
        let choose = Ask::Radios(Field::new(decision, name.clone()).choices(answers));
        let why = Field::new(reason.clone(), format!("Why, for {name}?")).value(posted.word(&reason));
        std::iter::once(choose).chain((!each.reason.is_empty()).then_some(Ask::Line(why)))
    });
    asked.collect()
}

/// What was answered, as the engine reads it; `files` are names of files by their field.
pub(super) fn read(
    shown: &TaskShown,
    posted: &Posted,
    files: &BTreeMap<String, String>,
) -> Result<BTreeMap<Name, Value>, Vec<(&'static str, String)>> {
    let mut out = BTreeMap::new();
    let mut mistakes = Vec::new();
    match date_of(posted, "on") {
        Ok(on) => drop(on.map(|on| out.insert(Name::from("on"), Value::Date(on)))),
        Err(why) => mistakes.push(("on", why)),
    }
    match posted.word("count").parse::<i64>() {
        Ok(count) => drop(out.insert(Name::from("count"), Value::Int(count))),
        Err(_) if posted.word("count").is_empty() => {}
        Err(_) => mistakes.push(("count", "Write how many as a number".to_owned())),
    }
    for kind in Evidence::ALL {
        let given = match posted.word(&format!("e-{kind}")) {
            yes if yes == "yes" && matches!(kind, Evidence::Signature | Evidence::SignOff) => Some(Value::Bool(true)),
            text if text.is_empty() && *kind == Evidence::Notice => {
                shown.texts.iter().find(|text| **text == posted.get(TEXT)).map(Value::text)
            }
            text if text.is_empty() => files.get(&format!("f-{kind}")).map(Value::text),
            text => Some(Value::text(text)),
        };
        out.extend(given.map(|given| (Name::from(kind.name()), given)));
    }
    for name in ["with", "sent_to", "read_by"] {
        let chosen: Vec<Value> = posted.all(name).into_iter().map(Value::text).collect();
        if !chosen.is_empty() {
            out.insert(Name::from(name), Value::List(chosen.into()));
        }
    }
    let items: BTreeMap<Name, Value> = shown
        .spec
        .checklist
        .iter()
        .filter_map(|item| Some((item.name.clone(), item_of(item, posted, files)?)))
        .collect();
    if !items.is_empty() {
        out.insert(Name::from("items"), Value::Map(items.into()));
    }
    out.extend(decided(shown, posted).map(|rows| (Name::from("decisions"), rows)));
    out.extend(entries(shown, posted).map(|list| (Name::from("entries"), list)));
    if mistakes.is_empty() { Ok(out) } else { Err(mistakes) }
}

fn item_of(item: &CheckItem, posted: &Posted, files: &BTreeMap<String, String>) -> Option<Value> {
    let name = format!("i-{}", item.name);
    let mut map = BTreeMap::new();
    let answer = posted.word(&name);
    if !answer.is_empty() {
        map.insert(Name::from("answer"), Value::text(answer));
    }
    for kind in &item.evidence {
        let text = posted.word(&format!("{name}-{kind}"));
        let shown = files.get(&format!("f-{name}-{kind}")).cloned().or((!text.is_empty()).then_some(text));
        map.extend(shown.map(|shown| (Name::from(kind.name()), Value::text(shown))));
    }
    (!map.is_empty()).then(|| Value::Map(map.into()))
}

fn decided(shown: &TaskShown, posted: &Posted) -> Option<Value> {
    let rows = shown.decide.iter().filter_map(|(id, _)| {
        let answer = posted.word(&format!("d-{id}"));
        let row = BTreeMap::from([
            (Name::from("entry"), Value::Ref(*id)),
            (Name::from("answer"), Value::text(&answer)),
            (Name::from("reason"), Value::text(posted.word(&format!("r-{id}")))),
        ]);
        (!answer.is_empty()).then(|| Value::Map(row.into()))
    });
    let rows: Vec<Value> = rows.collect();
    (!rows.is_empty()).then(|| Value::List(rows.into()))
}

/// The thing of the page and the others that were ticked.
fn entries(shown: &TaskShown, posted: &Posted) -> Option<Value> {
    let ticked = posted.all("also");
    let known = shown.together.iter().map(|(id, _)| *id).filter(|id| ticked.contains(&id.to_string().as_str()));
    let others: Vec<EntryId> = known.collect();
    let (own, _) = shown.task.about.as_ref()?;
    let all = std::iter::once(*own).chain(others.iter().copied()).map(Value::Ref).collect::<Vec<_>>();
    (!others.is_empty()).then(|| Value::List(all.into()))
}
