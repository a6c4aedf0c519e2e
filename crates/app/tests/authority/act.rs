//! Acts of a policy's controls go through one door: asked, judged, written whole, told in the history.

use crate::house::{POLICY, Test};
use schoolkeeper_app::School;
use schoolkeeper_app::act::{Acted, PolicyAct};
use schoolkeeper_app::authority::Try;
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::flow::record::Row;
use std::collections::BTreeMap;

const REQUEST: &str = r#"
[form]
take = { fields = [{ name = "why", type = "text", required = true }] }
[[clause]]
id = "1.4"
text = "Whoever takes data home asks the headteacher."
mode = "evidenced"
controls = ["take-home"]
[control.take-home]
type = "request"
title = "Take data home"
who = ["staff"]
form = "take"
stages = [{ by = ["it-technician"] }, { by = ["headteacher"] }]
"#;

fn form<const N: usize>(fields: [(&str, Value); N]) -> Value {
    Value::Map(fields.map(|(name, value)| (Name::from(name), value)).into_iter().collect::<BTreeMap<_, _>>().into())
}

struct Doer<'a> {
    test: &'a Test,
    actor: Actor,
    school: &'a School,
}

impl Doer<'_> {
    async fn does(&self, act: &str, on: Option<EntryId>, form: Value) -> Acted {
        let act = PolicyAct { pack: "small", control: "take-home", act, on, form };
        self.test.house.act(&self.actor, self.school, act).await.unwrap()
    }
}

fn done(acted: Acted) -> Vec<EntryId> {
    match acted {
        Acted::Done(entries) => entries,
        Acted::Refused(why) => panic!("refused: {why}"),
    }
}

async fn doer<'a>(test: &'a Test, name: &str) -> Doer<'a> {
    Doer { test, actor: test.actor(name).await, school: &test.hill }
}

#[tokio::test]
async fn a_request_goes_through_its_stages_and_becomes_a_permission() {
    let test = Test::under(&(POLICY.to_owned() + REQUEST)).await;
    test.give("Tom Made-Up", "it-technician").await;
    test.give("Hanna Made-Up", "headteacher").await;
    let sam = doer(&test, "Sam Made-Up").await;
    let empty = sam.does("request.ask", None, form([])).await;
    assert!(matches!(&empty, Acted::Refused(why) if why.contains("Why is not filled")), "{empty:?}");
    let request = done(sam.does("request.ask", None, form([("why", Value::text("Reports"))])).await)[0];
    let yes = || form([("yes", Value::Bool(true))]);
    let own = sam.does("request.decide", Some(request), yes()).await;
    assert!(matches!(&own, Acted::Refused(why) if why.contains("nobody decides their own request")), "{own:?}");
    let tom = doer(&test, "Tom Made-Up").await;
    assert_eq!(done(tom.does("request.decide", Some(request), yes()).await), [request]);
    let hanna = doer(&test, "Hanna Made-Up").await;
    let granted = done(hanna.does("request.decide", Some(request), yes()).await);
    assert_eq!((granted[0], granted.len()), (request, 2), "the request, and a permission");
    let before = test.house.before(&hanna.actor, &test.hill).await.unwrap();
    let grant = Row::of(before.world(), granted[1]).unwrap();
    assert_eq!((grant.kind(), grant.one("person")), ("grant", sam.actor.person));
    let again = hanna.does("request.decide", Some(request), yes()).await;
    assert!(matches!(&again, Acted::Refused(why) if why.contains("has been decided")), "{again:?}");
}

