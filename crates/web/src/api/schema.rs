//! The shapes of the document: those of answers and requests, and one for each kind of record, made from its fields.

use schoolkeeper_app::entry::form;
use schoolkeeper_core::schema::{Field, FieldType, Register};
use serde_json::Value;
use utoipa::openapi::schema::{AdditionalProperties, SchemaType, Type};
use utoipa::openapi::{ArrayBuilder, KnownFormat, ObjectBuilder, Ref, RefOr, Schema, SchemaFormat};

/// A shape or the name of one.
pub type Shape = RefOr<Schema>;

/// A plain type.
pub fn plain(kind: Type) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(kind)
}

/// A text.
pub fn text() -> Shape {
    plain(Type::String).into()
}

/// A text of a known form.
pub fn formatted(format: KnownFormat) -> Shape {
    plain(Type::String).format(Some(SchemaFormat::KnownFormat(format))).into()
}

/// The id of something.
pub fn id() -> Shape {
    plain(Type::String).format(Some(SchemaFormat::Custom("uuid".to_owned()))).into()
}

/// One of these words.
pub fn word<'a>(words: impl IntoIterator<Item = &'a str>) -> Shape {
    plain(Type::String).enum_values(Some(words.into_iter().map(Value::from).collect::<Vec<_>>())).into()
}

/// The same, or `null`.
fn maybe(kind: Type) -> Shape {
    ObjectBuilder::new().schema_type(or_null(kind)).into()
}

/// Several.
fn many(of: Shape) -> Shape {
    ArrayBuilder::new().items(schema(of)).into()
}

fn schema(shape: Shape) -> utoipa::openapi::schema::ArrayItems {
    utoipa::openapi::schema::ArrayItems::RefOrSchema(Box::new(shape))
}

/// A shape by its name.
pub fn named(name: &str) -> Shape {
    Ref::from_schema_name(name).into()
}

/// The shapes of answers and requests: a name, then its properties. `*` before one says that it is always there; after
/// `:` comes what it is, a text when nothing is said; `?` after it allows `null`; `[…]` is several.
const SHAPES: &[(&str, &str)] = &[
    ("Mistake", "pointer parameter *detail"),
    ("Problem", "*type *title *status:whole *detail hint errors:[Mistake]"),
    ("Policy", "*id *title"),
    ("School", "*id *title *central_office:yes-no *policies:[Policy]"),
    ("Schools", "*items:[School]"),
    ("Field", "*name *title *type *choices:[text] *of:text? *required:yes-no *writable:yes-no"),
    ("Register", "*id *title *group:text? *may_add:yes-no *may_change:yes-no *fields:[Field]"),
    ("Registers", "*items:[Register]"),
    ("Record", "*id:id *school *register *version:whole *fields:any state:text? removed_at"),
    ("Records", "*items:[Record] *next:text? *previous:text?"),
    ("Written", "*fields:any why another:yes-no"),
    ("Made", "*id:id version:whole *href"),
    ("Reason", "*why:something"),
    ("MoveTo", "*to why"),
    ("Moved", "*id:id *version:whole *state *title"),
    ("Move", "*to *title *missing:[text] *only:text?"),
    ("Moves", "*items:[Move]"),
    ("Changed", "*field *was *is"),
    ("Past", "*version:whole *at *who *what *source:text? *why:text? *import:text? *fields:[Changed]"),
    ("History", "*items:[Past] *next:text?"),
    ("List", "*id:id *register *stage *asks:text? *page *import:text? look:any"),
    ("Confirmed", "*digest left:count? leave_out_questions:yes-no"),
    ("Saved", "*id:id *stage *import:text?"),
    (
        "Statement",
        "*statement *text *section:text? *standing:standing *known_by:text? *since:text? *due_on:text? \
         *not_counted:text? *counts:any",
    ),
    ("Standing", "*policy *as_of *items:[Statement]"),
    ("ToFix", "*cause *record:text? *standing:standing *since *due_at:text? *message"),
    ("Problems", "*policy *items:[ToFix] *next:text? *link"),
];

/// Every shape that answers and requests have, by name.
pub fn shapes() -> impl Iterator<Item = (&'static str, Shape)> {
    SHAPES.iter().map(|(name, properties)| (*name, object(properties)))
}

fn object(properties: &str) -> Shape {
    let mut out = ObjectBuilder::new().additional_properties(Some(AdditionalProperties::FreeForm(false)));
    for property in properties.split_whitespace() {
        let (name, kind) = property.split_once(':').unwrap_or((property, "text"));
        let plain = name.trim_start_matches('*');
        out = out.property(plain, shape(kind));
        if plain != name {
            out = out.required(plain);
        }
    }
    out.into()
}

fn shape(kind: &str) -> Shape {
    if let Some(of) = kind.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return many(shape(of));
    }
    match kind {
        "text" => text(),
        "text?" => maybe(Type::String),
        "something" => plain(Type::String).min_length(Some(1)).into(),
        "whole" => plain(Type::Integer).into(),
        "count?" => ObjectBuilder::new().schema_type(or_null(Type::Integer)).minimum(Some(0)).into(),
        "yes-no" => plain(Type::Boolean).into(),
        "id" => id(),
        "standing" => word(["kept", "told", "due", "unknown", "broken", "none"]),
        "any" => plain(Type::Object).additional_properties(Some(AdditionalProperties::FreeForm(true))).into(),
        name => Ref::from_schema_name(name).into(),
    }
}

fn or_null(kind: Type) -> SchemaType {
    [kind, Type::Null].into_iter().collect()
}

/// The fields of a register, as one writes them.
pub fn of_register(register: &Register) -> Shape {
    let mut out = ObjectBuilder::new().additional_properties(Some(AdditionalProperties::FreeForm(false)));
    out = out.description(Some(format!("Fields of `{}`: {}", register.id, register.title)));
    for field in register.fields.iter().filter(|field| form::control(field).is_some()) {
        out = out.property(&*field.name, of_field(field));
    }
    out.into()
}

fn of_field(field: &Field) -> Shape {
    let says = match &field.help {
        Some(help) => format!("{}. {help}", field.label),
        None => field.label.clone(),
    };
    let of = |kind: Type| ObjectBuilder::new().schema_type(or_null(kind)).description(Some(says.clone()));
    let known = |format: KnownFormat| Some(SchemaFormat::KnownFormat(format));
    let list = |of: Shape| ArrayBuilder::new().items(schema(of)).description(Some(says.clone())).into();
    match &field.kind {
        FieldType::Number => of(Type::Number).into(),
        FieldType::Money | FieldType::Span => of(Type::Integer).into(),
        FieldType::YesNo => of(Type::Boolean).into(),
        FieldType::Choice(choices) => {
            let words = choices.iter().map(|choice| Value::from(&**choice)).chain([Value::Null]);
            of(Type::String).enum_values(Some(words.collect::<Vec<_>>())).into()
        }
        FieldType::Choices(choices) => list(word(choices.iter().map(|choice| &**choice))),
        FieldType::Date => of(Type::String).format(known(KnownFormat::Date)).into(),
        FieldType::Instant => of(Type::String).format(known(KnownFormat::DateTime)).into(),
        FieldType::Ref(_) => of(Type::String).format(Some(SchemaFormat::Custom("uuid".to_owned()))).into(),
        FieldType::Refs(_) => list(id()),
        FieldType::List => list(text()),
        _ => of(Type::String).into(),
    }
}
