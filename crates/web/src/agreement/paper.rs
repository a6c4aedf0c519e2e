//! Slips to sign on paper, and reading the signed pile by its codes.

use super::frame;
use crate::error::Error;
use crate::form::{Choice, Field, Form, Posted};
use crate::frame::Frame;
use crate::session::Signed;
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, Response};
use schoolkeeper_app::School;
use schoolkeeper_app::agreement::{ReadSlip, Slip, SlipsWanted};

const PUBLISH: &str = "agreement.publish";
pub(super) const UNVOUCHED: &str = "Look at each slip first: it must be signed, its questions answered rightly";
type Which = (String, String, String);

#[derive(Template)]
#[template(path = "agreement/paper.html")]
struct PaperPage {
    frame: Frame,
    form: Form,
    title: String,
    open: usize,
    class: Field,
    codes: Field,
    vouched: Field,
    read: Vec<ReadSlip>,
    print_action: String,
    pile_href: String,
    action: String,
}

#[derive(Template)]
#[template(path = "agreement/slips.html")]
struct SlipsPage {
    frame: Frame,
    title: String,
    school: String,
    more: usize,
    slips: Vec<(Slip, String)>,
}

/// GET /school/{school}/agreement/{pack}/{control}/paper
pub async fn begin(
    State(app): State<App>,
    signed: Signed,
    Path((slug, pack, control)): Path<Which>,
) -> Result<Response, Error> {
    let school = app.house.agreement_school(&signed.actor, &slug, PUBLISH).await?;
    show(&app, &signed, (&school, (&pack, &control)), (&Posted::default(), &[], Vec::new())).await
}

/// POST /school/{school}/agreement/{pack}/{control}/paper
pub async fn read(
    State(app): State<App>,
    signed: Signed,
    Path((slug, pack, control)): Path<Which>,
    posted: Posted,
) -> Result<Response, Error> {
    let school = app.house.agreement_school(&signed.actor, &slug, PUBLISH).await?;
    let which = (&*pack, &*control);
    let mut mistakes = Vec::new();
    if posted.word("codes").is_empty() {
        mistakes.push(("codes", "Read the square of at least one slip".to_owned()));
    }
    if posted.get("vouched") != "yes" {
        mistakes.push(("vouched", UNVOUCHED.to_owned()));
    }
    if !mistakes.is_empty() {
        return show(&app, &signed, (&school, which), (&posted, &mistakes, Vec::new())).await;
    }
    let read = app.house.read_slips(&signed.actor, &school, (which, posted.get("codes"))).await?;
    show(&app, &signed, (&school, which), (&Posted::default(), &[], read)).await
}

/// POST /school/{school}/agreement/{pack}/{control}/slips
pub async fn print(
    State(app): State<App>,
    signed: Signed,
    Path((slug, pack, control)): Path<Which>,
    posted: Posted,
) -> Result<Html<String>, Error> {
    let school = app.house.agreement_school(&signed.actor, &slug, PUBLISH).await?;
    let which = (&*pack, &*control);
    let class = Some(posted.get("class")).filter(|class| !class.is_empty());
    let made = app.house.slips(&signed.actor, &school, (which, class)).await?;
    let with_square = |slip: Slip| {
        let square = crate::proof::square(&slip.code, "The code of this slip, to be read by a scanner")?;
        Ok::<_, Error>((slip, square))
    };
    let page = SlipsPage {
        frame: frame(&format!("Slips: {}", made.title), &school, &signed)
            .back("On paper", urls::agreement_page(&slug, which, "paper")),
        title: made.title,
        school: school.title,
        more: made.more,
        slips: made.slips.into_iter().map(with_square).collect::<Result<_, _>>()?,
    };
    Ok(Html(page.render()?))
}

async fn show(
    app: &App,
    signed: &Signed,
    (school, which): (&School, (&str, &str)),
    (posted, mistakes, read): (&Posted, &[(&'static str, String)], Vec<ReadSlip>),
) -> Result<Response, Error> {
    let wanted = app.house.slips_wanted(&signed.actor, school, which).await?;
    let (title, open) = (wanted.title.clone(), wanted.people.len());
    let hint = "One a line. A scanner for QR codes types them by itself: put the cursor here and read slip after slip";
    let codes = Field::new("codes", "Codes of the signed slips").hint(hint).value(posted.get("codes")).check(mistakes);
    let vouched = vouched().value(posted.get("vouched")).check(mistakes);
    let form = Form::of(signed.csrf(), &[&codes, &vouched]);
    let page = PaperPage {
        frame: frame(&format!("On paper: {title}"), school, signed)
            .back("Who has signed", urls::agreement(&school.slug, which))
            .faulty(&form),
        title,
        open,
        class: class_of(&wanted),
        codes,
        vouched,
        read,
        pile_href: urls::agreement_page(&school.slug, which, "pile"),
        print_action: urls::agreement_page(&school.slug, which, "slips"),
        action: urls::agreement_page(&school.slug, which, "paper"),
        form,
    };
    let html = page.render()?;
    Ok(page.form.answer(html))
}

/// Everybody, or one class of person.
fn class_of(wanted: &SlipsWanted) -> Field {
    let all = Choice::new("", format!("Everybody ({})", wanted.people.len()));
    let one = |(class, count): (&String, &usize)| Choice::new(&**class, format!("{class} ({count})"));
    Field::new("class", "For whom").drop_down(std::iter::once(all).chain(wanted.classes.iter().map(one)).collect())
}

/// Nobody reads slips for those who have looked at them.
pub(super) fn vouched() -> Field {
    let says = "I have looked at each slip: it is signed, and its questions are answered rightly";
    Field::new("vouched", "Looked at").choices(vec![Choice::new("yes", says)])
}
