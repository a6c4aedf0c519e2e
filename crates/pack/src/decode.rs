//! From a tree to the structs of `core`: a serde deserializer that keeps positions and speaks plain English.

use crate::node::{Node, Table, Value};
use crate::suggest;
use schoolkeeper_core::diagnostic::{Diagnostic, Place};
use serde::de::value::StrDeserializer;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _, Expected, IntoDeserializer};
use serde::de::{MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor};
use serde_spanned::de::SpannedDeserializer;
use std::fmt;
use std::ops::Range;

/// How many mistakes of one table are told at once.
const MISTAKES_MAX: usize = 8;

/// Reads one table into `T`. Every mistake found is added to `errors`; `None` when there was any.
pub(crate) fn read<T: DeserializeOwned>(node: &Node, errors: &mut Vec<Diagnostic>) -> Option<T> {
    read_beside(node, &[], errors)
}

/// As [`read`], when some keys of the table were taken out before: they are offered in hints too.
pub(crate) fn read_beside<T: DeserializeOwned>(
    node: &Node,
    beside: &[&'static str],
    errors: &mut Vec<Diagnostic>,
) -> Option<T> {
    let mut mistake = match T::deserialize(node) {
        Ok(value) => return Some(value),
        Err(mistake) => mistake,
    };
    let mut rest = node.clone();
    let mut removed: Vec<String> = Vec::new();
    for _ in 0..MISTAKES_MAX {
        if mistake.0.missing.as_ref().is_some_and(|key| removed.contains(key)) {
            return None;
        }
        let at = mistake.0.range.clone().unwrap_or_else(|| node.range.clone()).start;
        let missing = mistake.0.missing.is_some();
        report(mistake, node, beside, errors);
        let Value::Table(table) = &mut rest.value else { return None };
        let culprit = table.items.iter().find(|item| !missing && item.extent().contains(&at));
        let key = culprit.map(|item| item.key.clone())?;
        table.take(&key);
        removed.push(key);
        mistake = match T::deserialize(&rest) {
            Ok(_) => return None,
            Err(mistake) => mistake,
        };
    }
    None
}

fn report(mistake: Mistake, node: &Node, beside: &[&'static str], errors: &mut Vec<Diagnostic>) {
    let why = *mistake.0;
    let range = why.range.unwrap_or_else(|| node.range.clone());
    let hint = match why.unknown {
        Some((found, known)) => {
            let known = known.iter().chain(beside).copied();
            Some(suggest::hint(&found, known, "the keys here are"))
        }
        None => why.hint,
    };
    errors.push(Diagnostic { hint, ..Diagnostic::error(why.message, Place { file: 0, range }) });
}

/// Why a value does not fit; boxed, since every step of the reading returns it.
#[derive(Clone, Debug)]
pub(crate) struct Mistake(Box<Why>);

#[derive(Clone, Debug, Default)]
struct Why {
    message: String,
    hint: Option<String>,
    /// The key that is not there.
    missing: Option<String>,
    /// The key that is not known, and those that are.
    unknown: Option<(String, &'static [&'static str])>,
    range: Option<Range<usize>>,
}

impl Mistake {
    fn new(message: String) -> Self {
        Self::of(Why { message, ..Why::default() })
    }

    fn of(why: Why) -> Self {
        Self(Box::new(why))
    }

    fn at(mut self, range: &Range<usize>) -> Self {
        self.0.range.get_or_insert_with(|| range.clone());
        self
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Mistake {}

impl serde::de::Error for Mistake {
    fn custom<T: fmt::Display>(message: T) -> Self {
        let message = message.to_string();
        // The words of libraries say nothing to somebody who writes a pack.
        if message.starts_with("data did not match any variant") {
            let hint = Some("a text in quotes, a number, or `true` or `false` belongs here".to_owned());
            return Self::of(Why {
                hint,
                message: "this kind of value does not fit here".to_owned(),
                ..Why::default()
            });
        }
        if message.starts_with("failed to parse") {
            let hint = Some("write a day as in `2026-11-21`".to_owned());
            return Self::of(Why { hint, message: "this is no day".to_owned(), ..Why::default() });
        }
        Self::new(message)
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let wanted = wanted(&expected.to_string());
        let hint = match (&found, wanted.as_str()) {
            (Unexpected::Str(text), LIST) => Some(format!("write `[\"{}\"]`", suggest::short(text))),
            (Unexpected::Map, LIST) => Some("put it into brackets: `[{ … }]`".to_owned()),
            (Unexpected::Signed(value), TEXT) => Some(format!("write `\"{value}\"`")),
            (Unexpected::Float(value), TEXT) => Some(format!("write `\"{value}\"`")),
            (Unexpected::Bool(value), TEXT) => Some(format!("write `\"{value}\"`")),
            (Unexpected::Str(text), NUMBER) if text.parse::<u32>().is_ok() => Some(format!("write `{text}`")),
            _ => None,
        };
        let message = format!("this is {}, but {wanted} belongs here", says(&found));
        Self::of(Why { message, hint, ..Why::default() })
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(format!("{} does not fit here; {} belongs here", says(&found), wanted(&expected.to_string())))
    }

    fn unknown_variant(found: &str, expected: &'static [&'static str]) -> Self {
        let hint = Some(suggest::hint(found, expected.iter().copied(), "one of"));
        Self::of(Why { hint, message: format!("`{found}` is not known here"), ..Why::default() })
    }

    fn unknown_field(found: &str, expected: &'static [&'static str]) -> Self {
        let unknown = Some((found.to_owned(), expected));
        Self::of(Why { unknown, message: format!("the key `{found}` is not known here"), ..Why::default() })
    }

    fn missing_field(field: &'static str) -> Self {
        let (hint, missing) = (Some(format!("add `{field} = …`")), Some(field.to_owned()));
        Self::of(Why { hint, missing, message: format!("`{field}` is missing"), ..Why::default() })
    }
}

const TEXT: &str = "a text in quotes";
const LIST: &str = "a list in `[ ]`";
const NUMBER: &str = "a whole number from 0";

fn says(found: &Unexpected<'_>) -> String {
    match found {
        Unexpected::Bool(value) => format!("`{value}`"),
        Unexpected::Signed(value) => format!("the number `{value}`"),
        Unexpected::Float(value) => format!("the number `{value}`"),
        Unexpected::Str(text) => format!("the text `{}`", suggest::short(text)),
        Unexpected::Seq => "a list".to_owned(),
        Unexpected::Map => "a table".to_owned(),
        other => other.to_string(),
    }
}

/// What serde calls a type, in the words of somebody who writes a pack.
fn wanted(expected: &str) -> String {
    match expected {
        "a string" | "str" | "string" => TEXT.to_owned(),
        "a boolean" => "`true` or `false`".to_owned(),
        "a sequence" => LIST.to_owned(),
        "a map" => "a table".to_owned(),
        "f32" | "f64" => "a number".to_owned(),
        "u8" | "u16" | "u32" | "u64" | "usize" => NUMBER.to_owned(),
        "i8" | "i16" | "i32" | "i64" => "a whole number".to_owned(),
        other if other.starts_with("struct ") || other.contains("Visitor") => "a table".to_owned(),
        other => other.to_owned(),
    }
}

impl<'de> Deserializer<'de> for &Node {
    type Error = Mistake;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        match &self.value {
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Int(value) => visitor.visit_i64(*value),
            Value::Number(value) => visitor.visit_f64(*value),
            Value::Text(text) => visitor.visit_str(text),
            Value::List(items) => visitor.visit_seq(Items(items.iter())),
            Value::Table(table) => visitor.visit_map(Entries::of(table)),
        }
        .map_err(|mistake: Mistake| mistake.at(&self.range))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        visitor.visit_some(self).map_err(|mistake: Mistake| mistake.at(&self.range))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Mistake> {
        visitor.visit_newtype_struct(self).map_err(|mistake: Mistake| mistake.at(&self.range))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        if serde_spanned::de::is_spanned(name) {
            let spanned = SpannedDeserializer::<'de, &Node, Mistake>::new(self, self.range.clone());
            return visitor.visit_map(spanned).map_err(|mistake: Mistake| mistake.at(&self.range));
        }
        self.deserialize_any(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        match &self.value {
            Value::Text(text) => visitor.visit_enum(Variant(text)),
            _ => Err(Mistake::invalid_type(self.unexpected(), &"a text in quotes")),
        }
        .map_err(|mistake: Mistake| mistake.at(&self.range))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map identifier ignored_any
    }
}

impl Node {
    fn unexpected(&self) -> Unexpected<'_> {
        match &self.value {
            Value::Bool(value) => Unexpected::Bool(*value),
            Value::Int(value) => Unexpected::Signed(*value),
            Value::Number(value) => Unexpected::Float(*value),
            Value::Text(text) => Unexpected::Str(text),
            Value::List(_) => Unexpected::Seq,
            Value::Table(_) => Unexpected::Map,
        }
    }
}

impl IntoDeserializer<'_, Mistake> for &Node {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

struct Items<'a>(std::slice::Iter<'a, Node>);

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Mistake;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Mistake> {
        let read = |node: &Node| seed.deserialize(node).map_err(|mistake| mistake.at(&node.range));
        self.0.next().map(read).transpose()
    }
}

