//! `of.name`: fields of entries, rows, forms, params.

use super::{Checker, Node, Typed};
use crate::expr::environment::Form;
use crate::expr::node::{Column, Items, Scalar};
use crate::expr::parse::{Kind, Tree};
use crate::expr::types::{Type, did_you_mean};
use schoolkeeper_core::control::FormField;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::pack::{Literal, Param};
use schoolkeeper_core::phrase::{Span, Unit};
use schoolkeeper_core::schema::{Field, FieldType};
use std::ops::Range;
use std::sync::Arc;

impl Checker<'_, '_> {
    pub(super) fn select(&mut self, tree: &Tree, of: &Tree, name: &str) -> Option<Typed> {
        let word = tree.range.end.saturating_sub(name.len())..tree.range.end;
        if let Kind::Name(variable) = &of.kind
            && !self.locals.iter().any(|local| local.name == *variable)
        {
            match (variable.as_str(), self.env.form) {
                ("param", _) => return self.param(name, &word),
                ("school", _) => return self.school(name, &word),
                ("form", Form::Fields(fields)) => return self.form_field(fields, name, &word),
                _ => {}
            }
        }
        let typed = self.typed(of)?;
        match typed.kind.clone() {
            Type::Entry(Some(register)) => self.field(typed, register, name, (of, &word)),
            Type::Row(fields) => self.row_field(typed, &fields, name, &word),
            Type::Map | Type::Any => {
                let empty = matches!(&typed.node, Node::Scalar(Scalar::Form));
                let (links, path) = (typed.links, typed.path);
                let of = self.one(typed, &tree.range)?;
                Some(Typed::scalar(Scalar::Part(Box::new(of), name.into(), empty), Type::Any).reached(links, path))
            }
            Type::Entry(None) => {
                let message =
                    format!("`{}` may be an entry of any register, so `.{name}` is not known", self.quote(of));
                self.problem(
                    &word,
                    message,
                    Some("compare the entry itself, or follow a reference to one register".into()),
                )
            }
            Type::List(_) => {
                let quote = self.quote(of);
                let hint =
                    format!("ask about its items: `{quote}.exists(x, x.{name} …)` or `{quote}.all(x, x.{name} …)`");
                self.problem(&word, format!("`{quote}` is a list and has no field `{name}`"), Some(hint))
            }
            kind => {
                let (quote, says) = (self.quote(of), self.says(&kind));
                self.problem(&word, format!("`{quote}` is {says} and has no field `{name}`"), None)
            }
        }
    }

    fn field(&mut self, of: Typed, register: usize, name: &str, (tree, word): (&Tree, &Range<usize>)) -> Option<Typed> {
        let schema = &self.env.schemas.all()[register];
        let Some((field, declared)) = schema.field(name) else {
            let known: Vec<&str> = schema.fields.iter().map(|field| &*field.name).collect();
            let hint = did_you_mean(name, &known, "its fields are");
            let message = format!("`{}` has no field `{name}`", schema.subject());
            return self.problem(word, message, Some(hint));
        };
        let (links, path) = (of.links, of.path);
        let Node::Scalar(entry) = of.node else { return None };
        let follows = matches!(entry, Scalar::Field(..) | Scalar::Part(..));
        let links = if follows { self.link(links, &tree.range)? } else { links };
        let column = Column::of(self.env.schemas, register, field);
        let kind = Type::of(&declared.kind, self.env.schemas);
        self.reads.field(column, path);
        match (&declared.kind, &kind) {
            (FieldType::Back { from, .. }, _) => {
                let Some(from) = self.env.schemas.index(from) else {
                    return self.problem(
                        word,
                        format!("`{name}` lists entries of `{from}`, which no file declares"),
                        None,
                    );
                };
                let links = self.link(links, &tree.range)?;
                let path = self.reads.hop(path, column, from);
                let back = Items::Back { of: Box::new(entry), column, from };
                Some(Typed { node: Node::Items(back), kind, links, path })
            }
            (FieldType::Refs(to), _) => {
                let links = self.link(links, &tree.range)?;
                let path = self.env.schemas.index(to).and_then(|to| self.reads.hop(path, column, to));
                Some(Typed::scalar(Scalar::Field(Box::new(entry), column), kind).reached(links, path))
            }
            (FieldType::Ref(_), Type::Entry(Some(to))) => {
                let path = self.reads.hop(path, column, *to);
                Some(Typed::scalar(Scalar::Field(Box::new(entry), column), kind).reached(links, path))
            }
            _ => Some(Typed::scalar(Scalar::Field(Box::new(entry), column), kind).reached(links, path)),
        }
    }

