//! One change of a pack's tree: a value set, or a value taken out.

use toml::{Table, Value};

/// One change somebody could make by mistake.
#[derive(Clone, Debug)]
pub struct Mutation {
    /// As it is printed and explained: `param/backup_gap: 25 hours`.
    pub name: String,
    /// What it changes, and so whose examples should notice: a key of the tree such as `param`, and its name.
    pub about: (String, String),
    path: Vec<Step>,
    set: Option<Value>,
}

/// One step down the tree.
#[derive(Clone, Debug)]
pub enum Step {
    /// Into a table.
    Key(String),
    /// Into a list.
    At(usize),
}

/// Where in the tree one stands.
#[derive(Clone, Debug, Default)]
pub struct Path(Vec<Step>);

impl Path {
    /// Down into a table.
    pub fn key(&self, key: &str) -> Self {
        self.with(Step::Key(key.to_owned()))
    }

    /// Down into a list.
    pub fn at(&self, at: usize) -> Self {
        self.with(Step::At(at))
    }

    fn with(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }

    /// As people read it: `control/aup/blocks`.
    pub fn says(&self) -> String {
        let name = |step: &Step| match step {
            Step::Key(key) => key.clone(),
            Step::At(at) => at.to_string(),
        };
        self.0.iter().map(name).collect::<Vec<_>>().join("/")
    }

    /// The change that puts `value` here.
    pub fn set(&self, value: Value, what: &str) -> Mutation {
        self.mutation(Some(value), what)
    }

    /// The change that takes this out.
    pub fn drop(&self, what: &str) -> Mutation {
        self.mutation(None, what)
    }

    fn mutation(&self, set: Option<Value>, what: &str) -> Mutation {
        let key = |at: usize| match self.0.get(at) {
            Some(Step::Key(key)) => key.clone(),
            _ => String::new(),
        };
        Mutation { name: what.to_owned(), about: (key(0), key(1)), path: self.0.clone(), set }
    }
}

impl Mutation {
    /// The tree with this change.
    pub fn of(&self, tree: &Table) -> Table {
        let mut out = Value::Table(tree.clone());
        change(&mut out, &self.path, self.set.as_ref());
        match out {
            Value::Table(table) => table,
            _ => tree.clone(),
        }
    }
}

fn change(node: &mut Value, path: &[Step], set: Option<&Value>) {
    match (node, path) {
        (Value::Table(table), [Step::Key(key)]) => match set {
            Some(value) => drop(table.insert(key.clone(), value.clone())),
            None => drop(table.remove(key)),
        },
        (Value::Array(list), [Step::At(at)]) => match set {
            Some(value) => list[*at] = value.clone(),
            None => drop(list.remove(*at)),
        },
        (Value::Table(table), [Step::Key(key), rest @ ..]) => {
            if let Some(inner) = table.get_mut(key) {
                change(inner, rest, set);
            }
        }
        (Value::Array(list), [Step::At(at), rest @ ..]) => change(&mut list[*at], rest, set),
        _ => {}
    }
}
