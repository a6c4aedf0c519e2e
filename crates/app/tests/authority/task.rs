//! Tasks told in days, through the doors people use.

use crate::house::Test;
use schoolkeeper_app::Error;
use schoolkeeper_app::act::Acted;
use schoolkeeper_app::attachment::{Attached, NewAttachment};
use schoolkeeper_app::duty::{Came, Part, TaskAct, TaskAt, Waits};
use schoolkeeper_app::entry::{Filled, Left, Saved, Version};
use schoolkeeper_app::mine::What;
use schoolkeeper_app::register::ListAsked;
use schoolkeeper_app::register::bulk::{BulkAct, BulkAsked, Chosen};
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::standing::Standing;
use schoolkeeper_core::value::Value;
use std::collections::BTreeMap;

const POLICY: &str = r#"
[pack]
id = "small"
title = "Small"
version = "1"
language = 1
owner = ["headteacher"]
[role]
headteacher = { title = "Headteacher", acts_as = "head" }
it-technician = { title = "IT technician", acts_as = "technician" }
[ladder]
usual = { steps = [{ at = "0 days", tell = ["owner"] }] }
[[clause]]
id = "1"
section = "Back-up"
text = "Back-ups are restored once each half-term, and somebody else looks."
mode = "evidenced"
controls = ["restore-test"]
[[clause]]
id = "2"
section = "People"
text = "Whoever gets a job with us is told about security."
mode = "evidenced"
controls = ["security-talk"]
[[clause]]
id = "3"
section = "People"
text = "A new contract is read."
mode = "evidenced"
controls = ["contract-read"]
[control.contract-read]
type = "duty"
title = "Read the contract"
owner = ["headteacher"]
for = "contractor"
on = "contractor.changed:contract"
within = "10 working days"
evidence = ["note"]
ladder = "usual"
[control.restore-test]
type = "duty"
title = "Restore test"
owner = ["it-technician"]
every = "1 half-term"
evidence = ["note"]
countersign = ["headteacher"]
ladder = "usual"
[control.security-talk]
type = "duty"
title = "Talk about security"
owner = ["headteacher"]
for = "person"
on = "person.changed:job_title"
within = "10 working days"
evidence = ["note"]
ladder = "usual"
"#;
const TERMS: &str = r#"
[[term]]
name = "autumn"
from = 2026-09-01
to = 2026-12-18
half_from = 2026-10-26
half_to = 2026-10-30
[[term]]
name = "spring"
from = 2027-01-04
to = 2027-03-25
half_from = 2027-02-15
half_to = 2027-02-19
[[term]]
name = "summer"
from = 2027-04-12
to = 2027-07-21
half_from = 2027-05-31
half_to = 2027-06-04
"#;
/// Everybody who is known, and a joiner.
const WITH_JO: &str = "Name,Email,Kind,Job title\nHanna Made-Up,head@hill.example,staff,\n\
    Bea Made-Up,office@hill.example,staff,\nTom Made-Up,tech@hill.example,staff,\n\
    Sam Made-Up,staff@hill.example,staff,\nGail Made-Up,gov@hill.example,governor,\n\
    Pip Made-Up,pupil@hill.example,pupil,\nJo Made-Up,jo@hill.example,staff,Teacher\n";

/// The school on a day.
struct Story(Test);

impl Story {
    async fn begun(url: &str) -> Self {
        let story = Self(Test::over(POLICY, url, Some(TERMS)).await);
        story.0.give("Tom Made-Up", "it-technician").await;
        story.0.give("Hanna Made-Up", "headteacher").await;
        story
    }

    async fn list(&self, text: &str) {
        self.0.bring_in(&self.0.house.operator(), &self.0.hill, "person", text).await.unwrap();
    }

    async fn on(self, day: &str) -> Self {
        Self(self.0.on(day.parse().unwrap()).await)
    }

