//! A scanned pile of signed slips: handed in, read page by page, and the rest put right by whoever looks at it.

use super::frame;
use super::paper::{UNVOUCHED, vouched};
use crate::error::{Error, sentences};
use crate::form::{Choice, Field, Form, Posted};
use crate::frame::Frame;
use crate::intake::said;
use crate::request::entry_id;
use crate::session::{Signed, told};
use crate::{App, urls};
use askama::Template;
use axum::extract::{FromRequest, Multipart, Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::stream::{self, StreamExt};
use schoolkeeper_app::School;
use schoolkeeper_app::agreement::{Pile, SlipsWanted};
use std::io;
use uuid::Uuid;

const PUBLISH: &str = "agreement.publish";
const SCAN_HINT: &str = "Put the pile into the copier once, in black and white or grey, 200 or 300 dots an inch. At most \
    500 pages and 50 MB; both sides and any order will do";
/// Pages that are put right on one page of ours.
const OPEN_SHOWN: usize = 5;
/// Most parts of the form.
const PARTS_MAX: usize = 10;
/// A page of which nothing is to be done.
const NOTHING: &str = "nothing";
type Which = (String, String, String);
type OnePile = (String, String, String, String);

#[derive(Template)]
#[template(path = "agreement/piles.html")]
struct PilesPage {
    frame: Frame,
    form: Form,
    title: String,
    vouched: Field,
    file: Field,
    action: String,
    piles: Vec<(Pile, String)>,
}

#[derive(Template)]
#[template(path = "agreement/pile.html")]
struct PilePage {
    frame: Frame,
    form: Form,
    pile: Pile,
    here: String,
    open: usize,
    sheets: Vec<Open>,
}

/// A page somebody looks at.
struct Open {
    number: usize,
    why: String,
    picture: String,
    person: Field,
}

/// GET /school/{school}/agreement/{pack}/{control}/pile
pub async fn begin(
    State(app): State<App>,
    signed: Signed,
    Path((slug, pack, control)): Path<Which>,
) -> Result<Response, Error> {
    let school = app.house.agreement_school(&signed.actor, &slug, PUBLISH).await?;
    all(&app, &signed, (&school, (&pack, &control)), &[]).await
}

/// POST /school/{school}/agreement/{pack}/{control}/pile
pub async fn hand_in(
    State(app): State<App>,
    signed: Signed,
    Path((slug, pack, control)): Path<Which>,
    request: Request,
) -> Result<Response, Error> {
    let school = app.house.agreement_school(&signed.actor, &slug, PUBLISH).await?;
    let which = (&*pack, &*control);
    let Ok(parts) = Multipart::from_request(request, &app).await else {
        return Ok(StatusCode::BAD_REQUEST.into_response());
    };
    match taken(&app, (&signed, &school), which, parts).await? {
        Ok(id) => Ok(Redirect::to(&urls::pile(&slug, which, id)).into_response()),
        Err(mistake) => all(&app, &signed, (&school, which), &[mistake]).await,
    }
}

async fn all(
    app: &App,
    signed: &Signed,
    (school, which): (&School, (&str, &str)),
    mistakes: &[(&'static str, String)],
) -> Result<Response, Error> {
    let (title, piles) = app.house.piles(&signed.actor, school, which).await?;
    let vouched = vouched().check(mistakes);
    let file = Field::new("file", "PDF of the scanned slips").hint(SCAN_HINT).check(mistakes);
    let form = Form::of(signed.csrf(), &[&vouched, &file]);
    let with_href = |pile: Pile| {
        let href = urls::pile(&school.slug, which, pile.id);
        (pile, href)
    };
    let page = PilesPage {
        frame: frame(&format!("Scanned slips: {title}"), school, signed)
            .back("On paper", urls::agreement_page(&school.slug, which, "paper"))
            .faulty(&form),
        title,
        vouched,
        file,
        action: urls::agreement_page(&school.slug, which, "pile"),
        piles: piles.into_iter().map(with_href).collect(),
        form,
    };
    let html = page.render()?;
    Ok(page.form.answer(html))
}

/// Reads the parts as they come: the tick stands before the file.
async fn taken(
    app: &App,
    (signed, school): (&Signed, &School),
    which: (&str, &str),
    mut parts: Multipart,
) -> Result<Result<Uuid, (&'static str, String)>, Error> {
    let broken = |_| Error::Failed("the form did not arrive whole".to_owned());
    let mut looked = false;
    for _ in 0..PARTS_MAX {
        let Some(part) = parts.next_field().await.map_err(broken)? else { break };
        match part.name().unwrap_or_default() {
            "vouched" => looked = part.text().await.map_err(broken)? == "yes",
            "file" => {
                let file = part.file_name().unwrap_or_default().to_owned();
                let mut content = part.map(|piece| piece.map(|bytes| bytes.to_vec()).map_err(io::Error::other));
                let first = content.next().await;
                if !looked {
                    return Ok(Err(("vouched", UNVOUCHED.to_owned())));
                }
                if first.as_ref().is_none_or(|piece| piece.as_ref().is_ok_and(Vec::is_empty)) {
                    break;
                }
                let content = stream::iter(first).chain(content);
                return match app.house.hand_in_pile((&signed.actor, school), (which, &file), content).await {
                    Ok(id) => Ok(Ok(id)),
                    Err(error) => Ok(Err(("file", said(error)?))),
                };
            }
            _ => {}
        }
    }
    Ok(Err(("file", "Choose the PDF of the scanned slips".to_owned())))
}

/// GET /school/{school}/agreement/{pack}/{control}/pile/{pile}
pub async fn page(
    State(app): State<App>,
    signed: Signed,
    Path((slug, pack, control, id)): Path<OnePile>,
) -> Result<Response, Error> {
    let school = app.house.agreement_school(&signed.actor, &slug, PUBLISH).await?;
    show(&app, &signed, (&school, (&pack, &control), entry_id(&id)?.0), None).await
}

/// POST /school/{school}/agreement/{pack}/{control}/pile/{pile}
pub async fn put_right(
    State(app): State<App>,
    signed: Signed,
    Path((slug, pack, control, id)): Path<OnePile>,
    posted: Posted,
) -> Result<Response, Error> {
    let school = app.house.agreement_school(&signed.actor, &slug, PUBLISH).await?;
    let (which, id) = ((&*pack, &*control), entry_id(&id)?.0);
    let number: usize = posted.get("page").parse().map_err(|_| Error::Missing)?;
    let person = match posted.get(&format!("person-{number}")) {
        NOTHING => Ok(None),
        chosen => entry_id(chosen).map(Some),
    };
    let Ok(person) = person else {
        let why = "Choose whose slip it is, or that nothing is to be done".to_owned();
        return show(&app, &signed, (&school, which, id), Some(&(number, why))).await;
    };
    match app.house.put_page_right((&signed.actor, &school), (which, id), (number, person)).await? {
        Some(why) => show(&app, &signed, (&school, which, id), Some(&(number, sentences(&why)))).await,
        None => Ok(told(&app, &urls::pile(&slug, which, id), &format!("Page {number} is put right."))),
    }
}

/// GET /school/{school}/agreement/{pack}/{control}/pile/{pile}/page/{number}
pub async fn picture(
    State(app): State<App>,
    signed: Signed,
    Path((slug, pack, control, id, number)): Path<(String, String, String, String, String)>,
) -> Result<Response, Error> {
    let school = app.house.agreement_school(&signed.actor, &slug, PUBLISH).await?;
    let page = (entry_id(&id)?.0, number.parse().map_err(|_| Error::Missing)?);
    let jpeg = app.house.pile_page(&signed.actor, &school, ((&pack, &control), page)).await?;
    Ok(([(header::CONTENT_TYPE, "image/jpeg")], jpeg).into_response())
}

async fn show(
    app: &App,
    signed: &Signed,
    (school, which, id): (&School, (&str, &str), Uuid),
    mistake: Option<&(usize, String)>,
) -> Result<Response, Error> {
    let (pile, wanted) = app.house.pile(&signed.actor, school, (which, id)).await?;
    let here = urls::pile(&school.slug, which, id);
    let open = pile.open().count();
    let sheets: Vec<Open> = pile
        .open()
        .filter(|_| pile.is_read())
        .take(OPEN_SHOWN)
        .map(|sheet| Open {
            number: sheet.number,
            why: match (&sheet.name, &sheet.why) {
                (Some(name), Some(why)) => format!("{name}: {why}."),
                (_, why) => format!("{}.", why.as_deref().unwrap_or_default()),
            },
            picture: format!("{here}/page/{}", sheet.number),
            person: whose(sheet.number, &wanted, mistake),
        })
        .collect();
    let fields: Vec<&Field> = sheets.iter().map(|sheet| &sheet.person).collect();
    let form = Form::of(signed.csrf(), &fields);
    let page = PilePage {
        frame: frame(&format!("Scanned slips: {}", wanted.title), school, signed)
            .back("Scanned slips", urls::agreement_page(&school.slug, which, "pile"))
            .faulty(&form),
        form,
        here,
        open,
        sheets,
        pile,
    };
    let html = page.render()?;
    Ok(page.form.answer(html))
}

fn whose(number: usize, wanted: &SlipsWanted, mistake: Option<&(usize, String)>) -> Field {
    let first = [Choice::new("", "Choose"), Choice::new(NOTHING, "Nothing to do: not a slip, or signed already")];
    let people = wanted.people.iter().map(|(id, name)| Choice::new(id.to_string(), &**name));
    let field = Field::new(format!("person-{number}"), format!("Whose signed slip is page {number}?"));
    let field = field.drop_down(first.into_iter().chain(people).collect());
    Field { error: mistake.filter(|(at, _)| *at == number).map(|(_, why)| why.clone()), ..field }
}
