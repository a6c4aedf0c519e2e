//! A made-up trust: its policy of 150 rules and its schools.

use jiff::{SignedDuration, Timestamp, ToSpan};
use schoolkeeper_core::calendar::{Calendar, Division};
use schoolkeeper_core::control::ControlKind;
use schoolkeeper_core::id::{EntryId, SchoolId};
use schoolkeeper_core::value::{Fact, Value};
use schoolkeeper_core::world::{Census, Entry, ParamValue, Params, Place, World};
use schoolkeeper_pack::{Library, load, registers};
use schoolkeeper_rules::{CompiledControl, CompiledPack, compile};
use std::fmt::Write;
use std::sync::Arc;

/// Register and expression of the rules; the policy repeats them until there are 150.
pub const RULES: [(&str, &str); 15] = [
    ("device", "device.encrypted"),
    ("device", "device.os_version != null && version_at_least(device.os_version, '10.0.19045')"),
    ("device", "age(device.last_seen_at) <= param.silent"),
    ("device", "!(device.kind in ['desktop', 'laptop']) || device.encrypted"),
    ("device", "device.firewall_profiles.all(p, p.on)"),
    ("device", "linked(device.holder) && device.holder.active"),
    ("device", "device.ownership == 'school' || granted('home-working', device.holder)"),
    ("device", "device.media_mounts.within(days(30)).size() <= param.mounts"),
    ("device", "device.serial != null && device.name != ''"),
    ("device", "device.holder.last_day == null || device.holder.last_day >= today"),
    ("account", "linked(account.person) && !account.shared"),
    ("account", "age(account.password_set_at) <= param.password"),
    ("account", "!account.active || account.person.active"),
    ("person", "holds(person, 'headteacher') || person.kind != 'governor'"),
    ("person", "signed('aup', person)"),
];

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

pub fn pack() -> CompiledPack {
    let mut text = String::from(
        "[pack]\nid = \"trust\"\ntitle = \"Made-up trust\"\nlanguage = 1\n\
         [param]\nsilent = { value = \"30 days\" }\npassword = { value = \"400 days\" }\nmounts = { value = 3 }\n\
         [role]\nheadteacher = { title = \"Headteacher\", acts_as = \"head\" }\n\
         [form]\nhome = { fields = [{ name = \"why\", type = \"text\" }] }\n\
         [control]\nhome-working = { type = \"request\", who = [\"headteacher\"], form = \"home\", stages = [{ by = [\"headteacher\"] }] }\n\
         aup = { type = \"agreement\", audience = [\"staff\"], articles = \"bound\" }\n",
    );
    for rule in 0..150 {
        let (register, expect) = RULES[rule % RULES.len()];
        let control = format!("rule-{rule} = {{ type = \"rule\", for = \"{register}\", expect = \"{expect}\" }}");
        writeln!(text, "{control}").unwrap();
    }
    let schemas = registers(&Library::from_dirs([format!("{ROOT}/registers")])).unwrap();
    let pack = load(&Library::embedded([("trust.toml".to_owned(), text)]), "trust")
        .unwrap_or_else(|report| panic!("{report}"));
    let mut pack = compile(Arc::new(pack), Arc::new(schemas)).unwrap_or_else(|problems| panic!("{problems:#?}"));
    pack.controls.retain(|_, control| matches!(control.control.kind, ControlKind::Rule(_)));
    pack
}

pub fn register_of(control: &CompiledControl, world: &World) -> usize {
    let ControlKind::Rule(rule) = &control.control.kind else { panic!("only rules are kept") };
    world.schemas.index(rule.subject.get_ref()).unwrap()
}

/// One school with what it sees.
pub struct School {
    pub world: World,
    pub params: Params,
    made: u128,
}

impl School {
    pub fn new(pack: &CompiledPack, number: usize) -> Self {
        let now: Timestamp = "2026-11-23T08:00:00Z".parse().unwrap();
        let place =
            Place { school: SchoolId(uuid::Uuid::from_u128(number as u128)), title: "Made up".into(), trust: false };
        let calendar = Arc::new(Calendar::new(Division::EnglandAndWales, Vec::new()));
        let world = World::new(place, now, calendar, pack.schemas.clone());
        let mut params = Params::new();
        params.insert("silent".into(), ParamValue::Span("30 days".parse().unwrap()));
        params.insert("password".into(), ParamValue::Span("400 days".parse().unwrap()));
        params.insert("mounts".into(), ParamValue::Value(Value::Int(3)));
        let mut school = Self { world, params, made: (number as u128) << 64 };
        school.fill();
        school.world.seal();
        school
    }