    /// What somebody is shown to do or decide: kind, title, late.
    async fn mine(&self, name: &str) -> Vec<(What, String, bool)> {
        let actor = self.0.actor(name).await;
        let mine = self.0.house.mine_at(&actor, self.0.hill.clone()).await.unwrap();
        mine.all.into_iter().map(|one| (one.what, one.title, one.late)).collect()
    }

    async fn does(&self, name: &str, (at, act): (&TaskAt, TaskAct), note: &str) -> Acted {
        let actor = self.0.actor(name).await;
        let shown = self.0.house.task(&actor, &self.0.hill, at).await.unwrap();
        let on = shown.begun.map(|begun| begun.entry).filter(|_| act == TaskAct::Countersign);
        let form: BTreeMap<Name, Value> = match note {
            "" => BTreeMap::new(),
            note => BTreeMap::from([(Name::from("note"), Value::text(note))]),
        };
        self.0.house.act_on_task((&actor, &self.0.hill), (at, act, on), form, Came::none()).await.unwrap()
    }

    async fn standing(&self, clause: &str) -> Standing {
        let all = self.0.house.evaluate(&self.0.house.operator(), &self.0.hill).await.unwrap();
        all[0].clauses.iter().find(|one| &*one.clause == clause).unwrap().standing
    }
}

fn at(control: &str, due: &str, of: Option<EntryId>) -> TaskAt {
    TaskAt { pack: "small".into(), control: control.into(), due: due.parse().unwrap(), of }
}

async fn a_restore_test_is_countersigned_late_and_taken_back_on_its_day(url: String) {
    let mut story = Story::begun(&url).await;
    let test = at("restore-test", "2026-12-18", None);
    assert_eq!(story.mine("Tom Made-Up").await, [(What::Do, "Restore test".to_owned(), false)]);
    assert_eq!(story.mine("Hanna Made-Up").await, []);
    assert!(matches!(
        story.0.house.task(&story.0.actor("Sam Made-Up").await, &story.0.hill, &test).await,
        Err(Error::Missing)
    ));
    let refused = story.does("Tom Made-Up", (&test, TaskAct::Complete), "").await;
    assert!(matches!(&refused, Acted::Refused(why) if why.contains("`note` is not shown")), "{refused:?}");
    story.does("Tom Made-Up", (&test, TaskAct::Complete), "The wrong folder").await;
    let tom = story.0.actor("Tom Made-Up").await;
    story.0.house.undo_task(&tom, &story.0.hill, &test).await.unwrap();
    assert_eq!(story.mine("Tom Made-Up").await.len(), 1, "it is open again");
    story.does("Tom Made-Up", (&test, TaskAct::Complete), "40 files, none damaged").await;
    assert_eq!(story.mine("Tom Made-Up").await, []);
    assert_eq!(story.mine("Hanna Made-Up").await, [(What::Decide, "Restore test".to_owned(), false)]);
    assert_eq!(story.standing("1").await, Standing::Due);
    story = story.on("2027-01-05").await;
    assert_eq!(story.standing("1").await, Standing::Broken);
    assert_eq!(story.mine("Hanna Made-Up").await, [(What::Decide, "Restore test".to_owned(), true)]);
    let late = story.0.house.undo_task(&tom, &story.0.hill, &test).await;
    assert!(matches!(late, Err(Error::Missing)), "only on the day");
    let signed = story.does("Hanna Made-Up", (&test, TaskAct::Countersign), "").await;
    assert!(matches!(signed, Acted::Done(_)), "{signed:?}");
    assert_eq!(story.standing("1").await, Standing::Due, "the next one is open");
    let hanna = story.0.actor("Hanna Made-Up").await;
    let tasks = story.0.house.tasks(&hanna, &story.0.hill).await.unwrap();
    assert_eq!(
        tasks.open.iter().map(|one| (one.waits, one.due.to_string())).collect::<Vec<_>>(),
        [(Waits::Doing, "2027-02-12".to_owned())]
    );
    let next = story.0.house.task(&tom, &story.0.hill, &at("restore-test", "2027-02-12", None)).await.unwrap();
    assert_eq!(next.part, Some(Part::Owner));
    assert!(
        next.past[0].words.contains("by Tom Made-Up, IT technician; signed by Hanna Made-Up on 5 January 2027"),
        "{:?}",
        next.past
    );
    let year = story.0.house.task_year(&hanna, &story.0.hill).await.unwrap();
    assert_eq!(year.iter().map(|month| month.tasks.len()).sum::<usize>(), 6, "{year:?}");
}

