//! Forms of a school's policies that somebody may fill in: to ask for something, to report something.

use crate::of::Of;
use schoolkeeper_core::id::Name;

/// One form that may be filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// Its policy.
    pub pack: Name,
    /// Its control.
    pub control: Name,
    /// What it is called.
    pub title: String,
    /// What it belongs to: the heading of the policy.
    pub subject: String,
    /// The statements behind it: id and text.
    pub statements: Vec<(String, String)>,
}

impl Offered {
    pub(crate) fn new<S>(of: Of<'_, S>) -> Self {
        Self {
            pack: of.policy.id().clone(),
            control: of.control.control.id.clone(),
            title: of.title(),
            subject: of.subject(),
            statements: of.statements(),
        }
    }

    /// By subject, then by title.
    pub(crate) fn all<'b, S: 'b>(of: impl Iterator<Item = Of<'b, S>>) -> Vec<Self> {
        let mut all: Vec<Self> = of.map(Self::new).collect();
        all.sort_by(|a, b| (&a.subject, &a.title).cmp(&(&b.subject, &b.title)));
        all
    }

    /// Whether the words stand in its title, its heading or a statement, case-blind.
    pub fn fits(&self, words: &str) -> bool {
        let statements = self.statements.iter().flat_map(|(id, text)| [id.as_str(), text.as_str()]);
        let texts: Vec<&str> = [self.title.as_str(), self.subject.as_str()].into_iter().chain(statements).collect();
        texts.join(" ").to_lowercase().contains(&words.trim().to_lowercase())
    }
}
