//! A form a policy declares, as the pages ask it: its fields as a register has them, so that one way of asking, reading
//! and showing serves both.
//!
//! Invariant: whatever [`read`] takes has the type the engine wants of the field; what is not asked is not answered.

mod filling;
mod offered;

pub use filling::Filling;
pub use offered::Offered;

use crate::entry::form;
use crate::register::cell::{Words, choice};
use jiff::tz::TimeZone;
use schoolkeeper_core::control::FormField;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::pack::Pack;
use schoolkeeper_core::schema::{Absent, Field, FieldType, Level, List, Register, RegisterKind, Schemas};
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::flow::form::label;
use std::collections::BTreeMap;

/// Rows an empty list of rows begins with.
const ROWS_FIRST: usize = 3;
/// Most rows of one list.
const ROWS_MAX: usize = 50;
/// What parts the two answers of a row in what was typed.
pub const PART: char = '\t';
/// The only answer of a signature.
pub const SIGNED: &str = "signed";

/// What was typed, by name of the field.
pub type Typed = BTreeMap<Name, String>;

/// One asked field of a form.
#[derive(Clone, Debug)]
pub struct Asked {
    declared: FormField,
    /// The same as a register has it.
    pub field: Field,
    /// How its rows are filled in, when it is a list of rows.
    pub rows: Option<Rows>,
}

/// A list whose items each need a further answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rows {
    /// Under which names the item and its answer are kept.
    names: [Name; 2],
    /// What people read above them.
    pub labels: [String; 2],
    /// The items, where the policy names them all; else people write their own.
    pub items: Vec<String>,
}

/// A form's fields.
#[derive(Clone, Debug)]
pub struct PackForm {
    /// In the order of the form.
    pub asked: Vec<Asked>,
}

impl PackForm {
    /// The fields of a form that are to be asked.
    pub fn of(fields: &[&FormField], pack: &Pack, schemas: &Schemas) -> Self {
        Self { asked: fields.iter().map(|declared| Asked::of(declared, pack, schemas)).collect() }
    }

    /// Its fields as a register has them: rows are asked beside it.
    pub fn register(&self, title: &str) -> Register {
        Register {
            id: Name::from("form"),
            title: title.to_owned(),
            plural: None,
            kind: RegisterKind::Entry,
            level: Level::School,
            builtin: false,
            closed: true,
            keep: None,
            census: None,
            identity: Vec::new(),
            fields: self.asked.iter().map(|asked| asked.field.clone()).collect(),
            states: None,
            list: List::default(),
            sections: Vec::new(),
            does: Vec::new(),
        }
    }

    /// A field by its name.
    pub fn get(&self, name: &str) -> Option<&Asked> {
        self.asked.iter().find(|asked| *asked.field.name == *name)
    }

    /// What was typed as answers, and what cannot be read, field by field.
    pub fn read(&self, typed: &Typed, zone: &TimeZone) -> (Value, Vec<(Name, String)>) {
        let (mut answers, mut mistakes) = (BTreeMap::new(), Vec::new());
        for asked in &self.asked {
            match asked.read(typed.get(&asked.field.name).map_or("", String::as_str), zone) {
                Ok(Some(value)) => drop(answers.insert(asked.field.name.clone(), value)),
                Ok(None) => {}
                Err(why) => mistakes.push((asked.field.name.clone(), why)),
            }
        }
        (Value::Map(answers.into()), mistakes)
    }

    /// Answers as they stand in the form.
    pub fn typed(&self, answers: &Value, zone: &TimeZone) -> Typed {
        let answered = self.asked.iter().filter_map(|asked| Some((asked, answers.get(&asked.field.name)?)));
        answered.map(|(asked, value)| (asked.field.name.clone(), asked.typed(value, zone))).collect()
    }
}

impl Asked {
    fn of(declared: &FormField, pack: &Pack, schemas: &Schemas) -> Self {
        let rows = Rows::of(declared, pack);
        let mut help: Vec<String> = declared.help.iter().map(|help| help.trim_end_matches('.').to_owned()).collect();
        help.extend(declared.sensitive.then(|| "Only those who deal with it see this".to_owned()));
        let field = Field {
            name: declared.name.clone(),
            label: label(declared),
            kind: kind(declared, pack, schemas),
            required: declared.required,
            absent: Absent::Unknown,
            stale_after: None,
            import: Vec::new(),
            find: false,
            sensitive: declared.sensitive,
            help: (!help.is_empty()).then(|| help.join(". ")),
            when: None,
            why: false,
            retired: false,
        };
        Self { declared: declared.clone(), field, rows }
    }

    /// Whether a file is handed in for it.
    pub fn is_file(&self) -> bool {
        matches!(self.field.kind, FieldType::File | FieldType::Photo)
    }

    fn is_signature(&self) -> bool {
        &**self.declared.kind.get_ref() == "signature"
    }

    fn read(&self, text: &str, zone: &TimeZone) -> Result<Option<Value>, String> {
        match &self.rows {
            Some(rows) => rows.read(&self.field.label, text),
            None if self.is_signature() => Ok((text == SIGNED).then_some(Value::Bool(true))),
            None => {
                let value = form::read(&self.field, text, zone)?;
                let long = |item: &Value| item.as_text().is_some_and(|text| text.chars().count() > form::LINE_MAX);
                if matches!(&value, Some(Value::List(items)) if items.iter().any(long)) {
                    return Err(format!("Each line of {} may have {} characters", self.field.label, form::LINE_MAX));
                }
                Ok(value)
            }
        }
    }

