//! Every permission of the shipped policies, asked for and decided in the product as its own examples say: through the
//! form people fill in, and the one door of acts.

use super::story::{actor, is_whole, owned, school};
use crate::act::{Acted, PolicyAct};
use crate::authority::{Try, is_live};
use crate::job::tests::house;
use crate::pack_form::PackForm;
use crate::policy::prepare;
use crate::{Error, House};
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::control::{ControlKind, Request};
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::pack::{Example, StoryLine};
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::example::{Built, moment};
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_rules::{CompiledControl, CompiledPack};
use schoolkeeper_store::School;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// On PostgreSQL one story in so many is lived through.
const ONE_IN: usize = 6;

/// A story of a permission.
struct Story<'a> {
    at: usize,
    control: &'a CompiledControl,
    spec: &'a Request,
    example: &'a Example,
    ends: &'a str,
}

/// Of each permission the first story that ends with a yes and the first that ends with a no.
fn stories(live: &CompiledPack, first: usize) -> Vec<Story<'_>> {
    let mut known = BTreeSet::new();
    let mut out = Vec::new();
    for example in live.pack.examples.iter().filter(|example| !example.story.is_empty()) {
        let Some(control) = live.controls.get(example.control.get_ref()) else { continue };
        let ControlKind::Request(spec) = &control.control.kind else { continue };
        let yes = |line: &StoryLine| line.form.get("yes").and_then(serde_json::Value::as_bool);
        let ends = match example.story.iter().filter_map(yes).next_back() {
            Some(true) => "granted",
            Some(false) => "refused",
            None => continue,
        };
        if is_whole(example) && known.insert((control.control.id.clone(), ends)) {
            out.push(Story { at: first + out.len(), control, spec, example, ends });
        }
    }
    out
}

/// The form renders and takes what the example fills in: typed into its fields and read back it is the same.
fn fills(live: &CompiledPack, story: &Story<'_>, filled: &Value) {
    let fields = &live.pack.forms[story.spec.form.get_ref()].fields;
    let form = PackForm::of(&fields.iter().collect::<Vec<_>>(), &live.pack, &live.schemas);
    let zone = jiff::tz::TimeZone::get("Europe/London").unwrap();
    let (read, mistakes) = form.read(&form.typed(filled, &zone), &zone);
    assert!(mistakes.is_empty(), "{}: {mistakes:?}", story.control.control.id);
    for field in fields.iter().filter(|field| &**field.kind.get_ref() != "signature") {
        // Nothing chosen is the same as nothing said.
        let said = filled.get(&field.name).filter(|value| !matches!(value, Value::List(items) if items.is_empty()));
        assert_eq!(read.get(&field.name), said, "{}/{}", story.control.control.id, field.name);
    }
}

async fn lived(house: &mut House, live: &Arc<CompiledPack>, story: &Story<'_>) -> Result<(), String> {
    let built = Built::of(live, story.control, story.example)?;
    let zone = built.world.calendar.zone().clone();
    let first = story.example.story.first().map_or("2026-11-23T09:00", |line| line.at.as_str());
    house.pretend(moment(&zone, first)?);
    let school = school(house, live, (story.at, story.example), &built).await;
    for line in &story.example.story {
        house.pretend(moment(&zone, &line.at)?);
        let refused = match &line.act {
            None => None,
            Some(act) => {
                let actor = actor(story.at, &school, &built, line);
                let filled = built.filled((live, story.control), act, &line.form)?;
                if &**act == "request.ask" && line.expect.as_deref() != Some("refused") {
                    fills(live, story, &filled);
                }
                if !is_of_requests(act) {
                    let refused = unlocked(house, (&actor, &school), (act, owned(story.at, &filled))).await?;
                    if refused.is_some_and(|refused| refused != (line.expect.as_deref() == Some("refused"))) {
                        return Err(format!("{}: `{act}` is not as expected", line.at));
                    }
                    continue;
                }
                let on = newest(house, &school, story, act).await;
                let act = PolicyAct {
                    pack: live.pack.head.id.get_ref(),
                    control: &story.control.control.id,
                    act,
                    on,
                    form: owned(story.at, &filled),
                };
                match house.act(&actor, &school, act).await {
                    Ok(Acted::Done(_)) => None,
                    Ok(Acted::Refused(why)) => Some(why),
                    Err(Error::Denied(denial)) => Some(denial.to_string()),
                    Err(Error::NotAllowed(_)) => Some("the permission table".to_owned()),
                    Err(other) => return Err(other.chain()),
                }
            }
        };
        let expected = line.expect.as_deref();
        if line.act.is_some()
            && (expected == Some("refused")) != refused.is_some()
            && !(expected == Some("refused") && is_no(line))
        {
            return Err(format!("{}: expected {expected:?}, refused with {refused:?}", line.at));
        }
        if let Some(wanted) = expected.filter(|state| ["granted", "waiting", "withdrawn"].contains(state)) {
            let state = state(house, &school, story).await;
            if state != wanted {
                return Err(format!("{}: is {state}, not {wanted}", line.at));
            }
        }
    }
    let state = state(house, &school, story).await;
    if state == story.ends { Ok(()) } else { Err(format!("ends {state}, not {}", story.ends)) }
}

