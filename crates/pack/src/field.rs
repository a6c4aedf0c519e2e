//! The fields of each kind of table of a pack, for forms: which keys there are, and how each is typed.
//!
//! Invariant: the keys are asked of the structs that read them, so a form never misses one and never offers one that is
//! not there; how a key is typed and called is said once, in [`TYPED`], for every table it stands in.

use crate::control::{COMMON, TYPES};
use schoolkeeper_core::clause::{Aim, Clause, Companion, Law, Tag, Term};
use schoolkeeper_core::control::{Access, Agreement, Case, Channel, Duty, Job, Request, Retention, Rule, Setting};
use schoolkeeper_core::pack::{Audience, Head, Ladder, List, NamedEntry, Param, Role};
use serde::de::{DeserializeOwned, Deserializer, Visitor};
use std::fmt;

/// How a key is typed in a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typed {
    /// A line of text.
    Line,
    /// Several lines.
    Text,
    /// Names with commas between.
    Names,
    /// Sentences, one a line.
    Sentences,
    /// Yes or no.
    Switch,
    /// One of some words.
    Choice(&'static [&'static str]),
    /// A number, a text, yes or no: as it reads.
    Plain,
    /// A value as TOML writes it, for what has parts.
    Toml,
}

/// One field of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// As the pack writes it.
    pub key: &'static str,
    /// How it is typed.
    pub typed: Typed,
    /// What it is, in words.
    pub says: &'static str,
}

const SEVERITIES: &[&str] = &["must", "should", "may"];
const MODES: &[&str] = &["enforced", "detected", "evidenced", "acknowledged", "context"];
const LEVELS: &[&str] = &["school", "trust"];
const STRICTER: &[&str] = &["lower", "higher", "more often", "true", "false"];
const THEN: &[&str] = &["destroy", "review", "hand-over", "anonymise"];

