//! Exports of exactly what a page shows, as CSV.

use crate::ledger::HistoryLine;
use crate::outcome::Problem;
use crate::role::{HeldState, Holder, RoleEntry, RoleLine};
use crate::view::Tally;
use crate::view::across::SchoolAt;
use crate::{Across, Error, Standpoint};

/// Problems, one a line.
pub fn problems(at: &Standpoint, problems: &[Problem]) -> Result<Vec<u8>, Error> {
    let causes = at.causes();
    let rows = problems.iter().map(|problem| {
        let cause = causes.iter().find(|cause| cause.control == problem.control);
        let doubt = at.doubts.iter().find(|one| one.is_about(at.pack_id(), (&problem.control, problem.entry)));
        let statements: Vec<&str> =
            at.pack.pack.clauses_of(&problem.control).map(|clause| &**clause.id.get_ref()).collect();
        vec![
            problem.message.clone(),
            crate::words::standing(problem.standing).tag.clone(),
            problem.since.to_string(),
            problem.due_at.map_or_else(String::new, |due| due.to_string()),
            statements.join(" "),
            problem.control.to_string(),
            cause.map_or_else(String::new, |cause| cause.owner.clone()),
            date(doubt.and_then(|one| one.new.look_by)),
        ]
    });
    table(&["Problem", "Status", "Since", "Until", "Statements", "Check", "Owner", "Being looked at until"], rows)
}

/// Where every school stands: all of it a line each, then one section of one school a line.
pub fn across(across: &Across) -> Result<Vec<u8>, Error> {
    let line = |[school, policy, section]: [&str; 3], tally: &Tally| -> Vec<String> {
        let counts =
            [tally.broken, tally.unknown, tally.due, tally.kept, tally.told, tally.not_started, tally.not_here];
        [school, policy, section].map(str::to_owned).into_iter().chain(counts.map(|count| count.to_string())).collect()
    };
    let words = ["School", "Policy", "Section", "Not met", "Not known yet", "Due", "Met", "For information"];
    let head: Vec<&str> = words.into_iter().chain(["Not started", "Does not apply here"]).collect();
    let whole = across.schools.iter().map(|school| line([&school.title, "", ""], &school.tally));
    let sections = across.sections.iter().flat_map(|section| {
        let here = |school: &SchoolAt| line([&school.title, &section.policy, &section.title], &school.tally);
        section.schools.iter().map(here)
    });
    table(&head, whole.chain(sections))
}

/// Tasks, one a line.
pub fn tasks(tasks: &[&crate::duty::Task]) -> Result<Vec<u8>, Error> {
    let rows = tasks.iter().map(|task| {
        let statements: Vec<&str> = task.clauses.iter().map(|id| &**id).collect();
        let about = task.about.as_ref().map_or("", |(_, name)| name);
        let late = if task.late { "late" } else { "in time" };
        let people = task.people.join(", ");
        let words = [&*task.title, about, &*task.owner, &*people, &statements.join(" ")].map(str::to_owned);
        [task.due.to_string(), late.to_owned()].into_iter().chain(words).collect()
    });
    table(&["Due", "Status", "Task", "For", "Whose", "People", "Statements"], rows)
}

/// Who has read a notice, one person a line.
pub fn readers(lines: &[crate::duty::ReaderLine]) -> Result<Vec<u8>, Error> {
    let rows =
        lines.iter().map(|line| vec![line.name.clone(), line.read.map_or_else(String::new, |on| on.to_string())]);
    table(&["Person", "Read on"], rows)
}

/// The figures of a report: each table under its heading, with its own columns.
pub(crate) fn report(report: &crate::duty::TaskReport) -> Result<Vec<u8>, Error> {
    let mut out = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for part in &report.parts {
        let heads = part.head.iter().map(|cell| (*cell).to_owned()).collect();
        let all = [vec![part.heading.to_owned(), part.lead.clone()], heads].into_iter().chain(part.rows.clone());
        for row in all {
            let cells = row.iter().map(|cell| safe(cell));
            out.write_record(cells).map_err(|error| Error::corrupt("the export", error))?;
        }
    }
    out.into_inner().map_err(|error| Error::corrupt("the export", error.to_string()))
}