struct Entries<'a> {
    items: std::slice::Iter<'a, crate::node::Item>,
    value: Option<&'a Node>,
}

impl<'a> Entries<'a> {
    fn of(table: &'a Table) -> Self {
        Self { items: table.items.iter(), value: None }
    }
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = Mistake;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Mistake> {
        let Some(item) = self.items.next() else { return Ok(None) };
        self.value = Some(&item.node);
        let key: StrDeserializer<'_, Mistake> = item.key.as_str().into_deserializer();
        seed.deserialize(key).map(Some).map_err(|mistake| mistake.at(&item.range))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Mistake> {
        let node = self.value.take().expect("serde asks for a value only after its key");
        seed.deserialize(node).map_err(|mistake| mistake.at(&node.range))
    }
}

struct Variant<'a>(&'a str);

impl<'de> EnumAccess<'de> for Variant<'_> {
    type Error = Mistake;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Mistake> {
        let name: StrDeserializer<'_, Mistake> = self.0.into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_> {
    type Error = Mistake;

    fn unit_variant(self) -> Result<(), Mistake> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _: T) -> Result<T::Value, Mistake> {
        Err(Mistake::custom(format!("`{}` cannot stand here", self.0)))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Mistake> {
        Err(Mistake::custom(format!("`{}` cannot stand here", self.0)))
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], _: V) -> Result<V::Value, Mistake> {
        Err(Mistake::custom(format!("`{}` cannot stand here", self.0)))
    }
}