async fn a_joiner_begins_a_talk_and_the_first_list_does_not(url: String) {
    let mut story = Story::begun(&url).await;
    assert_eq!(story.mine("Hanna Made-Up").await, [], "the first list is how things are");
    story = story.on("2026-11-24").await;
    story.list(WITH_JO).await;
    let waits = |mine: &[(What, String, bool)]| mine.iter().filter(|one| one.1 == "Talk about security").count();
    assert_eq!(waits(&story.mine("Hanna Made-Up").await), 1);
    let jo = story.0.person("Jo Made-Up").await;
    let talk = at("security-talk", "2026-12-08", Some(jo));
    story.does("Hanna Made-Up", (&talk, TaskAct::Complete), "In her first week").await;
    assert_eq!(waits(&story.mine("Hanna Made-Up").await), 0);
    story = story.on("2026-11-25").await;
    let sam = story.0.person("Sam Made-Up").await;
    let hanna = story.0.actor("Hanna Made-Up").await;
    let whole = story.0.house.entry_at(&hanna, &story.0.hill, ("person", sam)).await.unwrap();
    let version = Version(whole.whole.entry.version);
    let filled = Filled {
        say: BTreeMap::from([(Name::from("job_title"), Value::text("Head of year"))]),
        why: "Promoted".to_owned(),
        ..Filled::default()
    };
    let saved = story.0.house.change_entry(&hanna, &story.0.hill, (("person", sam, version), &filled)).await.unwrap();
    assert_eq!(saved, Saved::Done(sam));
    assert_eq!(waits(&story.mine("Hanna Made-Up").await), 1, "a new job by hand begins one, too");
    story = story.on("2026-12-10").await;
    assert_eq!(story.standing("2").await, Standing::Broken, "ten working days have passed");
}

async fn what_a_merge_and_a_file_say_is_news_and_so_is_taking_a_merge_back(url: String) {
    let story = Story::begun(&url).await.on("2026-11-24").await;
    let (house, hill) = (&story.0.house, &story.0.hill);
    let hanna = story.0.actor("Hanna Made-Up").await;
    let news = async || {
        let turned =
            house.list_entries(&house.operator(), hill, "change", &ListAsked::default()).await.unwrap().unwrap();
        turned.entries.len()
    };
    let add = async |register: &str, say: &[(&str, &str)]| {
        let say = say.iter().map(|(name, value)| (Name::from(*name), Value::text(value))).collect();
        let filled = Filled { say, ..Filled::default() };
        let saved = house.create_entry(&hanna, hill, (register, &filled)).await.unwrap();
        let Saved::Done(id) = saved else { panic!("{saved:?}") };
        id
    };
    let at = async |register, id| house.entry_at(&hanna, hill, (register, id)).await.unwrap();
    let stays = add("person", &[("name", "Kit Made-Up"), ("kind", "staff")]).await;
    let goes = add("person", &[("name", "Kitty Made-Up"), ("kind", "volunteer"), ("job_title", "Cook")]).await;
    let before = news().await;
    let (one, other) = (at("person", stays).await, at("person", goes).await);
    let theirs = [Name::from("job_title"), Name::from("kind")].into();
    house.merge_entries(&hanna, (&one, &other), (&theirs, "The same (made up)")).await.unwrap();
    assert_eq!(news().await, before + 1, "another job; nobody waits for the kind");
    house.unmerge_entry(&hanna, &at("person", stays).await).await.unwrap();
    assert_eq!(news().await, before + 2, "it is gone again");
    let firm = add("contractor", &[("name", "Wobbly Wires (made up)")]).await;
    for (field, more) in [(None, 2), (Some("contract"), 3)] {
        let firm = at("contractor", firm).await;
        let note = futures_util::stream::iter([Ok(b"Signed (made up).".to_vec())]);
        let received = house.receive(&hanna, &firm, "contract.txt", note).await.unwrap();
        let new = NewAttachment { field: field.map(Name::from), ..NewAttachment::default() };
        let done = house.attach(&hanna, &firm, (received, &new)).await.unwrap();
        assert!(matches!(done, Attached::Done(_)), "{done:?}");
        assert_eq!(news().await, before + more, "{field:?}");
    }
}

