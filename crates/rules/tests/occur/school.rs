//! A made-up school with one small policy.

use jiff::civil::{Date, date};
use jiff::{Timestamp, tz::TimeZone};
use schoolkeeper_core::calendar::{Calendar, Division, Term};
use schoolkeeper_core::control::ControlKind;
use schoolkeeper_core::id::{EntryId, Name, SchoolId};
use schoolkeeper_core::schema::Schemas;
use schoolkeeper_core::standing::ControlResult;
use schoolkeeper_core::value::{Fact, Value};
use schoolkeeper_core::world::{Census, Entry, ParamValue, Params, Place, World};
use schoolkeeper_pack::{Library, load, registers};
use schoolkeeper_rules::{CompiledPack, Ctx, Judged, compile, occur};
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

/// A made-up id; the crate of ids is no dependency here.
macro_rules! id {
    ($type:ident, $number:expr) => {
        serde_json::from_value::<$type>(format!("00000000-0000-0000-0000-{:012x}", $number).into()).unwrap()
    };
}

/// Local time in London.
pub fn at(text: &str) -> Timestamp {
    let local: jiff::civil::DateTime = text.parse().unwrap();
    local.to_zoned(TimeZone::get("Europe/London").unwrap()).unwrap().timestamp()
}

pub fn day(text: &str) -> Value {
    Value::Date(text.parse().unwrap())
}

pub fn text(text: &str) -> Value {
    Value::text(text)
}

pub fn texts(items: &[&str]) -> Value {
    Value::List(items.iter().map(Value::text).collect())
}

pub fn map(items: &[(&str, Value)]) -> Value {
    let items: BTreeMap<Name, Value> = items.iter().map(|(name, value)| (Name::from(*name), value.clone())).collect();
    Value::Map(Arc::new(items))
}

/// Made-up terms of 2026/27.
pub fn terms() -> Vec<Term> {
    let term = |name: &str, [from, half_from, half_to, to]: [Date; 4]| Term {
        name: name.to_owned(),
        from,
        to,
        half_from: Some(half_from),
        half_to: Some(half_to),
        inset: vec![from],
        closed: vec![],
    };
    vec![
        term("autumn", [date(2026, 9, 1), date(2026, 10, 26), date(2026, 10, 30), date(2026, 12, 18)]),
        term("spring", [date(2027, 1, 4), date(2027, 2, 15), date(2027, 2, 19), date(2027, 3, 25)]),
        term("summer", [date(2027, 4, 12), date(2027, 5, 31), date(2027, 6, 4), date(2027, 7, 21)]),
    ]
}

/// One policy, one world.
pub struct School {
    pub pack: CompiledPack,
    pub params: Params,
    pub world: World,
    next: u64,
}

pub const HEAD: &str = r#"
[pack]
id = "test"
title = "Test policy"
version = "1"
language = 1
[role]
premises-staff = { title = "Premises staff", acts_as = "staff" }
headteacher = { title = "Headteacher", acts_as = "head" }
it-technician = { title = "IT technician", acts_as = "technician" }
site-manager = { title = "Site manager", acts_as = "staff" }
"#;

fn schemas() -> Arc<Schemas> {
    static SCHEMAS: LazyLock<Arc<Schemas>> = LazyLock::new(|| {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../registers");
        Arc::new(registers(&Library::from_dirs([folder])).unwrap_or_else(|report| panic!("{report:?}")))
    });
    SCHEMAS.clone()
}

