//! Words the policy explains, the laws it rests on, its aims, and the documents it leans on.

use super::reading::frame;
use crate::frame::{Frame, Link};
use crate::session::Signed;
use crate::{App, error::Error, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;
use schoolkeeper_app::view::{self, Line, Tally};
use schoolkeeper_app::{Standpoint, dates};
use schoolkeeper_core::clause::{Clause, Law};
use schoolkeeper_core::id::Name;

#[derive(Template)]
#[template(path = "policy/glossary.html")]
struct GlossaryPage {
    frame: Frame,
    words: Vec<Explained>,
    aims: Vec<Explained>,
    laws: Vec<Explained>,
    companions: Vec<Explained>,
}

/// One word, law, aim or document with the statements that name it.
struct Explained {
    title: String,
    text: String,
    statements: Vec<Link>,
}

/// GET /school/{school}/policy/{pack}/glossary
pub async fn glossary(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack)): Path<(String, String)>,
) -> Result<Html<String>, Error> {
    let at = app.house.standpoint(&signed.actor, &school, &pack).await?;
    let policy = &at.pack.pack;
    let mut words: Vec<Explained> = policy
        .terms
        .iter()
        .map(|term| explained(&at, (&term.word, term.means.clone()), |clause| clause.terms.contains(&term.id)))
        .collect();
    words.sort_by_key(|word| word.title.to_lowercase());
    let lines = view::lines(policy, &at.outcome);
    let aims = policy.aims.iter().map(|aim| {
        let serves = |clause: &Clause| clause.aims.contains(&aim.id);
        explained(&at, (&aim.text, met(&lines, serves)), serves)
    });
    let laws = policy
        .laws
        .iter()
        .map(|law| explained(&at, (&law.title, times(&policy.laws, law)), |one| one.laws.contains(&law.id)));
    let companions = policy.companions.iter().map(|other| {
        let owner = other.owner.as_ref().map_or_else(String::new, |name| kept_by(&at, name));
        explained(&at, (&other.title, owner), |one| one.companions.contains(&other.id))
    });
    let page = GlossaryPage {
        frame: frame(&at, "Words, laws and other documents")
            .signed(&signed)
            .back("Back to the contents", urls::read(&school, &pack)),
        aims: aims.collect(),
        laws: laws.collect(),
        companions: companions.collect(),
        words,
    };
    Ok(Html(page.render()?))
}

/// How many of the statements that serve an aim are met.
fn met(lines: &[Line<'_>], serves: impl Fn(&Clause) -> bool) -> String {
    let outcomes = lines.iter().filter(|line| serves(line.clause)).map(|line| line.outcome);
    let tally = Tally::of(outcomes.map(|outcome| (outcome.standing, outcome.none_because)));
    if tally.counted() == 0 {
        return String::new();
    }
    format!("{} of {} statements are met.", tally.kept, tally.counted())
}

fn kept_by(at: &Standpoint, owner: &Name) -> String {
    format!("Kept by: {}", at.role_title(owner))
}

fn explained(at: &Standpoint, (title, text): (&str, String), names: impl Fn(&Clause) -> bool) -> Explained {
    let clauses = at.pack.pack.clauses.iter().filter(|clause| names(clause));
    let link = |clause: &Clause| Link {
        text: clause.id.get_ref().to_string(),
        href: urls::statement(&at.school.slug, at.pack_id(), clause.id.get_ref()),
    };
    Explained { title: title.to_owned(), text, statements: clauses.map(link).collect() }
}

/// `In force from 25 May 2018, until …; replaced by …`
fn times(laws: &[Law], law: &Law) -> String {
    let from = law.from.map(|day| format!("In force from {}", dates::long(day)));
    let to = law.to.map(|day| format!("until {}", dates::long(day)));
    let after = law.replaced_by.as_ref().and_then(|id| laws.iter().find(|other| other.id == *id));
    let after = after.map(|other| format!("replaced by {}", other.title));
    [from, to, after].into_iter().flatten().collect::<Vec<_>>().join(", ")
}