/// What somebody leaves, one thing a line.
pub fn handover(leaving: &crate::handover::Leaving) -> Result<Vec<u8>, Error> {
    let parts = [("To hand over", &leaving.things), ("Goes with a role", &leaving.waits), ("Stays", &leaving.stays)];
    let rows = parts.into_iter().flat_map(|(part, things)| {
        things.iter().map(move |one| vec![part.to_owned(), one.kind.clone(), one.title.clone(), one.more.clone()])
    });
    table(&["Part", "Kind", "What", "More"], rows)
}

/// The history, one record a line.
pub(crate) fn history(lines: &[HistoryLine]) -> Result<Vec<u8>, Error> {
    let row = |line: &HistoryLine| {
        let words = [&line.who, &line.what, &line.details, &line.school].map(ToString::to_string);
        [line.index.to_string(), line.at.to_string()].into_iter().chain(words).collect()
    };
    table(&["Record", "When", "Who", "What", "Details", "School"], lines.iter().map(row))
}

/// Requests, one a line.
pub fn requests(lines: &[crate::request::RequestLine]) -> Result<Vec<u8>, Error> {
    let row = |line: &crate::request::RequestLine| {
        let state = if line.late { "late" } else { line.outcome.name() };
        let [title, who, more] = [&line.title, &line.asker, &line.more].map(ToString::to_string);
        let asked = line.asked_at.map_or_else(String::new, |at| at.to_string());
        vec![title, who, asked, state.to_owned(), more, line.days.to_string()]
    };
    table(&["For what", "Asked by", "Asked", "Status", "More", "Days"], lines.iter().map(row))
}

/// Incidents, one a line.
pub fn cases(lines: &[crate::case::CaseLine]) -> Result<Vec<u8>, Error> {
    let date = |at: Option<jiff::Timestamp>| at.map_or_else(String::new, |at| at.to_string());
    let row = |line: &crate::case::CaseLine| {
        let due = line.due.map_or_else(String::new, |due| due.to_string());
        let [title, who, more] = [&line.title, &line.reporter, &line.more].map(ToString::to_string);
        let practice = if line.practice { "yes" } else { "" }.to_owned();
        vec![title, line.stand.name().to_owned(), date(line.opened_at), date(line.closed_at), due, who, practice, more]
    };
    let head = ["Incident", "Status", "Opened", "Closed", "Due", "Reported by", "Practice", "More"];
    table(&head, lines.iter().map(row))
}

/// How many incidents of each kind there were, one count a line.
pub fn case_numbers(numbers: &crate::case::CaseNumbers) -> Result<Vec<u8>, Error> {
    let lines = numbers.kinds.iter().flat_map(|kind| {
        let whole = [kind.title.clone(), kind.year.clone(), String::new(), String::new(), kind.all.to_string()];
        let parts = kind.parts.iter().flat_map(move |(what, counts)| {
            counts.iter().map(move |(answer, count)| {
                [kind.title.clone(), kind.year.clone(), what.clone(), answer.clone(), count.to_string()]
            })
        });
        std::iter::once(whole).chain(parts)
    });
    table(&["Incident", "School year", "Question", "Answer", "How many"], lines.map(Vec::from))
}

/// Permissions, one a line.
pub fn grants(lines: &[crate::grant::GrantLine]) -> Result<Vec<u8>, Error> {
    let row = |line: &crate::grant::GrantLine| {
        let [title, person, things] = [&line.title, &line.person, &line.things.join("; ")].map(ToString::to_string);
        vec![title, person, things, date(line.from), date(line.until), line.holds.name().to_owned()]
    };
    table(&["Permission", "Given to", "For", "From", "Last day", "Status"], lines.iter().map(row))
}