/// Every key with how it is typed and what it is; keys of the same name mean the same everywhere.
const TYPED: &[(&str, Typed, &str)] = &[
    ("about", Typed::Names, "Named things it is about"),
    ("acts_as", Typed::Line, "What somebody in this role may do, as one of the base roles"),
    ("again", Typed::Toml, "When it is signed again"),
    ("aims", Typed::Names, "Aims it serves"),
    ("anonymous", Typed::Switch, "Whether it may be reported without saying who one is"),
    ("article", Typed::Toml, "How it reads in what people sign"),
    ("articles", Typed::Line, "Which statements it is made of: bound"),
    ("ask", Typed::Toml, "What is asked"),
    ("at", Typed::Line, "When in the day or term"),
    ("at_end", Typed::Toml, "What is asked when it ends"),
    ("audience", Typed::Names, "Who signs it"),
    ("blocks", Typed::Names, "What nobody does before signing"),
    ("bundle", Typed::Line, "Signed together with"),
    ("by", Typed::Names, "Which ways it may go"),
    ("checklist", Typed::Toml, "What is looked at, point by point"),
    ("checks", Typed::Toml, "What must be right in the form"),
    ("class", Typed::Names, "Which class of information"),
    ("clocks", Typed::Toml, "Times that run"),
    ("close_when", Typed::Text, "When it may be closed (an expression)"),
    ("companions", Typed::Names, "Documents it leans on"),
    ("compare", Typed::Names, "Registers whose measured values are compared"),
    ("conditions", Typed::Sentences, "Conditions, one a line"),
    ("controls", Typed::Names, "Checks that keep it"),
    ("countersign", Typed::Names, "Who countersigns"),
    ("countries", Typed::Line, "Which countries"),
    ("dates", Typed::Line, "Dates of a record"),
    ("decide_each", Typed::Toml, "What is decided one by one"),
    ("document", Typed::Line, "Which document is signed"),
    ("every", Typed::Line, "How often: 1 week, 1 term, 1 year"),
    ("evidence", Typed::Names, "What shows that it was done"),
    ("except", Typed::Text, "Not for (an expression)"),
    ("excusable", Typed::Switch, "Whether a permission may excuse it"),
    ("excused_by", Typed::Names, "Permissions that excuse it"),
    ("excuses", Typed::Names, "Rules it excuses"),
    ("exercise", Typed::Line, "How often it is practised"),
    ("expect", Typed::Text, "What must be true (an expression)"),
    ("expect_also", Typed::Sentences, "What must be true besides, one expression a line"),
    ("extends", Typed::Line, "The policy it tightens"),
    ("for", Typed::Line, "Which register it looks at"),
    ("form", Typed::Line, "Its form"),
    ("from", Typed::Line, "From when"),
    ("grace", Typed::Line, "Time until it counts: 1 working day"),
    ("given", Typed::Switch, "Whether it counts at once, for the person the form names"),
    ("grounds", Typed::Names, "Grounds one may name"),
    ("guards", Typed::Names, "Acts it refuses"),
    ("held_by", Typed::Line, "Follows the post of"),
    ("holidays", Typed::Switch, "Whether it is asked in the holidays too"),
    ("id", Typed::Line, "Its number or name"),
    ("imports", Typed::Names, "Files of shared tables"),
    ("items", Typed::Sentences, "What is in it, one a line"),
    ("keep", Typed::Line, "How long it is kept"),
    ("ladder", Typed::Line, "Who is reminded when: the name of a ladder"),
    ("language", Typed::Plain, "Version of the pack language: 1"),
    ("late_after", Typed::Line, "Late after"),
    ("laws", Typed::Names, "Laws it rests on"),
    ("level", Typed::Choice(LEVELS), "Answered by each school or by the trust"),
    ("log", Typed::Names, "What is written down"),
    ("longest", Typed::Line, "Longest time"),
    ("look_within", Typed::Line, "How soon somebody opens a report: 1 hour"),
    ("matter", Typed::Names, "What it is about"),
    ("max", Typed::Plain, "Greatest value"),
    ("means", Typed::Text, "What the word means"),
    ("measured", Typed::Text, "What is measured (an expression)"),
    ("message", Typed::Line, "What is said of a problem"),
    ("min", Typed::Plain, "Least value"),
    ("mode", Typed::Choice(MODES), "How it is kept"),
    ("not_with", Typed::Names, "Roles the same person may not hold"),
    ("of", Typed::Line, "What its items are"),
    ("on", Typed::Toml, "What begins it, or the acts it is about"),
    ("one_per_school", Typed::Switch, "Only one person at each school"),
    ("only", Typed::Text, "Only for (an expression)"),
    ("only_if", Typed::Text, "Only where this is true (an expression)"),
    ("open", Typed::Names, "What a policy that extends this one may change"),
    ("opens", Typed::Line, "The case it opens"),
    ("owner", Typed::Names, "Who answers for it"),
    ("passcode", Typed::Toml, "How the pass code goes"),
    ("per", Typed::Line, "One signature for each"),
    ("plan", Typed::Switch, "Whether each new version is planned, statement by statement"),
    ("proof", Typed::Names, "What shows that it was done"),
    ("questions", Typed::Plain, "How many questions are asked"),
    ("receipt", Typed::Toml, "Which receipt is needed"),
    ("register", Typed::Line, "Its register"),
    ("renew", Typed::Switch, "Whether it may be renewed"),
    ("replaced_by", Typed::Line, "Replaced by"),
    ("report", Typed::Line, "Which report is made"),
    ("report_by", Typed::Names, "Who may report it"),
    ("reporter_sees", Typed::Names, "What the reporter sees"),
    ("requires", Typed::Names, "Roles the same person must hold, too"),
    ("review", Typed::Line, "How often the policy is looked at again: 1 year"),
    ("run", Typed::Line, "What Schoolkeeper does"),
    ("sample", Typed::Toml, "How many are drawn"),
    ("schedule", Typed::Line, "Its table of times"),
    ("section", Typed::Line, "Heading it stands under"),
    ("send_to", Typed::Names, "Who gets the report"),
    ("services", Typed::Names, "Which services"),
    ("set", Typed::Toml, "What is set"),
    ("set_by", Typed::Line, "Who sets it: school, trust or a role"),
    ("severity", Typed::Choice(SEVERITIES), "How strong it is"),
    ("sign", Typed::Names, "How it is signed: browser, kiosk, link, paper"),
    ("skip", Typed::Toml, "Who may leave it out"),
    ("stages", Typed::Toml, "Who decides, stage by stage"),
    ("step_up", Typed::Switch, "Whether the password is asked again"),
    ("steps", Typed::Toml, "Its steps"),
    ("stricter", Typed::Choice(STRICTER), "Which way it may be tightened"),
    ("tags", Typed::Names, "Tags"),
    ("tell", Typed::Toml, "Whom it is told, and when"),
    ("terms", Typed::Names, "Words of the glossary in it"),
    ("text", Typed::Text, "What it says"),
    ("texts", Typed::Line, "The list of texts to begin a notice from"),
    ("then", Typed::Choice(THEN), "What happens then"),
    ("title", Typed::Line, "What people read"),
    ("to", Typed::Line, "Until when, or where to"),
    ("two_people", Typed::Switch, "Whether two people are needed"),
    ("unit", Typed::Line, "Its unit: days, hours, count, schedule, text, yes-no"),
    ("unknown_max", Typed::Line, "How long it may stay unknown"),
    ("unlocks", Typed::Names, "Acts it allows"),
    ("value", Typed::Plain, "Its value; empty for a blank the school fills"),
    ("version", Typed::Line, "The school's number of this version"),
    ("visible_to", Typed::Names, "Who sees it"),
    ("was", Typed::Line, "Its former name"),
    ("watermark", Typed::Switch, "Whether pages carry the reader's name"),
    ("where", Typed::Text, "Only for those that (an expression)"),
    ("who", Typed::Names, "Who it is for"),
    ("window", Typed::Line, "From when it can be done: 2 days before"),
    ("with", Typed::Toml, "Who takes part"),
    ("within", Typed::Line, "Within: 5 working days"),
    ("word", Typed::Line, "The word"),
];