    fn fill(&mut self) {
        let people: Vec<EntryId> = (0..150).map(|n| self.person(n)).collect();
        self.add(
            "publication",
            &[("agreement", Value::text("aup")), ("version", Value::text("1")), ("published_at", self.ago(300))],
        );
        self.add("appointment", &[("person", Value::Ref(people[0])), ("role", Value::text("headteacher"))]);
        for (n, &person) in people.iter().enumerate() {
            self.account(n, person);
            if n % 10 != 0 {
                let version = ("version", Value::text("1"));
                self.add(
                    "signature",
                    &[
                        ("agreement", Value::text("aup")),
                        ("person", Value::Ref(person)),
                        version,
                        ("signed_at", self.ago(200)),
                    ],
                );
            }
            if n.is_multiple_of(15) {
                self.add("grant", &[("request", Value::text("home-working")), ("person", Value::Ref(person))]);
            }
        }
        for n in 0..500 {
            let device = self.device(n, people[n % 150]);
            for day in 0..n as i64 % 3 {
                self.add("media-mount", &[("device", Value::Ref(device)), ("at", self.ago(day * 20))]);
            }
        }
        for register in ["person", "account", "device", "media-mount"] {
            let ends_at = self.world.now + SignedDuration::from_hours(24 * 30);
            let at = self.world.schemas.index(register).unwrap();
            self.world
                .put_census(at, Census { source: "made-up".into(), as_of: self.world.now, ends_at, stated: false });
        }
    }

    fn person(&mut self, n: usize) -> EntryId {
        let kind = Value::text(if n.is_multiple_of(20) { "governor" } else { "staff" });
        let active = ("active", Value::Bool(!n.is_multiple_of(25)));
        self.add("person", &[("name", Value::text(format!("Person {n}"))), ("kind", kind), active])
    }

    fn account(&mut self, n: usize, person: EntryId) {
        let set_at = ("password_set_at", self.ago(n as i64 * 3));
        let active = ("active", Value::Bool(true));
        self.add(
            "account",
            &[("name", Value::text(format!("user{n}"))), ("person", Value::Ref(person)), set_at, active],
        );
    }

    fn device(&mut self, n: usize, holder: EntryId) -> EntryId {
        let profile = |on| {
            let pairs = [("name".into(), Value::text("public")), ("on".into(), Value::Bool(on))];
            Value::Map(Arc::new(pairs.into_iter().collect()))
        };
        self.add(
            "device",
            &[
                ("name", Value::text(format!("DEV-{n}"))),
                ("serial", Value::text(format!("SN{n:06}"))),
                ("kind", Value::text(["desktop", "laptop", "tablet"][n % 3])),
                ("os_version", Value::text(["10.0.19045.1", "10.0.22631", "10.0.17763"][n % 3])),
                ("ownership", Value::text(if n.is_multiple_of(30) { "personal" } else { "school" })),
                ("encrypted", Value::Bool(!n.is_multiple_of(12))),
                ("holder", Value::Ref(holder)),
                ("last_seen_at", self.ago(n as i64 % 33)),
                ("firewall_profiles", Value::List([profile(true), profile(!n.is_multiple_of(17))].into())),
            ],
        )
    }

    fn ago(&self, days: i64) -> Value {
        Value::Instant(self.world.now.checked_sub((days * 24).hours()).unwrap())
    }

    fn add(&mut self, register: &str, values: &[(&str, Value)]) -> EntryId {
        self.made += 1;
        let id = EntryId(uuid::Uuid::from_u128(self.made));
        let at = self.world.schemas.index(register).unwrap();
        let schema = &self.world.schemas.all()[at];
        let seen = self.world.now - SignedDuration::from_hours(20);
        let held_since = self.world.now - SignedDuration::from_hours(24 * 90);
        let mut facts = vec![None; schema.fields.len()];
        for (name, value) in values {
            let (field, _) = schema.field(name).unwrap_or_else(|| panic!("{register} has no {name}"));
            facts[field] = Some(Fact { value: value.clone(), at: seen, held_since, source: "made-up".into() });
        }
        self.world.put(at, Entry { id, since: held_since, facts });
        id
    }
}
