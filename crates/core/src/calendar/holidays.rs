//! Bank holidays by division, in the shape of the GOV.UK feed (`bank-holidays.json`, Open Government Licence).
//!
//! Invariant: a list answers only for the whole years it holds for every division.

use super::{Beyond, Division};
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

const EMBEDDED: &str = include_str!("../../data/bank-holidays.json");
/// Largest list that is read, in bytes: the official one has 62,514.
const MAX_BYTES: usize = 512 * 1024;
/// Most days of one division.
const MAX_DAYS: usize = 2_000;
/// First and last year a list may speak of.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2100;

/// Bank holidays of the three divisions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankHolidays {
    england_and_wales: Vec<Date>,
    scotland: Vec<Date>,
    northern_ireland: Vec<Date>,
    from: Date,
    to: Date,
}

/// Why a list of bank holidays is not used; the text is shown as it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the list of bank holidays cannot be used: {0}\nhint: save https://www.gov.uk/bank-holidays.json as it is and try again"
)]
pub struct HolidaysError(String);

#[derive(Deserialize)]
struct Feed {
    events: Vec<Event>,
}

#[derive(Deserialize)]
struct Event {
    date: Date,
}

impl BankHolidays {
    /// The list this program was built with.
    pub fn embedded() -> Arc<Self> {
        static LIST: LazyLock<Arc<BankHolidays>> =
            LazyLock::new(|| Arc::new(BankHolidays::read(EMBEDDED).expect("a test reads the embedded list")));
        LIST.clone()
    }

    /// Reads a newer list as GOV.UK publishes it.
    pub fn read(json: &str) -> Result<Self, HolidaysError> {
        if json.len() > MAX_BYTES {
            return Err(HolidaysError(format!("it has {} bytes, more than {MAX_BYTES}", json.len())));
        }
        let mut feed: BTreeMap<String, Feed> =
            serde_json::from_str(json).map_err(|error| HolidaysError(error.to_string()))?;
        let mut days = |division: &str| {
            let feed = feed.remove(division).ok_or_else(|| HolidaysError(format!("`{division}` is missing")))?;
            sorted(division, feed)
        };
        let england_and_wales = days("england-and-wales")?;
        let scotland = days("scotland")?;
        let northern_ireland = days("northern-ireland")?;
        let lists = [&england_and_wales, &scotland, &northern_ireland];
        let first = lists.iter().filter_map(|days| days.first()).map(|day| day.year()).max().unwrap_or(0);
        let last = lists.iter().filter_map(|days| days.last()).map(|day| day.year()).min().unwrap_or(0);
        if first > last {
            return Err(HolidaysError("its divisions share no year".to_owned()));
        }
        let from = Date::new(first, 1, 1).map_err(|error| HolidaysError(error.to_string()))?;
        let to = Date::new(last, 12, 31).map_err(|error| HolidaysError(error.to_string()))?;
        Ok(Self { england_and_wales, scotland, northern_ireland, from, to })
    }

    /// The bank holidays of a division, in order.
    pub fn of(&self, division: Division) -> &[Date] {
        match division {
            Division::EnglandAndWales => &self.england_and_wales,
            Division::Scotland => &self.scotland,
            Division::NorthernIreland => &self.northern_ireland,
        }
    }

    /// First day the list answers for.
    pub fn known_from(&self) -> Date {
        self.from
    }

    /// Last day the list answers for.
    pub fn known_to(&self) -> Date {
        self.to
    }

    /// Whether a day is a bank holiday.
    pub fn contains(&self, division: Division, day: Date) -> Result<bool, Beyond> {
        if day < self.from || self.to < day {
            return Err(Beyond { ends_on: Some(self.to) });
        }
        Ok(self.of(division).binary_search(&day).is_ok())
    }
}

fn sorted(division: &str, feed: Feed) -> Result<Vec<Date>, HolidaysError> {
    let mut days: Vec<Date> = feed.events.into_iter().map(|event| event.date).collect();
    if days.is_empty() || days.len() > MAX_DAYS {
        return Err(HolidaysError(format!("`{division}` has {} days; 1 to {MAX_DAYS} are read", days.len())));
    }
    if let Some(odd) = days.iter().find(|day| !YEARS.contains(&day.year())) {
        return Err(HolidaysError(format!("`{division}` names {odd}, which is before 2000 or after 2100")));
    }
    days.sort();
    days.dedup();
    Ok(days)
}
