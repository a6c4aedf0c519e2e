//! Every kind of incident of the shipped policies, reported, worked on and closed in the product as its own examples say:
//! through the form people fill in, and the one door of acts; those that open by themselves by a change of a record.

use super::story::{actor, is_whole, own, owned, school};
use crate::act::{Acted, PolicyAct};
use crate::entry::{Filled, Saved, Version};
use crate::job::tests::house;
use crate::pack_form::PackForm;
use crate::policy::prepare;
use crate::{Error, House};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::control::{Case, ControlKind};
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::pack::{Example, StoryLine};
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::evaluate::control;
use schoolkeeper_rules::example::{Built, moment};
use schoolkeeper_rules::flow::form::without;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_rules::{CompiledControl, CompiledPack, Ctx};
use schoolkeeper_store::School;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// On PostgreSQL one story in so many is lived through.
const ONE_IN: usize = 7;

/// A story of an incident.
struct Story<'a> {
    at: usize,
    control: &'a CompiledControl,
    spec: &'a Case,
    example: &'a Example,
}

/// What a story looks for at its end: in good order, or late.
const ENDS: [&[&str]; 2] = [&["kept"], &["broken"]];

/// Of each kind the first story that ends in good order and the first that ends late.
fn stories(live: &CompiledPack, first: usize) -> Vec<Story<'_>> {
    let mut known = BTreeSet::new();
    let mut out = Vec::new();
    for example in live.pack.examples.iter().filter(|example| !example.story.is_empty() && is_whole(example)) {
        let Some(control) = live.controls.get(example.control.get_ref()) else { continue };
        let ControlKind::Case(spec) = &control.control.kind else { continue };
        let acts = example.story.iter().filter_map(|line| line.act.as_deref());
        let ours = |act: &str| act.starts_with("case.") || act == "person.save";
        if !acts.into_iter().all(ours) {
            continue;
        }
        let says = |words: &[&str]| {
            example.story.iter().any(|line| line.expect.as_deref().is_some_and(|it| words.contains(&it)))
        };
        for (end, words) in ENDS.iter().enumerate() {
            if says(words) && known.insert((control.control.id.clone(), end)) {
                out.push(Story { at: first + out.len(), control, spec, example });
                break;
            }
        }
    }
    out
}

/// The form renders and takes what the example fills in: typed into its fields and read back it is the same.
fn fills(live: &CompiledPack, story: &Story<'_>, filled: &Value) {
    let Some(form) = &story.spec.form else { return };
    let fields = &live.pack.forms[form.get_ref()].fields;
    let form = PackForm::of(&fields.iter().collect::<Vec<_>>(), &live.pack, &live.schemas);
    let zone = jiff::tz::TimeZone::get("Europe/London").unwrap();
    let (read, mistakes) = form.read(&form.typed(filled, &zone), &zone);
    assert!(mistakes.is_empty(), "{}: {mistakes:?}", story.control.control.id);
    for field in fields.iter().filter(|field| &**field.kind.get_ref() != "signature") {
        assert_eq!(read.get(&field.name), filled.get(&field.name), "{}/{}", story.control.control.id, field.name);
    }
}

/// Lives through a story; gives what came out on the way.
async fn lived(house: &mut House, live: &Arc<CompiledPack>, story: &Story<'_>) -> Result<BTreeSet<String>, String> {
    let built = Built::of(live, story.control, story.example)?;
    let zone = built.world.calendar.zone().clone();
    let first = story.example.story.first().map_or("2026-11-23T09:00", |line| line.at.as_str());
    house.pretend(moment(&zone, first)?);
    let school = school(house, live, (story.at, story.example), &built).await;
    let mut came = BTreeSet::new();
    for line in &story.example.story {
        house.pretend(moment(&zone, &line.at)?);
        // What the schedule does.
        house.open_due_cases(&school).await.map_err(|error| error.chain())?;
        let refused = match &line.act {
            Some(act) => acted(house, live, (story, &built, &school), (line, act)).await?,
            None => None,
        };
        let expected = line.expect.as_deref();
        if line.act.is_some() && (expected == Some("refused")) != refused.is_some() {
            return Err(format!("{}: expected {expected:?}, refused with {refused:?}", line.at));
        }
        if !line.told.is_empty() {
            house.tell_of_cases(&school).await.map_err(|error| error.chain())?;
        }
        if let Some(expected) = expected {
            looks(house, (live, story), &school, (line, expected)).await?;
            came.insert(expected.to_owned());
        }
    }
    Ok(came)
}