async fn what_many_records_say_at_once_is_news_and_so_is_taking_it_back(url: String) {
    let story = Story::begun(&url).await.on("2026-11-24").await;
    let (house, hill) = (&story.0.house, &story.0.hill);
    let (hanna, sam) = (story.0.actor("Hanna Made-Up").await, story.0.person("Sam Made-Up").await);
    let news = async || {
        let turned =
            house.list_entries(&house.operator(), hill, "change", &ListAsked::default()).await.unwrap().unwrap();
        turned.entries.len()
    };
    let chosen = Chosen::Some(vec![sam, story.0.person("Tom Made-Up").await]);
    let set = |field: &str, value: &str| BulkAsked {
        act: BulkAct::Change,
        set: Some((Name::from(field), Value::text(value))),
        why: "New year (made up)".to_owned(),
    };
    let all = async |asked: &BulkAsked| {
        let shown = house.look_at_bulk(&hanna, (hill, "person"), &chosen, asked).await.unwrap();
        assert_eq!(shown.can.len(), 2, "{shown:?}");
        house.do_bulk(&hanna, (hill, "person"), &shown, asked).await.unwrap()
    };
    all(&set("kind", "volunteer")).await;
    assert_eq!(news().await, 0, "no policy waits for that");
    let bulk = all(&set("job_title", "Head of year")).await;
    assert_eq!(news().await, 2);
    let talks = story.mine("Hanna Made-Up").await.iter().filter(|one| one.1 == "Talk about security").count();
    assert_eq!(talks, 1, "one line for both");
    house.undo_bulk(&hanna, hill, "person", bulk.0).await.unwrap();
    assert_eq!(news().await, 4, "they have another job again");
    let at = house.entry_at(&hanna, hill, ("person", sam)).await.unwrap();
    let (past, _) = house.entry_past(&at, (None, 3)).await.unwrap();
    let told: Vec<_> = past.iter().map(|one| (one.what, one.who.as_str(), one.why.as_deref())).collect();
    let why = Some("New year (made up)");
    assert_eq!(
        told,
        [("Put back", "Hanna Made-Up", None), ("Changed", "Hanna Made-Up", why), ("Changed", "Hanna Made-Up", why)]
    );
    let change = ("Job title".to_owned(), "Not said".to_owned(), "Head of year".to_owned());
    assert_eq!(past[1].fields, [change]);
    let version = Version(at.whole.entry.version);
    let filled = Filled { say: [(Name::from("job_title"), Value::text("Cook"))].into(), ..Filled::default() };
    house.change_entry(&hanna, hill, (("person", sam, version), &filled)).await.unwrap();
    let undone = house.undo_entry(&hanna, hill, ("person", sam, Version(version.0 + 1))).await.unwrap();
    assert_eq!((undone, news().await), (Left::Done, 6), "one by hand, and taking it back");
    story.list(WITH_JO).await;
    let list = news().await;
    house.undo(&house.operator(), hill, None).await.unwrap();
    assert_eq!(news().await, list, "whoever is gone again has no job");
}

schoolkeeper_testkit::both_engines!(
    what_many_records_say_at_once_is_news_and_so_is_taking_it_back,
    what_a_merge_and_a_file_say_is_news_and_so_is_taking_a_merge_back,
    a_restore_test_is_countersigned_late_and_taken_back_on_its_day,
    a_joiner_begins_a_talk_and_the_first_list_does_not,
);
