//! Type-checks a tree against the registers and builds the nodes that run.
//!
//! Invariant: every problem names what is wrong, where, and what to write instead; a tree with a problem gives no nodes.

mod call;
mod compare;
mod list;
mod operator;
mod people;
mod select;
mod variable;

use super::environment::{Environment, Want};
use super::node::{Items, Scalar, Test};
use super::parse::{Kind, Tree, parse};
use super::reads::Reads;
use super::types::Type;
use super::{Problem, limits};
use std::ops::Range;

/// A checked part.
#[derive(Debug)]
pub(super) enum Node {
    Scalar(Scalar),
    Test(Test),
    Items(Items),
}

/// A checked part with its type.
#[derive(Debug)]
pub(super) struct Typed {
    pub node: Node,
    pub kind: Type,
    /// References followed to get here.
    pub links: usize,
    /// The way from the subject to this entry, or to the entries of this list.
    pub path: Option<usize>,
}

impl Typed {
    fn scalar(scalar: Scalar, kind: Type) -> Self {
        Self { node: Node::Scalar(scalar), kind, links: 0, path: None }
    }

    fn test(test: Test) -> Self {
        Self { node: Node::Test(test), kind: Type::YesNo, links: 0, path: None }
    }

    fn items(items: Items, of: Type) -> Self {
        Self { node: Node::Items(items), kind: Type::list(of), links: 0, path: None }
    }

    fn reached(mut self, links: usize, path: Option<usize>) -> Self {
        (self.links, self.path) = (links, path);
        self
    }
}

/// What a text compiles to.
#[derive(Debug)]
pub(super) struct Checked {
    pub node: Node,
    pub reads: Reads,
}

/// Reads, checks and builds one expression.
pub(super) fn check(text: &str, environment: &Environment<'_>, want: Want) -> Result<Checked, Vec<Problem>> {
    let tree = parse(text).map_err(|problem| vec![problem])?;
    let mut checker =
        Checker { text, env: environment, problems: Vec::new(), locals: Vec::new(), reads: Reads::default() };
    let node = checker.wanted(&tree, want);
    match node {
        Some(node) if checker.problems.is_empty() => Ok(Checked { node, reads: checker.reads }),
        _ => Err(checker.problems),
    }
}

/// A variable of a comprehension.
#[derive(Clone, Debug)]
struct Local {
    name: String,
    kind: Type,
    links: usize,
    path: Option<usize>,
}

struct Checker<'a, 't> {
    text: &'t str,
    env: &'a Environment<'a>,
    problems: Vec<Problem>,
    locals: Vec<Local>,
    reads: Reads,
}

impl Checker<'_, '_> {
    fn wanted(&mut self, tree: &Tree, want: Want) -> Option<Node> {
        match want {
            Want::Test => self.test(tree).map(Node::Test),
            Want::Day => {
                let typed = self.typed(tree)?;
                if !matches!(typed.kind, Type::Date | Type::Instant | Type::Any | Type::Empty) {
                    let says = self.says(&typed.kind);
                    return self.problem(&tree.range, format!("a day is needed here, and this is {says}"), None);
                }
                self.one(typed, &tree.range).map(Node::Scalar)
            }
            Want::Entries => match self.items(tree)? {
                (items, Type::Entry(_) | Type::Any, ..) => Some(Node::Items(items)),
                _ => self.problem(&tree.range, "a list of entries is needed here".into(), None),
            },
            Want::Shown => {
                let typed = self.typed(tree)?;
                self.one(typed, &tree.range).map(Node::Scalar)
            }
        }
    }

    /// Notes a problem.
    fn problem<T>(&mut self, range: &Range<usize>, message: String, hint: Option<String>) -> Option<T> {
        self.problems.push(Problem { message, range: range.clone(), hint });
        None
    }

    fn says(&self, kind: &Type) -> String {
        kind.says(self.env.schemas)
    }

