//! Figures for Prometheus. Labels are words of the program: route templates, kinds, outcomes; never what people typed.

use crate::{Error, House};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_store::job::{Ending, Stage};

type Two = [(&'static str, String); 2];
type One = [(&'static str, String); 1];

/// What a process counts from its start.
#[derive(Debug)]
pub struct Figures {
    registry: Registry,
    requests: Family<Two, Counter>,
    runs: Family<Two, Counter>,
    sign_ins: Family<One, Counter>,
    queue: Family<One, Gauge>,
    failures: Gauge,
    unsequenced: Gauge,
    lag: Gauge,
}

impl Default for Figures {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("schoolkeeper");
        let (requests, runs) = (Family::<Two, Counter>::default(), Family::<Two, Counter>::default());
        let (sign_ins, queue) = (Family::<One, Counter>::default(), Family::<One, Gauge>::default());
        let (failures, unsequenced, lag) = (Gauge::default(), Gauge::default(), Gauge::default());
        registry.register("requests", "Answered requests by route and status", requests.clone());
        registry.register("job_runs", "Attempts at jobs by kind and outcome", runs.clone());
        registry.register("sign_ins", "Attempts to sign in by outcome", sign_ins.clone());
        registry.register("jobs", "Jobs in the queue by stage", queue.clone());
        registry.register("database_failures", "Statements the database did not carry out", failures.clone());
        registry.register("ledger_waiting", "Records that wait for their place in the ledger", unsequenced.clone());
        registry.register("ledger_lag_seconds", "Age of the oldest of them", lag.clone());
        Self { registry, requests, runs, sign_ins, queue, failures, unsequenced, lag }
    }
}

impl Figures {
    /// Counts an answer; `route` is the template of the table of routes.
    pub fn answered(&self, route: &'static str, status: u16) {
        self.requests.get_or_create(&[("route", route.to_owned()), ("status", status.to_string())]).inc();
    }

    /// Counts an attempt to sign in; the outcome is a word of the program.
    pub fn signed_in(&self, outcome: &'static str) {
        self.sign_ins.get_or_create(&[("outcome", outcome.to_owned())]).inc();
    }

    pub(crate) fn ran(&self, kind: &str, ending: Ending) {
        let ending = schoolkeeper_store::job::ending_word(ending);
        self.runs.get_or_create(&[("kind", kind.to_owned()), ("outcome", ending)]).inc();
    }
}

/// Whether an installation can do its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ready {
    /// The tables are those of this program.
    pub schema: bool,
    /// A process keeps the schedule.
    pub works: bool,
}

impl House {
    /// What this process counts.
    pub fn figures(&self) -> &Figures {
        &self.figures
    }

    /// Everything counted, as Prometheus reads it.
    pub async fn figures_text(&self) -> Result<String, Error> {
        let queue = self.read().await?.queue_length(&Scope::system("figures")).await?;
        for stage in Stage::ALL {
            let number = queue.iter().find(|(known, _)| *known == stage).map_or(0, |(_, number)| *number);
            self.figures.queue.get_or_create(&[("stage", schoolkeeper_store::job::stage_word(stage))]).set(number);
        }
        self.figures.failures.set(schoolkeeper_store::failures().try_into().unwrap_or(i64::MAX));
        let (waiting, oldest) = self.read().await?.waiting_records(&Scope::system("figures")).await?;
        self.figures.unsequenced.set(waiting);
        self.figures.lag.set(oldest.map_or(0, |oldest| self.now().duration_since(oldest).as_secs().max(0)));
        let mut text = String::new();
        encode(&mut text, &self.figures.registry).map_err(|error| Error::corrupt("a figure", error))?;
        Ok(text)
    }

    /// Asks the database; an error is its answer that it does not answer.
    pub async fn readiness(&self) -> Result<Ready, Error> {
        let schema = self.store.schema().await?.missing.is_empty();
        let leases = self.read().await?.leases(&Scope::system("ready")).await?;
        Ok(Ready { schema, works: leases.iter().any(|lease| lease.name == "schedule") })
    }
}