/// Reads one control named `it` (and whatever else the text holds).
pub fn school(controls: &str, now: &str) -> School {
    let text = format!("{HEAD}{controls}");
    let library = Library::embedded([("test.toml".to_owned(), text)]);
    let pack = load(&library, "test").unwrap_or_else(|report| panic!("{report:?}"));
    let schemas = schemas();
    let pack = compile(Arc::new(pack), schemas.clone()).unwrap_or_else(|errors| panic!("{errors:?}"));
    let place = Place { school: id!(SchoolId, 1), title: "Oakmere Primary (made up)".into(), trust: false };
    let calendar = Arc::new(Calendar::new(Division::EnglandAndWales, terms()));
    let mut school =
        School { pack, params: Params::new(), world: World::new(place, at(now), calendar, schemas), next: 100 };
    for role in ["premises-staff", "headteacher"] {
        school.put("appointment", &[("role", Value::text(role))]);
    }
    school
}

impl School {
    pub fn now(mut self, now: &str) -> Self {
        self.world.now = at(now);
        self
    }

    pub fn without_calendar(mut self) -> Self {
        self.world.calendar = Arc::new(Calendar::new(Division::EnglandAndWales, vec![]));
        self
    }

    pub fn in_force(mut self, since: &str) -> Self {
        self.world.in_force_since.insert("it".into(), at(since));
        self
    }

    pub fn param(mut self, name: &str, span: &str) -> Self {
        self.params.insert(name.into(), ParamValue::Span(span.parse().unwrap()));
        self
    }

    pub fn census(mut self, register: &str) -> Self {
        let register = self.world.schemas.index(register).unwrap();
        let (as_of, ends_at) = (at("2026-09-01T00:00"), at("2027-09-01T00:00"));
        self.world.put_census(register, Census { source: "hand".into(), as_of, ends_at, stated: false });
        self
    }

    /// Adds an entry known since 2020.
    pub fn put(&mut self, register: &str, values: &[(&str, Value)]) -> EntryId {
        self.put_since(register, at("2020-01-01T00:00"), values)
    }

    pub fn put_since(&mut self, register: &str, since: Timestamp, values: &[(&str, Value)]) -> EntryId {
        let index = self.world.schemas.index(register).unwrap();
        let schema = &self.world.schemas.all()[index];
        let mut facts = vec![None; schema.fields.len()];
        let mut values = values.to_vec();
        if register == "appointment" && !values.iter().any(|(name, _)| *name == "person") {
            values.push(("person", Value::Ref(id!(EntryId, 7))));
        }
        for (name, value) in values {
            let (field, _) = schema.field(name).unwrap_or_else(|| panic!("no field {name}"));
            facts[field] = Some(Fact { value, at: since, held_since: since, source: "test".into() });
        }
        let id = self.fresh();
        self.world.put(index, Entry { id, since, facts });
        self.world.seal();
        id
    }

    /// An id nobody has.
    pub fn fresh(&mut self) -> EntryId {
        self.next += 1;
        id!(EntryId, self.next)
    }

    /// Somebody did an occurrence of `it` on its due date, showing a note.
    pub fn did(self, occurrence: &str) -> Self {
        self.done(occurrence, &[("on", day(occurrence)), ("shown", texts(&["note"]))])
    }

    pub fn done(mut self, occurrence: &str, more: &[(&str, Value)]) -> Self {
        let mut values = vec![("control", text("it")), ("occurrence", day(occurrence)), ("by", text("premises-staff"))];
        values.extend(more.iter().cloned());
        if !more.iter().any(|(name, _)| *name == "on") {
            values.push(("on", day(occurrence)));
        }
        self.put("done", &values);
        self
    }

    pub fn ctx(&self) -> Ctx<'_> {
        Ctx { pack: &self.pack, params: &self.params, world: &self.world }
    }

    pub fn judged(&self) -> Judged {
        let control = &self.pack.controls["it"];
        match &control.control.kind {
            ControlKind::Duty(spec) => occur::duty::judge(self.ctx(), control, spec),
            ControlKind::Job(spec) => occur::job::judge(self.ctx(), control, spec),
            _ => panic!("neither duty nor job"),
        }
    }

    pub fn result(&self) -> ControlResult {
        self.judged().fold(&"it".into(), &self.world, |_, _| true)
    }
}
