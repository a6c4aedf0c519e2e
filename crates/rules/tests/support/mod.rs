//! Small worlds for tests of expressions, made of registers written out here.
#![expect(clippy::unwrap_used, reason = "tests")]
#![allow(dead_code, clippy::allow_attributes, reason = "each test program uses a part")]

use jiff::Timestamp;
use jiff::civil::date;
use schoolkeeper_core::calendar::{Calendar, Division, Term};
use schoolkeeper_core::id::{EntryId, SchoolId};
use schoolkeeper_core::pack::Pack;
use schoolkeeper_core::schema::Schemas;
use schoolkeeper_core::value::{Fact, Value};
use schoolkeeper_core::world::{Census, Entry, Params, Place, World};
use schoolkeeper_pack::{Library, load, registers};
use schoolkeeper_rules::expr::{Environment, Expression, Problem, Scene, Tested, Want};
use schoolkeeper_rules::{CompiledPack, Ctx, compile};
use std::sync::{Arc, OnceLock};

/// A register of things, one of places they refer to, one of what happens to them; and the people's records.
pub const REGISTERS: &[(&str, &str)] = &[
    (
        "thing.toml",
        r#"
[register]
id = "thing"
title = "Thing"
kind = "observed"
keep = "2 years"
keep_from = ["created"]
keep_why = "Made up"
census = "35 days"
[field]
name = { type = "text", required = true }
kind = { type = "choice", choices = ["laptop", "tablet", "phone"] }
flag = { type = "yes-no" }
fresh = { type = "yes-no", stale_after = "10 days" }
shared = { type = "yes-no", absent = "empty" }
count = { type = "number" }
limit = { type = "number" }
seen_at = { type = "instant" }
bought_on = { type = "date" }
silence = { type = "span" }
place = { type = "ref", to = "place" }
holder = { type = "ref", to = "person" }
tags = { type = "list" }
profiles = { type = "rows", fields = { name = { type = "text" }, on = { type = "yes-no" } } }
more = { type = "map" }
events = { type = "back", from = "event", by = "thing" }
[states]
first = "planned"
moves = [{ from = "planned", to = "live", by = ["staff"] }, { from = "live", to = "faulty", by = ["staff"] }]
[list]
columns = ["name"]
"#,
    ),
    (
        "place.toml",
        r#"
[register]
id = "place"
title = "Place"
kind = "entry"
keep = "2 years"
keep_from = ["created"]
keep_why = "Made up"
census = "13 months"
[field]
name = { type = "text", required = true }
locked = { type = "yes-no", absent = "unknown" }
floor = { type = "number", absent = "unknown" }
building = { type = "ref", to = "place" }
things = { type = "back", from = "thing", by = "place" }
[list]
columns = ["name"]
"#,
    ),
    (
        "event.toml",
        r#"
[register]
id = "event"
title = "Event"
kind = "event"
keep = "2 years"
keep_from = ["created"]
keep_why = "Made up"
census = "35 days"
[field]
thing = { type = "ref", to = "thing", required = true }
at = { type = "instant", required = true, absent = "unknown" }
ok = { type = "yes-no", absent = "unknown" }
size = { type = "number", absent = "unknown" }
[list]
columns = ["at"]
"#,
    ),
];

pub const PACK: &str = r#"
[pack]
id = "made-up"
title = "Made-up policy"
language = 1
[param]
gap = { value = "26 hours", stricter = "lower" }
age_max = { unit = "days", stricter = "lower", ask = "How old?" }
count_max = { value = 3, stricter = "lower" }
[role]
headteacher = { title = "Headteacher", acts_as = "head" }
siro = { title = "Senior risk owner", acts_as = "head", held_by = "headteacher" }
[list]
bad-names = { items = ["limewire", "qbit*", "tor browser"] }
[entry]
safe-room = { register = "place", set = { name = "Safe room" } }
[form]
ask = { fields = [{ name = "why", type = "text", required = true }, { name = "things", type = "list", of = "thing" }, { name = "until", type = "date" }] }
[[clause]]
id = "1"
section = "All"
text = "Something holds."
mode = "detected"
controls = ["it-holds"]
[control.it-holds]
type = "rule"
for = "thing"
expect = "thing.flag"
message = "{thing.name} at {thing.place}"
[control.borrow]
type = "request"
who = ["headteacher"]
form = "ask"
stages = [{ by = ["headteacher"] }]
[control.aup]
type = "agreement"
audience = ["headteacher"]
articles = "bound"
"#;

/// An instant, for short.
pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap_or_else(|_| format!("{text}:00Z").parse().unwrap())
}

