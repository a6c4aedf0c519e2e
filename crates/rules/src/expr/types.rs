//! The types of expressions, as people read them.

use schoolkeeper_core::id::Name;
use schoolkeeper_core::schema::{Field, FieldType, Schemas};
use std::sync::Arc;

/// What an expression gives.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Type {
    /// Not known before it runs: parts of a `map`.
    Any,
    /// Only `null`.
    Empty,
    YesNo,
    Number,
    Text,
    /// One of these texts.
    Choice(Arc<[Name]>),
    Date,
    Instant,
    /// A length of time.
    Span,
    /// An entry of the register at this position; `None` = of any register.
    Entry(Option<usize>),
    /// A row with these named values.
    Row(Arc<[Field]>),
    /// Named values, not known before.
    Map,
    List(Box<Type>),
}

impl Type {
    /// The type of a field's value.
    pub fn of(kind: &FieldType, schemas: &Schemas) -> Self {
        match kind {
            FieldType::Text | FieldType::LongText | FieldType::File | FieldType::Photo => Self::Text,
            FieldType::Number | FieldType::Money => Self::Number,
            FieldType::YesNo => Self::YesNo,
            FieldType::Choice(choices) => Self::Choice(Arc::from(choices.as_slice())),
            FieldType::Choices(choices) => Self::list(Self::Choice(Arc::from(choices.as_slice()))),
            FieldType::Date => Self::Date,
            FieldType::Instant => Self::Instant,
            FieldType::Span => Self::Span,
            FieldType::Ref(to) => Self::Entry(schemas.index(to)),
            FieldType::Refs(to) => Self::list(Self::Entry(schemas.index(to))),
            FieldType::Back { from, .. } => Self::list(Self::Entry(schemas.index(from))),
            FieldType::List => Self::list(Self::Text),
            FieldType::Rows(fields) => Self::list(Self::Row(Arc::from(fields.as_slice()))),
            FieldType::Map => Self::Map,
        }
    }

    /// A list of these.
    pub fn list(of: Self) -> Self {
        Self::List(Box::new(of))
    }

    /// With an article, for messages.
    pub fn says(&self, schemas: &Schemas) -> String {
        match self {
            Self::Any => "a value of a form or map".into(),
            Self::Empty => "`null`".into(),
            Self::YesNo => "a yes-no".into(),
            Self::Number => "a number".into(),
            Self::Text => "a text".into(),
            Self::Choice(choices) => format!("one of {}", quoted(choices)),
            Self::Date => "a day".into(),
            Self::Instant => "an instant".into(),
            Self::Span => "a length of time".into(),
            Self::Entry(Some(at)) => format!("an entry of `{}`", schemas.all()[*at].id),
            Self::Entry(None) => "an entry".into(),
            Self::Row(_) => "a row".into(),
            Self::Map => "a map".into(),
            Self::List(of) => match &**of {
                Self::Entry(Some(at)) => format!("a list of entries of `{}`", schemas.all()[*at].id),
                Self::Text => "a list of texts".into(),
                _ => "a list".into(),
            },
        }
    }

    /// Whether two values may be compared with `==`.
    pub fn equals(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Any | Self::Empty, _)
            | (_, Self::Any | Self::Empty)
            | (Self::Text, Self::Choice(_))
            | (Self::Choice(_), Self::Text | Self::Choice(_)) => true,
            (Self::Entry(a), Self::Entry(b)) => a.is_none() || b.is_none() || a == b,
            (Self::List(_) | Self::Row(_) | Self::Map, _) | (_, Self::List(_) | Self::Row(_) | Self::Map) => false,
            (a, b) => a == b,
        }
    }

    /// Whether two values may be ordered with `<`.
    pub fn orders(&self, other: &Self) -> bool {
        let orderly = |one: &Self| matches!(one, Self::Any | Self::Number | Self::Date | Self::Instant | Self::Span);
        orderly(self) && orderly(other) && self.equals(other)
    }

    /// The type both branches of `? :` have, when there is one.
    pub fn join(&self, other: &Self) -> Option<Self> {
        match (self, other) {
            (a, b) if a == b => Some(a.clone()),
            (Self::Empty, other) | (other, Self::Empty) => Some(other.clone()),
            (Self::Any, _) | (_, Self::Any) => Some(Self::Any),
            (Self::Text | Self::Choice(_), Self::Text | Self::Choice(_)) => Some(Self::Text),
            (Self::Entry(_), Self::Entry(_)) => Some(Self::Entry(None)),
            _ => None,
        }
    }
}

/// `a`, `b`, `c`, each in backticks; long lists are cut.
pub(super) fn quoted(names: &[impl AsRef<str>]) -> String {
    let mut out: Vec<String> = names.iter().take(12).map(|name| format!("`{}`", name.as_ref())).collect();
    if names.len() > 12 {
        out.push("…".into());
    }
    out.join(", ")
}

/// The known name most like a wrong one.
pub(super) fn nearest<'n>(wrong: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let scored = known.into_iter().map(|name| (strsim::damerau_levenshtein(wrong, name), name));
    scored.filter(|(distance, name)| *distance <= 1 + name.len() / 4).min().map(|(_, name)| name)
}

/// The hint for a wrong name: the nearest one, and all of them after `list`.
pub(super) fn did_you_mean(wrong: &str, known: &[&str], list: &str) -> String {
    let all = if known.is_empty() { "there are none".to_owned() } else { format!("{list} {}", quoted(known)) };
    match nearest(wrong, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`? {all}"),
        None => all,
    }
}