/// What was sent, one a line.
pub fn sent(lines: &[crate::dispatch::SentItem]) -> Result<Vec<u8>, Error> {
    let row = |one: &crate::dispatch::SentItem| {
        let [what, whom, way] = [&one.contents, &one.recipient, &one.way].map(ToString::to_string);
        let number = one.number.clone().unwrap_or_default();
        let due = date(one.awaited.map(|(day, _)| day));
        vec![what, whom, way, date(one.on), date(one.arrived), due, number, one.state().name().to_owned()]
    };
    let head = ["Contents", "Recipient", "Way", "Sent", "Arrived", "Proof by", "Number", "Status"];
    table(&head, lines.iter().map(row))
}

/// Statements that were said not to apply here, one a line.
pub fn not_here(lines: &[crate::not_here::NotHereLine]) -> Result<Vec<u8>, Error> {
    let state = |line: &crate::not_here::NotHereLine| match line.state {
        crate::not_here::NotHereState::Asked => "waiting",
        crate::not_here::NotHereState::Holds => "does not apply here",
        crate::not_here::NotHereState::Over => "ended",
    };
    let row = |line: &crate::not_here::NotHereLine| {
        let [text, reason] = [&line.text, &line.reason].map(ToString::to_string);
        let [asked, again] = [line.asked_on, line.review_on].map(|day| day.to_string());
        vec![line.clause.to_string(), text, state(line).to_owned(), reason, line.said.join(" "), asked, again]
    };
    table(&["Statement", "Text", "Status", "Why", "Who", "Asked", "Look again"], lines.iter().map(row))
}

/// Roles, one line for each appointment and for each role nobody holds.
pub fn roles(lines: &[RoleLine]) -> Result<Vec<u8>, Error> {
    let row = |line: &RoleLine, holder: Option<&Holder>| {
        let one = holder.map(|holder| &holder.appointment);
        vec![
            line.title.clone(),
            holder.map_or_else(String::new, |holder| holder.name.clone()),
            holder.and_then(|holder| holder.site.clone()).unwrap_or_default(),
            date(one.and_then(|one| one.from)),
            date(one.and_then(|one| one.until)),
            if one.is_some_and(|one| one.deputy_of.is_some()) { "yes" } else { "" }.to_owned(),
            holder.and_then(|holder| holder.delegation.clone()).unwrap_or_default(),
        ]
    };
    let rows = lines.iter().flat_map(|line| match line.people.as_slice() {
        [] => vec![row(line, None)],
        people => people.iter().map(|holder| row(line, Some(holder))).collect(),
    });
    table(&["Role", "Person", "Site", "From", "Until", "Deputy", "Delegation"], rows)
}

/// Appointments, one a line, and the roles that nobody holds.
pub fn role_entries(lines: &[RoleEntry], state: impl Fn(HeldState) -> &'static str) -> Result<Vec<u8>, Error> {
    let row = |line: &RoleEntry| {
        let holder = line.holder.as_ref();
        let one = holder.map(|holder| &holder.appointment);
        vec![
            line.school.title.clone(),
            line.title.clone(),
            holder.map_or_else(String::new, |holder| holder.name.clone()),
            state(line.state).to_owned(),
            date(one.and_then(|one| one.from)),
            date(one.and_then(|one| one.until)),
            line.stands_in_for.clone().unwrap_or_default(),
            holder.and_then(|holder| holder.site.clone()).unwrap_or_default(),
            holder.and_then(|holder| holder.delegation.clone()).unwrap_or_default(),
        ]
    };
    let head = ["School", "Role", "Person", "State", "From", "Until", "Stands in for", "Site", "Delegation"];
    table(&head, lines.iter().map(row))
}

fn date(day: Option<jiff::civil::Date>) -> String {
    day.map_or_else(String::new, |day| day.to_string())
}

/// A table with its headings.
pub fn table(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Result<Vec<u8>, Error> {
    let mut out = csv::Writer::from_writer(Vec::new());
    let head = head.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
    for row in std::iter::once(head).chain(rows) {
        let cells = row.iter().map(|cell| safe(cell));
        out.write_record(cells).map_err(|error| Error::corrupt("the export", error))?;
    }
    out.into_inner().map_err(|error| Error::corrupt("the export", error.to_string()))
}

/// A cell a spreadsheet would run as a formula gets an apostrophe before it.
pub(crate) fn safe(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}
