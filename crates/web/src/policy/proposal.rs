//! A change of the policy sent for approval: asked on the page of what would change, answered on a page of its own.

use super::change::{again, proposal, show};
use super::impact::{Shown, shown};
use super::reading::frame;
use crate::agreement::{answer_fields, approved};
use crate::error::Error;
use crate::form::{Choice, Field, Form, Posted};
use crate::frame::{Frame, Link};
use crate::session::{Signed, told};
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use schoolkeeper_app::agreement::Answer;
use schoolkeeper_app::change::{Looked, Proposal, ProposalState, Proposed};
use schoolkeeper_app::{Standpoint, dates, shipped, view::chapter};
use schoolkeeper_core::id::{EntryId, Name};
use uuid::Uuid;

#[derive(Template)]
#[template(path = "policy/proposal.html")]
struct ProposalPage {
    frame: Frame,
    form: Form,
    what: String,
    lead: String,
    note: String,
    says: Option<String>,
    looked: Option<Shown>,
    working: Option<String>,
    gone: bool,
    compare: Option<String>,
    again: String,
    minute: Field,
    back: Field,
    asks: bool,
    adopt: Option<String>,
    action: String,
}

/// What is asked where a change is sent for approval.
pub(super) struct Ask {
    /// Where it goes.
    pub action: String,
    /// Who is asked.
    pub role: Field,
    /// A word with it.
    pub note: Field,
    /// Those that were sent already: how far they are, and the page of each.
    pub sent: Vec<(String, Link)>,
}

