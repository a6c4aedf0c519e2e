//! How an agreement stands (specification §6, row *agreement*): for a clause without article *kept*, with one *told*.

use super::super::record::Row;
use super::super::telling::Course;
use super::super::{clock, passed};
use super::paper::{Paper, Papers, papers};
use super::signature::{Signatures, Signed, Wanted};
use super::signer::{Signer, Signers, signers};
use crate::compiled::CompiledControl;
use crate::judge::{Ctx, Judged, Judgement};
use jiff::Timestamp;
use schoolkeeper_core::control::Agreement;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::standing::{KnownBy, Missing, Standing};

/// People named in one message at most.
const NAMES_MAX: usize = 3;

/// What is asked of everybody.
#[derive(Clone, Copy)]
struct Question<'a> {
    ctx: Ctx<'a>,
    control: &'a CompiledControl,
    spec: &'a Agreement,
    article: Option<&'a str>,
    good: Standing,
    known_by: KnownBy,
}

/// For clauses without an article: the whole audience signed what counts now. Subjects are the people; with `per`
/// the entries; with `document = "each …"` the documents, so that a clause may be about one of them.
pub fn judge(ctx: Ctx<'_>, control: &CompiledControl, spec: &Agreement) -> Judged {
    let enforced = !spec.blocks.is_empty() && passed(ctx, control);
    let known_by = if enforced { KnownBy::Enforced } else { KnownBy::Signed };
    answer(Question { ctx, control, spec, article: None, good: Standing::Kept, known_by })
}

/// For a clause with an article: the same over signatures whose version holds that article gives *told*.
pub fn judge_article(ctx: Ctx<'_>, control: &CompiledControl, spec: &Agreement, clause: &str) -> Judged {
    let known_by = KnownBy::Signed;
    answer(Question { ctx, control, spec, article: Some(clause), good: Standing::Told, known_by })
}

fn answer(question: Question<'_>) -> Judged {
    let Question { ctx, control, spec, .. } = question;
    let papers = papers(ctx, control, spec);
    let signers = signers(ctx, spec, &audience_of(question));
    let signatures = Signatures::read(ctx, control, spec);
    let mut all = Vec::new();
    for paper in &papers.found {
        if let Some(missing) = lacks_article(question, paper) {
            all.push(Judgement::missing(missing));
            continue;
        }
        let one = |signer: &Signer| judge_signer(question, &signatures, paper, signer);
        let judged: Vec<Judgement> = signers.found.iter().map(one).collect();
        match paper.entry {
            Some(document) if papers.each => all.extend(of_document(question, document, &judged)),
            _ => all.extend(judged),
        }
    }
    all.push(whole(question, &papers, &signers, all.is_empty()));
    Judged::of(all)
}

fn audience_of(question: Question<'_>) -> Vec<Name> {
    let clauses = &question.ctx.pack.pack.clauses;
    let clause = clauses.iter().find(|clause| Some(&**clause.id.get_ref()) == question.article);
    clause.and_then(|clause| clause.article.as_ref()).map_or_else(Vec::new, |article| article.audience.clone())
}

/// The current version must hold the article, or nobody can have been told.
fn lacks_article(question: Question<'_>, paper: &Paper) -> Option<Missing> {
    let article = question.article.filter(|_| paper.entry.is_none())?;
    match &paper.current().articles {
        Some(articles) if articles.iter().any(|id| &**id == article) => None,
        Some(_) => Some(Missing::Publication { control: question.control.control.id.clone() }),
        None => Some(Missing::Field { register: Name::from("publication"), field: Name::from("articles") }),
    }
}

/// The control as a whole: who and what is to be signed must be known.
fn whole(question: Question<'_>, papers: &Papers, signers: &Signers, nobody: bool) -> Judgement {
    let until = clock::earlier(papers.until, signers.until);
    let mut missing = papers.missing.clone();
    missing.extend(signers.missing.iter().cloned());
    let standing = match (missing.is_empty(), nobody) {
        (false, _) => Standing::Unknown,
        (true, true) => question.good,
        // The people decide; this only says until when they are all.
        (true, false) => Standing::None,
    };
    let known_by = (standing == question.good).then_some(question.known_by);
    Judgement { known_by, missing, ..Judgement::whole(standing) }.until(until)
}

fn judge_signer(question: Question<'_>, signatures: &Signatures<'_>, paper: &Paper, signer: &Signer) -> Judgement {
    let Question { ctx, spec, article, .. } = question;
    let register = ctx.world.schemas.index("person").unwrap_or_default();
    let person = Row::at(ctx.world, register, signer.person);
    let subject = signer.entry.unwrap_or((register, signer.person));
    let of = |standing| Judgement::of(subject.0, subject.1, standing);
    let unknown = |missing| Judgement { missing, ..of(Standing::Unknown) };
    if !signer.unknown.is_empty() {
        return unknown(signer.unknown.clone());
    }
    let entry = signer.entry.map(|(register, row)| ctx.world.table(register).rows[row].id);
    let found = match signatures.find(ctx, spec, Wanted { paper, person: person.id(), entry, article }) {
        Ok(found) => found,
        Err(missing) => return unknown(vec![missing]),
    };
    if found.at.is_some() {
        return of(question.good).known_by(question.known_by).until(found.ends);
    }
    let from = asked_from(question, paper, signer, found.ends);
    let due = match due(ctx, spec, from) {
        Ok(due) => due,
        Err(missing) => return unknown(vec![missing]),
    };
    let late = due <= ctx.world.now;
    let what = article.map_or_else(String::new, |article| format!(" a version with {article}"));
    Judgement {
        since: Some(if late { due } else { from }),
        due_at: Some(due),
        due_on: Some(clock::last_day(ctx, due)),
        message: Some(format!("{} has not signed{what}: {}", person.name(), question.control.control.title)),
        valid_until: clock::ahead(ctx, Some(due)),
        ..of(if late { Standing::Broken } else { Standing::Due }).known_by(KnownBy::Signed)
    }
}

