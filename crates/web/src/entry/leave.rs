//! Taking an entry out of the lists, with a reason and a page of its own; putting it back.

use super::{There, entry_of};
use crate::error::Error;
use crate::form::{Field, Form, Posted};
use crate::frame::{Frame, Link};
use crate::register::framed;
use crate::session::{Signed, told};
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use schoolkeeper_app::entry::{EntryAt, Left, Version, is_kept};

#[derive(Template)]
#[template(path = "entry/remove.html")]
struct RemovePage {
    frame: Frame,
    form: Form,
    heading: String,
    kept: String,
    why: Field,
    version: i64,
    action: String,
    cancel: String,
}

/// GET /school/{school}/records/{register}/{entry}/remove
pub async fn ask_remove(State(app): State<App>, signed: Signed, Path(there): Path<There>) -> Result<Response, Error> {
    let at = to_leave(&app, &signed, &there).await?;
    show(&app, &signed, &at, (String::new(), None)).await
}

/// POST /school/{school}/records/{register}/{entry}/remove
pub async fn remove(
    State(app): State<App>,
    signed: Signed,
    Path(there): Path<There>,
    posted: Posted,
) -> Result<Response, Error> {
    let at = to_leave(&app, &signed, &there).await?;
    let why = posted.word("why");
    let of = (&*at.register.id, at.id(), version(&posted));
    match app.house.remove_entry(&signed.actor, &at.school, (of, &why)).await? {
        Left::Done => {
            let words = format!("{} removed. It can be put back here.", at.register.title);
            Ok(told(&app, &urls::entry(&at.school.slug, &at.register.id, at.id()), &words))
        }
        Left::Mistake(mistake) => show(&app, &signed, &at, (why, Some(mistake))).await,
        Left::MovedOn => show(&app, &signed, &at, (why, Some(MOVED_ON.to_owned()))).await,
    }
}

/// POST /school/{school}/records/{register}/{entry}/restore
pub async fn restore(
    State(app): State<App>,
    signed: Signed,
    Path(there): Path<There>,
    posted: Posted,
) -> Result<Response, Error> {
    let at = entry_of(&app, &signed, &there).await?;
    let of = (&*at.register.id, at.id(), version(&posted));
    let words = match app.house.restore_entry(&signed.actor, &at.school, of).await? {
        Left::Done => format!("{} is back.", at.register.title),
        Left::Mistake(mistake) => mistake,
        Left::MovedOn => MOVED_ON.to_owned(),
    };
    Ok(told(&app, &urls::entry(&at.school.slug, &at.register.id, at.id()), &words))
}

/// Said when somebody else was faster.
pub(super) const MOVED_ON: &str =
    "Somebody else changed this record meanwhile, so nothing was changed. Look at it again";

pub(super) fn version(posted: &Posted) -> Version {
    Version(posted.word("version").parse().unwrap_or_default())
}

async fn to_leave(app: &App, signed: &Signed, there: &There) -> Result<EntryAt, Error> {
    let at = entry_of(app, signed, there).await?;
    if is_kept(&at.register) && at.whole.left_at.is_none() { Ok(at) } else { Err(Error::Missing) }
}

async fn show(
    app: &App,
    signed: &Signed,
    at: &EntryAt,
    (why, mistake): (String, Option<String>),
) -> Result<Response, Error> {
    let name = app.house.entry_title(at).await?;
    let hint = "It stays in the history. Leave names of pupils out";
    let why = Field { error: mistake, ..Field::new("why", "Why is it removed?").hint(hint).value(why) };
    let form = Form::of(signed.csrf(), &[&why]);
    let heading = format!("Remove {name}");
    let cancel = urls::entry(&at.school.slug, &at.register.id, at.id());
    let back = Link { text: "Back".to_owned(), href: cancel.clone() };
    let kept = at.register.keep.as_ref().map(|keep| format!("It is kept for {} and then erased.", keep.span));
    let page = RemovePage {
        frame: Frame { back: Some(back), ..framed(app, signed, &at.school, &heading).await? }.faulty(&form),
        kept: kept.unwrap_or_default(),
        version: at.whole.entry.version,
        action: urls::entry_act(&at.school.slug, &at.register.id, (at.id(), "remove")),
        heading,
        why,
        cancel,
        form,
    };
    Ok(page.form.answer(page.render()?))
}