    /// The text of a part, for messages; long ones are cut.
    fn quote(&self, tree: &Tree) -> String {
        let text = self.text.get(tree.range.clone()).unwrap_or(self.text);
        if text.chars().count() <= 60 { text.to_owned() } else { text.chars().take(57).chain("…".chars()).collect() }
    }

    /// Any part.
    fn typed(&mut self, tree: &Tree) -> Option<Typed> {
        match &tree.kind {
            Kind::Null => Some(Typed::scalar(Scalar::Empty, Type::Empty)),
            Kind::Bool(value) => Some(Typed::test(Test::Known(*value))),
            Kind::Int(value) => Some(Typed::scalar(Scalar::Int(*value), Type::Number)),
            Kind::Number(value) => Some(Typed::scalar(Scalar::Number(*value), Type::Number)),
            Kind::Text(text) => Some(Typed::scalar(Scalar::Text(text.as_str().into()), Type::Text)),
            Kind::Name(name) => self.variable(name, &tree.range),
            Kind::Field(of, name) => self.select(tree, of, name),
            Kind::List(items) => self.written(items),
            Kind::Call { name, of, arguments } => match of {
                None if super::node::is_operator(name) => self.operator(tree, name, arguments),
                None => self.call(tree, name, arguments),
                Some(of) => self.method(tree, of, name, arguments),
            },
        }
    }

    /// A part that must be a yes-no.
    fn test(&mut self, tree: &Tree) -> Option<Test> {
        let typed = self.typed(tree)?;
        match (typed.node, typed.kind) {
            (Node::Test(test), _) => Some(test),
            (Node::Scalar(scalar), Type::YesNo | Type::Any) => Some(Test::Is(scalar)),
            (_, kind) => {
                let (says, quote) = (self.says(&kind), self.quote(tree));
                let hint = match kind {
                    Type::List(_) => format!("ask about the list: `{quote}.size() > 0`"),
                    _ => format!("compare it: `{quote} != null`"),
                };
                self.problem(&tree.range, format!("a yes-no is needed here, and `{quote}` is {says}"), Some(hint))
            }
        }
    }

    /// A single value.
    fn scalar(&mut self, tree: &Tree) -> Option<(Scalar, Type)> {
        let typed = self.typed(tree)?;
        let kind = typed.kind.clone();
        self.one(typed, &tree.range).map(|scalar| (scalar, kind))
    }

    fn one(&mut self, typed: Typed, range: &Range<usize>) -> Option<Scalar> {
        match (typed.node, typed.kind) {
            (Node::Test(test), _) => Some(Scalar::Truth(Box::new(test))),
            (Node::Scalar(_) | Node::Items(_), Type::List(_)) => {
                let hint = "use `.size()`, `.exists(x, …)` or `.all(x, …)`";
                self.problem(range, "a single value is needed here, and this is a list".into(), Some(hint.into()))
            }
            (Node::Scalar(scalar), _) => Some(scalar),
            (Node::Items(_), _) => None,
        }
    }

    /// A list, the type of its items, their links and way.
    fn items(&mut self, tree: &Tree) -> Option<(Items, Type, usize, Option<usize>)> {
        let typed = self.typed(tree)?;
        let (links, path) = (typed.links, typed.path);
        match (typed.node, typed.kind) {
            (Node::Items(items), Type::List(of)) => Some((items, *of, links, path)),
            (Node::Scalar(scalar), Type::List(of)) => Some((Items::Held(Box::new(scalar)), *of, links, path)),
            (Node::Scalar(scalar), Type::Any) => Some((Items::Held(Box::new(scalar)), Type::Any, links, path)),
            (_, kind) => {
                let (says, quote) = (self.says(&kind), self.quote(tree));
                self.problem(&tree.range, format!("a list is needed here, and `{quote}` is {says}"), None)
            }
        }
    }

    /// One more reference on the way.
    fn link(&mut self, links: usize, range: &Range<usize>) -> Option<usize> {
        if links < limits::LINKS {
            return Some(links + 1);
        }
        let message = format!("a path may follow at most {} references", limits::LINKS);
        self.problem(range, message, Some("write the rule for the register nearer to the value".into()))
    }
}