/// A line whose act is itself the no.
fn is_no(line: &StoryLine) -> bool {
    line.form.get("yes").and_then(serde_json::Value::as_bool) == Some(false)
}

async fn newest(house: &House, school: &School, story: &Story<'_>, act: &str) -> Option<EntryId> {
    let (register, field) = match act {
        "grant.end" => ("grant", "request"),
        "request.ask" => return None,
        _ => ("request", "control"),
    };
    let before = house.before(&house.operator(), school).await.unwrap();
    let mine = |row: &Row<'_>| row.text(field) == Some(&*story.control.control.id);
    Row::all(before.world(), register).filter(mine).max_by_key(|row| row.since()).map(Row::id)
}

fn is_of_requests(act: &str) -> bool {
    act.starts_with("request.") || act == "grant.end"
}

/// Whether an act that the permission opens is refused; `None` for one this program does not do yet.
async fn unlocked(
    house: &House,
    (actor, school): (&Actor, &School),
    (act, form): (&str, Value),
) -> Result<Option<bool>, String> {
    if !is_live(act.split(':').next().unwrap_or_default()) {
        return Ok(None);
    }
    let on = form.get("on").and_then(Value::as_ref_id);
    match house.decided(actor, school, &Try { act, on, form }).await {
        Ok(_) => Ok(Some(false)),
        Err(Error::Denied(_) | Error::NotAllowed(_)) => Ok(Some(true)),
        Err(other) => Err(other.chain()),
    }
}

async fn state(house: &House, school: &School, story: &Story<'_>) -> String {
    let Some(request) = newest(house, school, story, "request.decide").await else { return "nothing".to_owned() };
    let before = house.before(&house.operator(), school).await.unwrap();
    Row::of(before.world(), request).unwrap().text("outcome").unwrap_or("waiting").to_owned()
}

async fn every_permission_comes_to_what_its_examples_say(url: String) {
    let packs = ["multi-academy-trust", "online-security", "primary-school"];
    let one_in = if url.starts_with("postgres") { ONE_IN } else { 1 };
    let (mut house, _folder) = house(&url).await;
    let (mut controls, mut wrong) = (BTreeMap::<Name, Vec<String>>::new(), Vec::new());
    for (index, pack) in packs.into_iter().enumerate() {
        let live = prepare(pack, &[], house.schemas.clone()).unwrap().compiled;
        house.policies.keep(&live.pack.hash, &live);
        for story in stories(&live, 1000 * index).iter().step_by(one_in) {
            let name = Name::from(format!("{pack}/{}", story.control.control.id));
            if let Err(why) = lived(&mut house, &live, story).await {
                wrong.push(format!("{name} ({}): {why}", story.ends));
            }
            controls.entry(name).or_default().push(story.ends.to_owned());
        }
        if one_in == 1 {
            let all = live.controls.values().filter(|control| matches!(control.control.kind, ControlKind::Request(_)));
            for control in all {
                let name = format!("{pack}/{}", control.control.id);
                assert!(controls.contains_key(&*name), "{name} has no story that ends with a decision");
            }
            let own = controls.iter().filter(|(name, _)| name.starts_with(&format!("{pack}/")));
            let lines = own.map(|(name, ends)| format!("{name}: {}\n", ends.join(", ")));
            super::compare(pack, [("decided", lines.collect::<Vec<_>>().concat())]);
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

schoolkeeper_testkit::both_engines!(every_permission_comes_to_what_its_examples_say);