    fn typed(&self, value: &Value, zone: &TimeZone) -> String {
        match (&self.rows, value) {
            (Some(rows), value) => rows.typed(value),
            (None, Value::Bool(true) | Value::Text(_)) if self.is_signature() => SIGNED.to_owned(),
            _ => form::typed_as(&self.field, value, zone),
        }
    }

    /// An answer as people read it.
    pub fn words(&self, value: &Value, words: &Words) -> String {
        if self.is_signature() { "Signed".to_owned() } else { words.of(&self.field, Some(value)) }
    }
}

impl Rows {
    fn of(declared: &FormField, pack: &Pack) -> Option<Self> {
        let each = declared.each.as_ref().filter(|_| &**declared.kind.get_ref() == "list")?;
        let of = declared.of.as_deref().unwrap_or("item");
        Some(Self {
            names: [of, each].map(|name| Name::from(name.replace('-', "_"))),
            labels: [of, each].map(|name| choice(&name.replace('_', "-"))),
            items: pack.lists.get(of).map_or_else(Vec::new, |list| list.items.clone()),
        })
    }

    /// The rows as they stand on a page: what was typed, and room for more.
    pub fn shown(&self, typed: &str) -> Vec<[String; 2]> {
        let filled = parts(typed);
        if !self.items.is_empty() {
            let answer =
                |item: &String| filled.iter().find(|[known, _]| known == item).map(|[_, answer]| answer.clone());
            return self.items.iter().map(|item| [item.clone(), answer(item).unwrap_or_default()]).collect();
        }
        let room = if filled.len() < ROWS_FIRST { ROWS_FIRST - filled.len() } else { 1 };
        let empty = std::iter::repeat_with(<[String; 2]>::default).take(room);
        filled.into_iter().chain(empty).take(ROWS_MAX).collect()
    }

    fn read(&self, label: &str, text: &str) -> Result<Option<Value>, String> {
        let rows: Vec<[String; 2]> = parts(text)
            .into_iter()
            .filter(|[item, answer]| !(answer.is_empty() && (item.is_empty() || self.items.contains(item))))
            .collect();
        if rows.len() > ROWS_MAX {
            return Err(format!("{label} may have {ROWS_MAX} rows"));
        }
        let [of, each] = &self.labels;
        for [item, answer] in &rows {
            if item.is_empty() {
                return Err(format!("Say for which “{}” this is: {answer}", of.to_lowercase()));
            }
            if answer.is_empty() {
                return Err(format!("Say “{}” for {item}", each.to_lowercase()));
            }
            if !self.items.is_empty() && !self.items.contains(item) {
                return Err(format!("Choose one of those shown for {}", label.to_lowercase()));
            }
            let long = [item, answer].into_iter().any(|text| text.chars().count() > form::LINE_MAX);
            if long {
                return Err(format!("Each answer of {label} may have {} characters", form::LINE_MAX));
            }
        }
        let value = |[item, answer]: [String; 2]| {
            let named = self.names.iter().cloned().zip([item, answer].map(Value::text));
            Value::Map(named.collect::<BTreeMap<_, _>>().into())
        };
        let rows: Vec<Value> = rows.into_iter().map(value).collect();
        Ok((!rows.is_empty()).then(|| Value::List(rows.into())))
    }

    fn typed(&self, value: &Value) -> String {
        let part = |row: &Value, name: &Name| row.get(name).and_then(Value::as_text).unwrap_or_default().to_owned();
        let line = |row: &Value| self.names.each_ref().map(|name| part(row, name)).join(&PART.to_string());
        value.items().iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

/// The two answers of each row; blanks around them go.
fn parts(typed: &str) -> Vec<[String; 2]> {
    let row = |line: &str| {
        let (item, answer) = line.split_once(PART).unwrap_or((line, ""));
        [item, answer].map(|text| text.replace(PART, " ").trim().to_owned())
    };
    typed.lines().map(row).filter(|row| row.iter().any(|text| !text.is_empty())).collect()
}

/// The type of a register's field that asks the same.
fn kind(field: &FormField, pack: &Pack, schemas: &Schemas) -> FieldType {
    let to = || field.to.clone().unwrap_or_else(|| Name::from("any"));
    match &**field.kind.get_ref() {
        "long-text" => FieldType::LongText,
        "number" => FieldType::Number,
        "money" => FieldType::Money,
        "yes-no" => FieldType::YesNo,
        "choice" => FieldType::Choice(field.choices.clone()),
        "choices" => FieldType::Choices(field.choices.clone()),
        "date" => FieldType::Date,
        "instant" => FieldType::Instant,
        "person" => FieldType::Ref(Name::from("person")),
        "ref" | "place" => FieldType::Ref(to()),
        "file" => FieldType::File,
        "photo" => FieldType::Photo,
        "signature" => FieldType::Choices(vec![Name::from(SIGNED)]),
        "list" if field.each.is_some() => FieldType::Rows(Vec::new()),
        "list" => match &field.of {
            Some(of) if schemas.get(of).is_some() => FieldType::Refs(of.clone()),
            Some(of) => match pack.lists.get(of) {
                Some(list) => FieldType::Choices(list.items.iter().map(|item| Name::from(item.as_str())).collect()),
                None => FieldType::List,
            },
            None => FieldType::List,
        },
        _ => FieldType::Text,
    }
}

#[cfg(test)]
#[path = "pack_form_tests.rs"]
mod pack_form_tests;
