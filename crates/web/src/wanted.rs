//! What an address asks a list of incidents or of requests for, and the filters, choices and orders the page offers.

use crate::frame::Filter;
use crate::urls;
use schoolkeeper_app::wanted;
use serde::Deserialize;
use std::collections::BTreeMap;

/// `?show=late&control=name&q=words&sort=oldest&page=2`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    #[serde(deserialize_with = "crate::problem::asked")]
    pub(crate) show: String,
    #[serde(deserialize_with = "crate::problem::asked")]
    control: String,
    #[serde(deserialize_with = "crate::problem::asked")]
    pub(crate) q: String,
    #[serde(deserialize_with = "crate::problem::asked")]
    sort: String,
    pub(crate) page: usize,
}

/// One choice of a select: value, what people read, whether it is chosen.
pub(crate) type Chosen<T> = (T, T, bool);

impl Wanted {
    /// The same again, with another filter or page.
    pub(crate) fn query(&self, show: &str, page: &str) -> String {
        let parts = [("show", show), ("control", &self.control), ("q", &self.q), ("sort", &self.sort), ("page", page)];
        urls::query(&parts)
    }

    /// As the house is asked.
    pub(crate) fn lines(&self) -> wanted::Wanted {
        let Self { show, control, q, sort, .. } = self.clone();
        wanted::Wanted { show, control, search: q, sort }
    }

    /// The filters with how many each shows.
    pub(crate) fn filters(
        &self,
        action: &str,
        named: &[(&str, &str)],
        counts: &BTreeMap<&'static str, usize>,
    ) -> Vec<Filter> {
        let filter = |(name, text): &(&str, &str)| Filter {
            text: format!("{text} {}", counts.get(name).copied().unwrap_or_default()),
            href: action.to_owned() + &self.query(name, ""),
            current: self.show == *name,
        };
        named.iter().map(filter).collect()
    }

    /// The controls to choose from.
    pub(crate) fn controls(&self, all: Vec<(String, String)>) -> Vec<Chosen<String>> {
        all.into_iter()
            .map(|(name, title)| {
                let chosen = name == self.control;
                (name, title, chosen)
            })
            .collect()
    }

    /// The orders to choose from.
    pub(crate) fn orders(&self, all: &[(&'static str, &'static str)]) -> Vec<Chosen<&'static str>> {
        all.iter().map(|(name, text)| (*name, *text, *name == self.sort)).collect()
    }
}