    fn row_field(&mut self, of: Typed, fields: &Arc<[Field]>, name: &str, word: &Range<usize>) -> Option<Typed> {
        let Some(field) = fields.iter().find(|field| &*field.name == name) else {
            let known: Vec<&str> = fields.iter().map(|field| &*field.name).collect();
            let hint = did_you_mean(name, &known, "it has");
            return self.problem(word, format!("the row has no value `{name}`"), Some(hint));
        };
        let kind = Type::of(&field.kind, self.env.schemas);
        let empty = field.absent == schoolkeeper_core::schema::Absent::Empty;
        let (links, path) = (of.links, of.path);
        let Node::Scalar(row) = of.node else { return None };
        let part = Scalar::Part(Box::new(row), field.name.clone(), empty);
        // References out of a row are followed, but not tracked back to the subject.
        let path = if matches!(kind, Type::Entry(_)) { None } else { path };
        Some(Typed::scalar(part, kind).reached(links, path))
    }

    fn form_field(&mut self, fields: &[FormField], name: &str, word: &Range<usize>) -> Option<Typed> {
        let Some(field) = fields.iter().find(|field| &*field.name == name) else {
            let known: Vec<&str> = fields.iter().map(|field| &*field.name).collect();
            let hint = did_you_mean(name, &known, "its fields are");
            return self.problem(word, format!("the form has no field `{name}`"), Some(hint));
        };
        let kind = self.form_type(field);
        Some(Typed::scalar(Scalar::Part(Box::new(Scalar::Form), field.name.clone(), true), kind))
    }

    fn form_type(&self, field: &FormField) -> Type {
        let schemas = self.env.schemas;
        let entry = |name: &Option<Name>| Type::Entry(name.as_ref().and_then(|name| schemas.index(name)));
        match &**field.kind.get_ref() {
            "number" | "money" => Type::Number,
            "yes-no" => Type::YesNo,
            "choice" => Type::Choice(Arc::from(field.choices.as_slice())),
            "choices" => Type::list(Type::Choice(Arc::from(field.choices.as_slice()))),
            "date" => Type::Date,
            "instant" => Type::Instant,
            "person" => Type::Entry(schemas.index("person")),
            "ref" => entry(&field.to),
            "refs" => Type::list(entry(&field.to)),
            "place" => Type::Entry(schemas.index("room")),
            "list" => match field.of.as_ref().or(field.to.as_ref()).and_then(|of| schemas.index(of)) {
                Some(register) => Type::list(Type::Entry(Some(register))),
                None => Type::list(Type::Any),
            },
            _ => Type::Text,
        }
    }

    fn school(&mut self, name: &str, word: &Range<usize>) -> Option<Typed> {
        match name {
            "title" => Some(Typed::scalar(Scalar::SchoolTitle, Type::Text)),
            "trust" => Some(Typed::scalar(Scalar::SchoolIsTrust, Type::YesNo)),
            _ => {
                let hint = did_you_mean(name, &["title", "trust"], "it has");
                self.problem(word, format!("`school` has no field `{name}`"), Some(hint))
            }
        }
    }

    fn param(&mut self, name: &str, word: &Range<usize>) -> Option<Typed> {
        let Some((name, param)) = self.env.pack.params.get_key_value(name) else {
            let known: Vec<&str> = self.env.pack.params.keys().map(|name| &**name).collect();
            let hint = did_you_mean(name, &known, "its params are");
            return self.problem(word, format!("the policy has no param `{name}`"), Some(hint));
        };
        let (kind, unit) = param_type(param);
        self.reads.param(name.clone());
        Some(Typed::scalar(Scalar::Param(name.clone(), unit), kind))
    }
}

/// What a param holds, and the unit a bare number of it counts.
pub(super) fn param_type(param: &Param) -> (Type, Option<Unit>) {
    let unit = param.unit.as_deref();
    let counts = unit.and_then(|unit| format!("1 {unit}").parse::<Span>().ok()).map(|span| span.unit);
    let kind = match (&param.value, unit) {
        (Some(Literal::Text(text)), _) if text.parse::<Span>().is_ok() => Type::Span,
        (_, _) if counts.is_some() => Type::Span,
        (Some(Literal::Bool(_)), _) | (None, Some("yes-no")) => Type::YesNo,
        (Some(Literal::Int(_) | Literal::Number(_)), _) | (None, Some("count" | "number" | "pence" | "percent")) => {
            Type::Number
        }
        (Some(Literal::Text(_)), _) | (None, Some("text" | "name" | "choice")) => Type::Text,
        (Some(Literal::List(_)), _) | (None, Some("list")) => Type::list(Type::Text),
        (None, Some("schedule" | "span" | "period" | "time")) => Type::Span,
        (None, _) => Type::Any,
    };
    (kind, counts)
}