impl Ask {
    /// The question for a change that was looked at; `None` where nobody could be asked.
    pub async fn of(
        app: &App,
        signed: &Signed,
        at: &Standpoint,
        (change, posted, mistakes): (&Proposal, &Posted, &[(&'static str, String)]),
    ) -> Result<Option<Self>, Error> {
        let (sent, roles) = app.house.approvals_of_change(&signed.actor, at, change).await?;
        let sent = sent.iter().map(|one| {
            let text = format!("What {} was asked", one.role);
            (says(one), Link { text, href: urls::proposal(&at.school.slug, one.id) })
        });
        let sent: Vec<(String, Link)> = sent.collect();
        if roles.is_empty() && sent.is_empty() {
            return Ok(None);
        }
        let choices = roles.iter().map(|(name, title)| Choice::new(&**name, title.as_str())).collect();
        let role = Field::new("role", "Who approves it?").choices(choices).value(posted.get("role")).check(mistakes);
        let note = Field::new("note", "A word with it (optional)").hint("No names of people").value(posted.get("note"));
        let action = format!("{}/ask", urls::change(&at.school.slug, at.pack_id()));
        Ok(Some(Self { action, role, note: note.check(mistakes), sent }))
    }
}

/// How far one is, in a sentence.
fn says(one: &Proposed) -> String {
    match &one.state {
        ProposalState::Waiting => {
            format!("{} was asked on {} and has not answered yet.", one.role, dates::long(one.on))
        }
        ProposalState::Approved(answer) => approved(answer),
        ProposalState::SentBack(Answer { by, on, words }) => {
            format!("{by}, sent it back on {}: {words}", dates::long(*on))
        }
    }
}

/// What a change says, in words: `Passwords, version 2; Longest age: 30 days`.
fn what(at: &Standpoint, change: &Proposal) -> String {
    let title = &at.pack.pack.head.title;
    let with = change.with.as_ref().map(|with| {
        let known = shipped::heads().iter().find(|head| head.id == *with);
        known.map_or_else(
            || format!("What you write: {title}"),
            |head| format!("{}, version {}", head.title, head.version),
        )
    });
    let numbers = change.numbers.iter().map(|(name, value)| {
        let asks = chapter::asks(&at.pack.pack, &Name::from(&**name));
        format!("{} {value}", if asks.ends_with('?') { asks } else { format!("{asks}:") })
    });
    let parts: Vec<String> = with.into_iter().chain(numbers).collect();
    let all = if change.with.is_some() { parts.join("; ") } else { format!("{title}: {}", parts.join("; ")) };
    all.chars().take(300).collect()
}

/// POST /school/{school}/policy/{pack}/change/ask
pub async fn ask(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Error> {
    let at = app.house.standpoint(&signed.actor, &school, &pack).await?;
    let change = proposal(&at, &posted);
    let said = (posted.get("role"), posted.get("note"));
    let sent = app.house.send_for_approval(&signed.actor, &at, (&change, &what(&at, &change)), said).await;
    let why = match sent {
        Ok(Ok(())) => {
            let back = format!("{}{}", urls::change(&school, &pack), again(&posted));
            return Ok(told(&app, &back, "Sent. Whoever decides finds it on My page"));
        }
        Ok(Err(why)) | Err(schoolkeeper_app::Error::Refused(why)) => why,
        Err(error) => return Err(error.into()),
    };
    let field = if why.contains("characters") { "note" } else { "role" };
    show(&app, &signed, &at, (&posted, Some((field, why)))).await
}

/// GET /school/{school}/proposal/{proposal}
pub async fn page(
    State(app): State<App>,
    signed: Signed,
    Path((school, id)): Path<(String, String)>,
) -> Result<Response, Error> {
    let (at, found) = find(&app, &signed, (&school, &id)).await?;
    shows(&app, &signed, (&at, &found), (&Posted::default(), None)).await
}

/// POST of the same
pub async fn answer(
    State(app): State<App>,
    signed: Signed,
    Path((school, id)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Error> {
    let (at, found) = find(&app, &signed, (&school, &id)).await?;
    let yes = posted.get("step") == "yes";
    let words = posted.word(if yes { "minute" } else { "back" });
    match app.house.answer_proposed(&signed.actor, (&at, &found), (yes, &words)).await? {
        Ok(()) if yes => Ok(told(&app, &urls::mine(), "Approved. Whoever asked is told")),
        Ok(()) => Ok(told(&app, &urls::mine(), "Sent back. Whoever asked is told")),
        Err(why) => shows(&app, &signed, (&at, &found), (&posted, Some((yes, why)))).await,
    }
}

type Found = (std::sync::Arc<Standpoint>, Proposed);

async fn find(app: &App, signed: &Signed, (school, id): (&str, &str)) -> Result<Found, Error> {
    let school = app.house.school_at(&signed.actor, school).await?;
    let id = EntryId(id.parse::<Uuid>().map_err(|_| Error::Missing)?);
    let found = app.house.proposed(&signed.actor, &school, id).await?;
    let at = app.house.standpoint(&signed.actor, &school.slug, &found.pack).await?;
    Ok((at, found))
}

async fn shows(
    app: &App,
    signed: &Signed,
    (at, found): (&Standpoint, &Proposed),
    (posted, fault): (&Posted, Option<(bool, String)>),
) -> Result<Response, Error> {
    let looked = app.house.look_at_proposed(at, found).await?;
    let gone = looked.is_none();
    let (looked, working) = match looked {
        Some(Looked::Done(impact)) => (Some(shown(at, &impact, posted)), None),
        Some(Looked::Working(done, of)) => (None, Some(format!("Working: {done} of {of} schools."))),
        None => (None, None),
    };
    let [minute, back] = answer_fields(posted, fault);
    let form = Form::of(signed.csrf(), &[&minute, &back]);
    let (slug, with) = (&at.school.slug, &found.proposal.with);
    let asked = with.iter().map(|with| ("with".to_owned(), with.clone()));
    let numbers = found.proposal.numbers.iter().map(|(name, value)| (format!("n-{name}"), value.clone()));
    let change = Posted::new(asked.chain(numbers).collect());
    let may_adopt = app.house.scope_at(&signed.actor, "policy.adopt", &at.school).await.is_ok();
    let adopt = may_adopt.then(|| format!("{}{}", urls::change(slug, at.pack_id()), again(&change)));
    let here = urls::proposal(slug, found.id);
    let page = ProposalPage {
        frame: frame(at, &format!("Approve a change: {}", found.what))
            .signed(signed)
            .back("My page", urls::mine())
            .faulty(&form),
        what: found.what.clone(),
        lead: format!("{} asks {}, on {}.", found.asked_by, found.role, dates::long(found.on)),
        note: found.note.clone(),
        says: (!found.is_mine).then(|| says(found)),
        compare: with.as_ref().filter(|_| !gone).map(|with| urls::compare(slug, at.pack_id(), with)),
        adopt: adopt.filter(|_| !gone),
        asks: found.is_mine,
        again: here.clone(),
        action: here,
        looked,
        working,
        gone,
        minute,
        back,
        form,
    };
    Ok(page.form.answer(page.render()?))
}