pub fn schemas() -> Arc<Schemas> {
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/../../registers");
    let builtin =
        ["account", "account-right", "system", "person", "appointment", "grant", "signature", "publication", "case"];
    let mut files: Vec<(String, String)> = builtin
        .iter()
        .map(|name| (format!("{name}.toml"), std::fs::read_to_string(format!("{shipped}/{name}.toml")).unwrap()))
        .collect();
    files.extend(REGISTERS.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())));
    // References of the shipped registers to registers that are not here do not matter to these tests.
    let missing: Vec<(String, String)> = std::fs::read_dir(shipped)
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|path| !files.iter().any(|(name, _)| path.ends_with(name)))
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(&path).unwrap()))
        .collect();
    files.extend(missing);
    Arc::new(registers(&Library::embedded(files)).unwrap_or_else(|report| panic!("{report}")))
}

pub fn pack() -> Arc<Pack> {
    let library = Library::embedded([("made-up.toml".to_owned(), PACK.to_owned())]);
    Arc::new(load(&library, "made-up").unwrap_or_else(|report| panic!("{report}")))
}

/// A world that can still be changed.
pub struct Small {
    pub pack: Arc<CompiledPack>,
    pub params: Params,
    pub world: World,
    made: u128,
}

impl Small {
    pub fn new(now: &str) -> Self {
        static PACK: OnceLock<Arc<CompiledPack>> = OnceLock::new();
        let compiled = || compile(pack(), schemas()).unwrap_or_else(|problems| panic!("{problems:?}"));
        let pack = PACK.get_or_init(|| Arc::new(compiled())).clone();
        let schemas = pack.schemas.clone();
        let place =
            Place { school: SchoolId(uuid::Uuid::from_u128(1)), title: "Marlpit Lane (made up)".into(), trust: false };
        let world = World::new(place, at(now), Arc::new(calendar()), schemas.clone());
        let mut params = Params::new();
        let span = schoolkeeper_core::world::ParamValue::Span("26 hours".parse().unwrap());
        params.insert("gap".into(), span);
        params.insert("count_max".into(), schoolkeeper_core::world::ParamValue::Value(Value::Int(3)));
        Self { pack, params, world, made: 100 }
    }

    pub fn register(&self, id: &str) -> usize {
        self.world.schemas.index(id).unwrap()
    }

    /// Adds an entry whose values are known since long ago. Gives its id.
    pub fn put(&mut self, register: &str, values: &[(&str, Value)]) -> EntryId {
        self.put_since(register, "2020-01-01T00:00", values)
    }

    pub fn put_since(&mut self, register: &str, since: &str, values: &[(&str, Value)]) -> EntryId {
        self.made += 1;
        let id = EntryId(uuid::Uuid::from_u128(self.made));
        self.replace(id, register, since, values);
        id
    }

    pub fn replace(&mut self, id: EntryId, register: &str, since: &str, values: &[(&str, Value)]) {
        let register = self.register(register);
        let schema = &self.world.schemas.all()[register];
        let mut facts = vec![None; schema.fields.len()];
        for (name, value) in values {
            let (field, _) = schema.field(name).unwrap_or_else(|| panic!("no field {name}"));
            let held_since = at(since);
            facts[field] = Some(Fact { value: value.clone(), at: held_since, held_since, source: "test".into() });
        }
        self.world.put(register, Entry { id, since: at(since), facts });
    }

    /// Says that a list is complete, until long after.
    pub fn complete(&mut self, register: &str) {
        let register = self.register(register);
        let as_of = self.world.now;
        let ends_at = at("2100-01-01T00:00");
        self.world.put_census(register, Census { source: "test".into(), as_of, ends_at, stated: false });
    }

    pub fn compile(&self, register: &str, text: &str) -> Result<Expression, Vec<Problem>> {
        let environment = Environment::new(&self.pack.pack, &self.pack.schemas, self.pack.schemas.index(register));
        Expression::compile(text, &environment, Want::Test)
    }

    pub fn ctx(&self) -> Ctx<'_> {
        Ctx { pack: &self.pack, params: &self.params, world: &self.world }
    }

    pub fn scene(&self, register: &str, row: usize) -> Scene<'_> {
        Scene::now(self.ctx()).of(self.register(register), row)
    }

    /// Asks a text of the first entry of a register.
    pub fn ask(&mut self, register: &str, text: &str) -> Tested {
        self.world.seal();
        let expression = self.compile(register, text).unwrap_or_else(|problems| panic!("{text}: {problems:#?}"));
        expression.test(&self.scene(register, 0))
    }
}

/// Three terms of a made-up year.
pub fn calendar() -> Calendar {
    let term = |name: &str, from, to| Term {
        name: name.into(),
        from,
        to,
        half_from: None,
        half_to: None,
        inset: Vec::new(),
        closed: Vec::new(),
    };
    let terms = vec![
        term("autumn", date(2026, 9, 1), date(2026, 12, 18)),
        term("spring", date(2027, 1, 4), date(2027, 3, 25)),
        term("summer", date(2027, 4, 12), date(2027, 7, 21)),
    ];
    Calendar::new(Division::EnglandAndWales, terms)
}

pub fn text(text: &str) -> Value {
    Value::text(text)
}

pub fn instant(text: &str) -> Value {
    Value::Instant(at(text))
}