#[tokio::test]
async fn two_who_decide_at_once_give_one_permission() {
    let test = Test::under(&(POLICY.to_owned() + REQUEST)).await;
    test.give("Tom Made-Up", "it-technician").await;
    test.give("Hanna Made-Up", "headteacher").await;
    let (sam, tom, hanna) =
        (doer(&test, "Sam Made-Up").await, doer(&test, "Tom Made-Up").await, doer(&test, "Hanna Made-Up").await);
    let request = done(sam.does("request.ask", None, form([("why", Value::text("Reports"))])).await)[0];
    let yes = || form([("yes", Value::Bool(true))]);
    done(tom.does("request.decide", Some(request), yes()).await);
    let both = futures_util::future::join(
        hanna.does("request.decide", Some(request), yes()),
        hanna.does("request.decide", Some(request), yes()),
    );
    let (one, other) = both.await;
    assert!(matches!((&one, &other), (Acted::Done(_), Acted::Refused(_)) | (Acted::Refused(_), Acted::Done(_))));
    let before = test.house.before(&hanna.actor, &test.hill).await.unwrap();
    assert_eq!(before.world().table_of("grant").unwrap().rows.len(), 1);
}

#[tokio::test]
async fn what_is_no_act_of_the_control_is_missing_and_nobody_on_record_does_none() {
    let test = Test::under(&(POLICY.to_owned() + REQUEST)).await;
    let sam = doer(&test, "Sam Made-Up").await;
    let asked = |pack, control, act| PolicyAct { pack, control, act, on: None, form: form([]) };
    for act in [asked("none", "take-home", "request.ask"), asked("small", "none", "request.ask")] {
        assert!(test.house.act(&sam.actor, &test.hill, act).await.is_err());
    }
    let operator = Doer { test: &test, actor: test.house.operator(), school: &test.hill };
    let refused = operator.does("request.ask", None, form([("why", Value::text("Reports"))])).await;
    assert!(matches!(&refused, Acted::Refused(why) if why.starts_with("nobody on record")), "{refused:?}");
    let other = Doer { test: &test, actor: sam.actor.clone(), school: &test.vale };
    let tried = Try { form: form([]), ..Try::plain("request.ask") };
    assert!(test.house.allow(&other.actor, other.school, &tried).await.is_err(), "not their school");
}

#[tokio::test]
async fn what_was_asked_under_one_policy_is_nothing_of_another_with_a_control_of_that_name() {
    let test = Test::under(&(POLICY.to_owned() + REQUEST)).await;
    test.give("Tom Made-Up", "it-technician").await;
    test.give("Hanna Made-Up", "headteacher").await;
    let other = test.data.parent().unwrap().join("other.toml");
    let stages = (
        "stages = [{ by = [\"it-technician\"] }, { by = [\"headteacher\"] }]",
        "stages = [{ by = [\"headteacher\"] }]",
    );
    let policy = (POLICY.to_owned() + REQUEST).replace("id = \"small\"", "id = \"other\"").replace(stages.0, stages.1);
    std::fs::write(&other, policy).unwrap();
    let operator = test.house.operator();
    test.house.adopt_policy(&operator, &test.hill, other.to_str().unwrap()).await.unwrap();
    let sam = doer(&test, "Sam Made-Up").await;
    let request = done(sam.does("request.ask", None, form([("why", Value::text("Reports"))])).await)[0];
    let hanna = doer(&test, "Hanna Made-Up").await;
    let decide = |pack| PolicyAct {
        pack,
        control: "take-home",
        act: "request.decide",
        on: Some(request),
        form: form([("yes", Value::Bool(true))]),
    };
    let refused_there = test.house.act(&hanna.actor, &test.hill, decide("other")).await.unwrap();
    assert!(matches!(refused_there, Acted::Refused(_)), "the technician was to look first: {refused_there:?}");
    let page = test.house.request_page(&sam.actor, &test.hill, request).await.unwrap();
    assert_eq!(page.stages.len(), 2, "the page is that of the policy it was asked under");
    let tom = doer(&test, "Tom Made-Up").await;
    for (doer, entries) in [(&tom, 1), (&hanna, 2)] {
        let acted = test.house.act(&doer.actor, &test.hill, decide("small")).await.unwrap();
        assert_eq!(done(acted).len(), entries);
    }
    let before = test.house.before(&sam.actor, &test.hill).await.unwrap();
    let grants = |pack| {
        let (ctx, control) = before.control(pack, "take-home").unwrap();
        schoolkeeper_rules::flow::request::grants(ctx, control).count()
    };
    assert_eq!((grants("small"), grants("other")), (1, 0));
}