/// The kinds of tables a form is made for; controls by their type.
pub const KINDS: &[&str] = &[
    "pack",
    "clause",
    "param",
    "role",
    "audience",
    "list",
    "ladder",
    "entry",
    "term",
    "law",
    "companion",
    "aim",
    "tag",
];

/// The fields of one kind: `clause`, `param` …; of a control by its type: `rule`, `duty` …
pub fn fields(kind: &str) -> Vec<Field> {
    let own: &[&str] = match kind {
        "pack" => keys::<Head>(),
        "clause" => keys::<Clause>(),
        "param" => keys::<Param>(),
        "role" => keys::<Role>(),
        "audience" => keys::<Audience>(),
        "list" => keys::<List>(),
        "ladder" => keys::<Ladder>(),
        "entry" => keys::<NamedEntry>(),
        "term" => keys::<Term>(),
        "law" => keys::<Law>(),
        "companion" => keys::<Companion>(),
        "aim" => keys::<Aim>(),
        "tag" => keys::<Tag>(),
        "setting" => keys::<Setting>(),
        "rule" => keys::<Rule>(),
        "duty" => keys::<Duty>(),
        "request" => keys::<Request>(),
        "agreement" => keys::<Agreement>(),
        "case" => keys::<Case>(),
        "access" => keys::<Access>(),
        "channel" => keys::<Channel>(),
        "retention" => keys::<Retention>(),
        "job" => keys::<Job>(),
        _ => &[],
    };
    let common = if TYPES.contains(&kind) { COMMON } else { &[] };
    common.iter().chain(own).filter_map(|key| field(kind, key)).collect()
}

/// Keys that several tables have with another shape.
fn field(kind: &str, key: &'static str) -> Option<Field> {
    let (_, typed, says) = TYPED.iter().find(|(known, ..)| *known == key)?;
    let typed = match (kind, key) {
        ("param", "ask") | ("case" | "duty" | "job", "on") => Typed::Line,
        ("access", "on") | ("channel", "to") => Typed::Names,
        ("retention", "from") => Typed::Text,
        _ => *typed,
    };
    Some(Field { key, typed, says })
}

/// The keys a struct reads, asked of the struct itself.
fn keys<T: DeserializeOwned>() -> &'static [&'static str] {
    T::deserialize(Asking).err().map_or(&[], |found: Keys| found.0)
}

struct Asking;

/// What a struct asks for, as the error that ends the asking.
#[derive(Debug)]
struct Keys(&'static [&'static str]);

impl fmt::Display for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("only asked")
    }
}

impl std::error::Error for Keys {}

impl serde::de::Error for Keys {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self(&[])
    }
}

impl<'de> Deserializer<'de> for Asking {
    type Error = Keys;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Keys> {
        Err(Keys(&[]))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Keys> {
        Err(Keys(fields))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

#[cfg(test)]
#[path = "field_tests.rs"]
mod tests;