/// Does the act of a line; the words of its refusal.
async fn acted(
    house: &House,
    live: &CompiledPack,
    (story, built, school): (&Story<'_>, &Built, &School),
    (step, act): (&StoryLine, &str),
) -> Result<Option<String>, String> {
    let actor = actor(story.at, school, built, step);
    let filled = built.filled((live, story.control), act, &step.form)?;
    let form = owned(story.at, &without(&filled, &["on"]));
    if act == "person.save" {
        let on = filled.get("on").and_then(Value::as_ref_id).map(|id| own(story.at, id)).ok_or("nobody to save")?;
        return saved(house, (&actor, school), (on, &form)).await.map(|()| None);
    }
    let id = &story.control.control.id;
    let (name, on) = match act {
        "case.open" => {
            if step.expect.as_deref() != Some("refused") {
                fills(live, story, &filled);
            }
            (format!("case.open:{id}"), None)
        }
        other => (other.to_owned(), newest(house, school, story).await),
    };
    let act = PolicyAct { pack: live.pack.head.id.get_ref(), control: id, act: &name, on, form };
    match house.act(&actor, school, act).await {
        Ok(Acted::Done(_)) => Ok(None),
        Ok(Acted::Refused(why)) => Ok(Some(why)),
        Err(Error::Denied(denial)) => Ok(Some(denial.to_string())),
        Err(Error::NotAllowed(_)) => Ok(Some("the permission table".to_owned())),
        Err(other) => Err(other.chain()),
    }
}

/// Somebody changes a person's record, as the page of it does.
async fn saved(house: &House, (actor, school): (&Actor, &School), (on, form): (EntryId, &Value)) -> Result<(), String> {
    let Value::Map(fields) = form else { return Err("no fields".to_owned()) };
    let say = fields.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    let filled = Filled { say, why: "as the example says".to_owned(), another: true, ..Filled::default() };
    let read = house.read().await.unwrap();
    let version = read.entry(&Scope::system("live"), on).await.unwrap().ok_or("nobody there")?.version;
    drop(read);
    match house.change_entry(actor, school, (("person", on, Version(version)), &filled)).await {
        Ok(Saved::Done(_)) => Ok(()),
        Ok(other) => Err(format!("{other:?}")),
        Err(error) => Err(error.chain()),
    }
}

async fn newest(house: &House, school: &School, story: &Story<'_>) -> Option<EntryId> {
    let before = house.before(&house.operator(), school).await.unwrap();
    let mine = |row: &Row<'_>| row.text("type") == Some(&*story.control.control.id);
    Row::all(before.world(), "case").filter(mine).max_by_key(|row| row.instant("opened_at")).map(Row::id)
}

/// Whether what the product says now is what the line expects.
async fn looks(
    house: &House,
    (live, story): (&Arc<CompiledPack>, &Story<'_>),
    school: &School,
    (step, expected): (&StoryLine, &str),
) -> Result<(), String> {
    let came = match expected {
        "refused" | "allowed" => return Ok(()),
        "open" | "closed" => {
            let case = newest(house, school, story).await.ok_or("no incident")?;
            let before = house.before(&house.operator(), school).await.unwrap();
            let closed = Row::of(before.world(), case).unwrap().value("closed_at").is_some();
            if closed { "closed" } else { "open" }.to_owned()
        }
        _ => {
            let snapshot = house.snapshot(&Scope::system("live"), school).await.map_err(|error| error.to_string())?;
            let worked = house.worked(snapshot).await.map_err(|error| error.to_string())?;
            let own = worked.all.into_iter().next().ok_or("no policy is in force")?;
            let params = own.policy.params();
            control(Ctx { pack: live, params: &params, world: &own.world }, story.control).1.standing.name().to_owned()
        }
    };
    if came == expected { Ok(()) } else { Err(format!("{}: is {came}, not {expected}", step.at)) }
}

async fn every_incident_comes_to_what_its_examples_say(url: String) {
    let packs = ["multi-academy-trust", "online-security", "primary-school"];
    let one_in = if url.starts_with("postgres") { ONE_IN } else { 1 };
    let (mut house, _folder) = house(&url).await;
    let mut wrong = Vec::new();
    for (index, pack) in packs.into_iter().enumerate() {
        let live = prepare(pack, &[], house.schemas.clone()).unwrap().compiled;
        house.policies.keep(&live.pack.hash, &live);
        let mut controls = BTreeMap::<Name, BTreeSet<String>>::new();
        for story in stories(&live, 1000 * index).iter().step_by(one_in) {
            let name = Name::from(format!("{pack}/{}", story.control.control.id));
            match lived(&mut house, &live, story).await {
                Ok(came) => controls.entry(name).or_default().extend(came),
                Err(why) => {
                    wrong.push(format!("{name} ({}): {why}", story.example.title.as_deref().unwrap_or_default()));
                }
            }
        }
        if one_in == 1 {
            let lines = controls
                .iter()
                .map(|(name, came)| format!("{name}: {}\n", came.iter().cloned().collect::<Vec<_>>().join(", ")));
            super::compare(pack, [("handled", lines.collect::<Vec<_>>().concat())]);
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

schoolkeeper_testkit::both_engines!(every_incident_comes_to_what_its_examples_say);
