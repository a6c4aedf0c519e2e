//! Saying something else of a file, taking it off its record with a reason, putting it back.

use super::upload::{keep_fields, kept_until};
use super::{File, file_of};
use crate::App;
use crate::error::Error;
use crate::form::{Field, Form, Posted};
use crate::frame::Frame;
use crate::register::framed;
use crate::role::parts;
use crate::session::{Signed, told};
use crate::urls;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use schoolkeeper_app::attachment::{Attached, Attachment, CAPTION_MAX};
use schoolkeeper_app::entry::EntryAt;

/// Said when somebody else was faster.
const MOVED_ON: &str = "Somebody else changed this file or its record meanwhile, so nothing was changed. Look again";

#[derive(Template)]
#[template(path = "attachment/change.html")]
struct ChangePage {
    frame: Frame,
    form: Form,
    heading: String,
    caption: Field,
    keep: Option<(Field, Field)>,
    version: i64,
    action: String,
    cancel: String,
}

#[derive(Template)]
#[template(path = "attachment/remove.html")]
struct RemovePage {
    frame: Frame,
    form: Form,
    heading: String,
    why: Field,
    version: i64,
    action: String,
    cancel: String,
}

/// GET /school/{school}/records/{register}/{entry}/attachment/{attachment}/change
pub async fn edit(State(app): State<App>, signed: Signed, Path(file): Path<File>) -> Result<Response, Error> {
    let (at, file) = to_change(&app, &signed, &file).await?;
    let mut known = vec![("caption".to_owned(), file.caption.clone())];
    if let Some(day) = file.keep_until {
        known.push(("keep".to_owned(), "until".to_owned()));
        let day = parts(Some(day));
        let named = ["day", "month", "year"].into_iter().zip(day.split('-'));
        known.extend(named.map(|(part, value)| (format!("until-{part}"), value.to_owned())));
    }
    show(&app, &signed, (&at, &file), (&Posted::new(known), &[])).await
}

/// POST /school/{school}/records/{register}/{entry}/attachment/{attachment}/change
pub async fn change(
    State(app): State<App>,
    signed: Signed,
    Path(file): Path<File>,
    posted: Posted,
) -> Result<Response, Error> {
    let (at, file) = to_change(&app, &signed, &file).await?;
    let mut mistakes = Vec::new();
    let keep_until = if file.field.is_some() { None } else { kept_until(&posted, &mut mistakes) };
    if !mistakes.is_empty() {
        return show(&app, &signed, (&at, &file), (&posted, &mistakes)).await;
    }
    let looked = looked_at(file, &posted);
    let done = app.house.change_attachment(&signed.actor, &at, (&looked, &posted.word("caption"), keep_until)).await?;
    match done {
        Attached::Mistakes(mistakes) => show(&app, &signed, (&at, &looked), (&posted, &mistakes)).await,
        done => Ok(ended(&app, &at, &done, "File changed.")),
    }
}

/// GET /school/{school}/records/{register}/{entry}/attachment/{attachment}/remove
pub async fn ask_remove(State(app): State<App>, signed: Signed, Path(file): Path<File>) -> Result<Response, Error> {
    let (at, file) = to_change(&app, &signed, &file).await?;
    ask(&app, &signed, (&at, &file), (&Posted::default(), &[])).await
}

/// POST /school/{school}/records/{register}/{entry}/attachment/{attachment}/remove
pub async fn remove(
    State(app): State<App>,
    signed: Signed,
    Path(file): Path<File>,
    posted: Posted,
) -> Result<Response, Error> {
    let (at, file) = to_change(&app, &signed, &file).await?;
    let looked = looked_at(file, &posted);
    match app.house.remove_attachment(&signed.actor, &at, (&looked, &posted.word("why"))).await? {
        Attached::Mistakes(mistakes) => ask(&app, &signed, (&at, &looked), (&posted, &mistakes)).await,
        done => Ok(ended(&app, &at, &done, "File taken off. It can be put back here for 30 days.")),
    }
}

/// POST /school/{school}/records/{register}/{entry}/attachment/{attachment}/restore
pub async fn restore(State(app): State<App>, signed: Signed, Path(file): Path<File>) -> Result<Response, Error> {
    let (at, file) = file_of(&app, &signed, &file).await?;
    let done = app.house.restore_attachment(&signed.actor, &at, &file).await?;
    Ok(ended(&app, &at, &done, "File put back."))
}

async fn to_change(app: &App, signed: &Signed, file: &File) -> Result<(EntryAt, Attachment), Error> {
    let (at, file) = file_of(app, signed, file).await?;
    let may = file.removed_at.is_none() && app.house.may_attach(&signed.actor, &at).await;
    if may { Ok((at, file)) } else { Err(Error::Missing) }
}

/// The file as it was when the form was shown.
fn looked_at(file: Attachment, posted: &Posted) -> Attachment {
    Attachment { version: posted.word("version").parse().unwrap_or_default(), ..file }
}

fn ended(app: &App, at: &EntryAt, done: &Attached, words: &str) -> Response {
    let words = if *done == Attached::MovedOn { MOVED_ON } else { words };
    told(app, &urls::entry(&at.school.slug, &at.register.id, at.id()), words)
}

async fn show(
    app: &App,
    signed: &Signed,
    (at, file): (&EntryAt, &Attachment),
    (posted, mistakes): (&Posted, &[(&'static str, String)]),
) -> Result<Response, Error> {
    let hint = format!("At most {CAPTION_MAX} characters. Leave names of pupils out");
    let caption = Field::new("caption", "What does it show? (optional)").hint(hint).value(posted.word("caption"));
    let caption = caption.check(mistakes);
    let [keep, until] = keep_fields(at, posted, mistakes);
    let keep = file.field.is_none().then_some((keep, until));
    let asked = [&caption].into_iter().chain(keep.iter().flat_map(|(keep, until)| [keep, until]));
    let form = Form::of(signed.csrf(), &asked.collect::<Vec<_>>());
    let heading = format!("Change what is said of {}", file.name);
    let cancel = urls::entry(&at.school.slug, &at.register.id, at.id());
    let frame = framed(app, signed, &at.school, &heading).await?.back("Back", cancel.clone()).faulty(&form);
    let action = super::address(at, file.id, "/change");
    let page = ChangePage { frame, heading, caption, keep, version: file.version, action, cancel, form };
    Ok(page.form.answer(page.render()?))
}

async fn ask(
    app: &App,
    signed: &Signed,
    (at, file): (&EntryAt, &Attachment),
    (posted, mistakes): (&Posted, &[(&'static str, String)]),
) -> Result<Response, Error> {
    let hint = "It stays in the history. Leave names of pupils out";
    let why = Field::new("why", "Why is it taken off?").hint(hint).value(posted.word("why")).check(mistakes);
    let form = Form::of(signed.csrf(), &[&why]);
    let heading = format!("Take {} off", file.name);
    let cancel = urls::entry(&at.school.slug, &at.register.id, at.id());
    let frame = framed(app, signed, &at.school, &heading).await?.back("Back", cancel.clone()).faulty(&form);
    let action = super::address(at, file.id, "/remove");
    let page = RemovePage { frame, heading, why, version: file.version, action, cancel, form };
    Ok(page.form.answer(page.render()?))
}