/// The later of publication, the person's first day, the entry's beginning, the control's, and the last renewal.
fn asked_from(question: Question<'_>, paper: &Paper, signer: &Signer, ended: Option<Timestamp>) -> Timestamp {
    let in_force = question.ctx.world.in_force_since.get(&question.control.control.id).copied();
    let published = paper.asked_since(question.article);
    [signer.since, in_force, ended].into_iter().flatten().fold(published, Timestamp::max)
}

/// Without `within` an agreement is asked for at once.
fn due(ctx: Ctx<'_>, spec: &Agreement, from: Timestamp) -> Result<Timestamp, Missing> {
    spec.within.as_ref().map_or(Ok(from), |within| clock::deadline(ctx, within, from))
}

/// One judgement for a document: the worst of its people, with the first of those who have not signed.
fn of_document(question: Question<'_>, document: EntryId, judged: &[Judgement]) -> Option<Judgement> {
    let (register, row) = question.ctx.world.find(document)?;
    let until = judged.iter().filter_map(|one| one.valid_until).min();
    let worst = judged.iter().map(|one| one.standing).max().unwrap_or(question.good);
    let those: Vec<&Judgement> = judged.iter().filter(|one| one.standing == worst).collect();
    let mut messages: Vec<&str> = those.iter().filter_map(|one| one.message.as_deref()).take(NAMES_MAX).collect();
    let more = format!("and {} more", those.len().saturating_sub(NAMES_MAX));
    if those.len() > NAMES_MAX {
        messages.push(&more);
    }
    Some(Judgement {
        known_by: Some(question.known_by),
        since: those.iter().filter_map(|one| one.since).min(),
        due_at: those.iter().filter_map(|one| one.due_at).min(),
        due_on: those.iter().filter_map(|one| one.due_on).min(),
        message: (!messages.is_empty()).then(|| messages.join("; ")),
        missing: those.iter().flat_map(|one| one.missing.iter().cloned()).collect(),
        valid_until: until,
        ..Judgement::of(register, row, worst)
    })
}

/// One person before one thing to sign.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Who, and for which entry.
    pub signer: Signer,
    /// The document, when it is an entry.
    pub paper: Option<EntryId>,
    /// The version that is signed now.
    pub version: Name,
    /// What was signed of it.
    pub signed: Signed,
    /// Since when it is asked for.
    pub from: Timestamp,
    /// First instant that is too late; not known when the calendar cannot say.
    pub due: Option<Timestamp>,
}

impl Line {
    /// Nobody can say whether they must sign, or whether what they signed counts.
    pub fn is_unknown(&self) -> bool {
        !self.signer.unknown.is_empty()
    }
}

/// Everybody who must sign, or of whom it is not known, before everything published.
pub fn roll(ctx: Ctx<'_>, control: &CompiledControl, spec: &Agreement) -> Vec<Line> {
    let question = Question { ctx, control, spec, article: None, good: Standing::Kept, known_by: KnownBy::Signed };
    let signatures = Signatures::read(ctx, control, spec);
    let register = ctx.world.schemas.index("person").unwrap_or_default();
    let (papers, signers) = (papers(ctx, control, spec), signers(ctx, spec, &[]));
    let mut out = Vec::new();
    for paper in &papers.found {
        for signer in &signers.found {
            let mut signer = signer.clone();
            let person = Row::at(ctx.world, register, signer.person).id();
            let entry = signer.entry.map(|(register, row)| ctx.world.table(register).rows[row].id);
            let found = signatures.find(ctx, spec, Wanted { paper, person, entry, article: None });
            let signature = found.unwrap_or_else(|missing| {
                signer.unknown.push(missing);
                Signed::default()
            });
            let ended = signature.ends.filter(|ends| *ends <= ctx.world.now);
            let from = asked_from(question, paper, &signer, ended);
            let (paper, version) = (paper.entry, paper.current().name.clone());
            out.push(Line { signer, paper, version, signed: signature, from, due: due(ctx, spec, from).ok() });
        }
    }
    out
}

/// What tellings are counted from: one course for each person and paper.
pub(super) fn courses(ctx: Ctx<'_>, control: &CompiledControl, spec: &Agreement) -> Vec<Course> {
    let register = ctx.world.schemas.index("person").unwrap_or_default();
    let known = roll(ctx, control, spec).into_iter().filter(|line| !line.is_unknown());
    let course = known.map(|line| Course {
        entry: Some(Row::at(ctx.world, register, line.signer.person).id()),
        opened: Some(line.from),
        due: line.due,
        closed: line.signed.at,
        ..Course::default()
    });
    course.collect()
}
