//! What happens at one place in one month.

use super::place::Kind;
use super::policy;
use super::story::{POLICY, Story};
use crate::apart::section_of;
use crate::census::{How, Vouch};
use crate::entry::{Filled, Saved, Version};
use crate::section::StartAsked;
use crate::snapshot::Adopted;
use crate::{Error, House};
use jiff::Span;
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::value::Value;

/// The second policy one school runs, and when it adopts it.
const SECOND: (&str, usize) = ("online-security", 2);
/// How many statements the office looks at before it finds one that does not apply.
const TRIES_MAX: usize = 20;
/// The months in which people sign, with how many of a hundred have by then.
const SIGNINGS: [(usize, u64); 3] = [(1, 60), (6, 88), (11, 96)];

impl Story {
    /// Everything of a month at one place; the standing follows, and with it the history.
    pub async fn morning(&mut self, at: usize) -> Result<(), Error> {
        let month = self.when.month;
        if month == 0 {
            self.first_morning(at).await?;
        } else {
            self.sign_in(at).await?;
        }
        let office = self.actor(at, "office").await?;
        if month > 0 {
            let staff = super::list::staff(&self.places[at], &self.when);
            self.bring((at, &office), ("person", "staff.csv", false), &staff).await?;
        }
        if self.has_second(at) && month == SECOND.1 {
            self.adopt_second(at).await?;
        }
        let policies = self.policies(at).await?;
        self.bring_lists(at, &policies).await?;
        self.bring_deeds(at, (&office, &policies)).await?;
        self.single_acts(at, &office).await?;
        self.tick();
        self.house.evaluate(&self.house.operator(), &self.schools[at]).await?;
        for policy in &policies {
            self.start_sections(at, policy).await?;
        }
        if month == 3 {
            self.excuse(at, &office).await?;
        }
        self.on_pages(at).await?;
        Ok(())
    }

    /// The first secondary school, or the only school, runs a second policy.
    fn has_second(&self, at: usize) -> bool {
        let chosen = self.places.iter().position(|place| place.kind == Kind::Secondary);
        at == chosen.unwrap_or(1)
    }

    async fn adopt_second(&mut self, at: usize) -> Result<(), Error> {
        let head = self.actor(at, "head").await?;
        let leave = policy::leave_to_adopt(&self.places[at].post("head"), &self.when);
        let board = self.actor(0, "office").await?;
        self.bring((at, &board), ("grant", "board-decisions.csv", true), &leave).await?;
        self.tick();
        self.house.adopt_policy(&head, &self.schools[at], SECOND.0).await?;
        let policies = self.policies(at).await?;
        let Some(second) = policies.iter().find(|one| **one.id() == *SECOND.0) else { return Ok(()) };
        let mut set = policy::params(&second.live.pack, self.plan.seed);
        // What the trust's policy asks as well is the trust's to say.
        let others = policies.iter().filter(|one| **one.id() != *SECOND.0);
        let others: Vec<_> = others.flat_map(|one| one.live.pack.params.keys()).collect();
        set.retain(|text| !others.iter().any(|name| text.split('=').next() == Some(&***name)));
        self.tick();
        self.house.set_params(&head, &self.schools[at], &set).await
    }

    async fn policies(&self, at: usize) -> Result<Vec<Adopted>, Error> {
        let operator = self.house.operator();
        self.house.adopted(&House::scope(&operator, "policy.see")?, &self.schools[at]).await
    }

    async fn bring_lists(&mut self, at: usize, policies: &[Adopted]) -> Result<(), Error> {
        let packs: Vec<_> = policies.iter().map(|one| &*one.live.pack).collect();
        let place = self.places[at].clone();
        let due: Vec<_> = {
            let names = &mut self.names[at];
            let shapes = self.lists.due(&place, &self.when);
            let made = shapes.map(|shape| {
                let table = self.lists.make(shape, (self.plan.seed, &place, &self.when), (&packs, names));
                (shape.register.clone(), shape.file.clone(), shape.by.clone(), shape.part, table)
            });
            made.collect()
        };
        for (register, file, by, part, table) in due {
            let actor = self.actor(at, &by).await?;
            self.bring((at, &actor), (&register, &file, part), &table).await?;
        }
        if self.when.month.is_multiple_of(4) || self.when.month == SECOND.1 {
            self.tick();
            self.house.confirm_entries(&self.house.operator(), &self.schools[at], None, None).await?;
        }
        Ok(())
    }

    /// What people did: tasks, signatures, an incident.
    async fn bring_deeds(&mut self, at: usize, (office, policies): (&Actor, &[Adopted])) -> Result<(), Error> {
        let (month, seed) = (self.when.month, self.plan.seed);
        let operator = self.house.operator();
        let scope = House::scope(&operator, "policy.see")?;
        let look = self.house.snapshot(&scope, &self.schools[at]).await?;
        for one in policies {
            let pack = one.live.pack.clone();
            let world = look.world_of(one);
            if month == 0 || (month == SECOND.1 && **one.id() == *SECOND.0) {
                let published = policy::published(&pack, &self.when);
                self.bring((at, office), ("publication", "published.csv", true), &published).await?;
            }
            if let Some((_, share)) = SIGNINGS.iter().find(|(when, _)| *when == month) {
                let signed = policy::signatures(&pack, &self.places[at], &self.when, (seed, *share));
                self.bring((at, office), ("signature", "signed.csv", true), &signed).await?;
            }
            if month > 0 {
                let done = policy::tasks_done((one, &world), (&self.when, &self.names[at]), seed ^ at as u64);
                self.bring((at, office), ("done", "tasks-done.csv", true), &done).await?;
            }
            if matches!(month, 2 | 5 | 9) && **one.id() == *POLICY && at > 0 {
                let incident = policy::incident(&pack, &self.places[at], &self.when);
                self.bring((at, office), ("case", "incidents.csv", true), &incident).await?;
            }
        }
        Ok(())
    }

    /// What one person does by hand in some months.
    async fn single_acts(&mut self, at: usize, office: &Actor) -> Result<(), Error> {
        match self.when.month {
            3 | 6 | 9 | 12 if at == 0 => {
                self.tick();
                let head = self.actor(at, "head").await?;
                if let Some(proof) = self.house.proof(&head).await? {
                    self.house.checkpoint_left(&head, proof.size).await?;
                }
            }
            4 if at > 0 => {
                for (register, none) in [("room-access", false), ("mitigation", true)] {
                    self.tick();
                    let vouch = Vouch { none, how: How::Stocktake, until: None };
                    self.house.vouch(office, &self.schools[at], register, vouch).await?;
                }
            }
            5 | 10 if at > 0 => self.by_hand(at).await?,
            _ => {}
        }
        Ok(())
    }

    /// The technician finds that a device's disk is encrypted after all, and that a laptop is broken.
    async fn by_hand(&mut self, at: usize) -> Result<(), Error> {
        let technician = self.actor(at, "technician").await?;
        let school = self.schools[at].clone();
        let found = |names: &[String], by: usize| names.get(by % names.len().max(1)).cloned().unwrap_or_default();
        let asset = found(self.names[at].get("asset").map_or(&[][..], Vec::as_slice), self.when.month * 3);
        let found = self.house.entries_like(&technician, &school, ("asset", &asset)).await?;
        let Some(entry) = found.first().map(|found| found.id) else { return Ok(()) };
        let whole = self.house.entry_at(&technician, &school, ("asset", entry)).await?;
        self.tick();
        let say = [(Name::from("place"), Value::text("In the repair cupboard"))].into();
        let filled = Filled { say, why: "Looked at it".to_owned(), ..Filled::default() };
        let version = Version(whole.whole.entry.version);
        let saved = self.house.change_entry(&technician, &school, (("asset", entry, version), &filled)).await?;
        if matches!(saved, Saved::Done(_)) {
            let whole = self.house.entry_at(&technician, &school, ("asset", entry)).await?;
            self.tick();
            // The policy may want a repair to be asked for first; then it stays where it is.
            match self.house.move_entry(&technician, &whole, ("faulty", "The screen is broken")).await {
                Err(Error::Denied(_)) => {}
                moved => drop(moved?),
            }
        }
        Ok(())
    }

    /// The head starts the sections whose month has come; a few never, one is planned.
    async fn start_sections(&mut self, at: usize, one: &Adopted) -> Result<(), Error> {
        let (month, id) = (self.when.month, one.id().to_string());
        let mut sections: Vec<String> = Vec::new();
        for section in one.live.pack.clauses.iter().map(section_of) {
            if !sections.contains(&section) {
                sections.push(section);
            }
        }
        let head = self.actor(at, "head").await?;
        for (number, section) in sections.iter().enumerate() {
            let never = (number * 7 + at * 3) % 5 >= 3;
            let opens = 1 + number * 9 / sections.len();
            let opens = if id == SECOND.0 { opens.max(SECOND.1) } else { opens };
            let school = self.schools[at].clone();
            if never && month == self.plan.months {
                let standpoint = self.house.standpoint(&head, &school.slug, &id).await?;
                let on = self.when.today.saturating_add(Span::new().days(40));
                self.tick();
                return self.house.plan_section(&head, &standpoint, section, on).await;
            }
            if !never && month == opens {
                let standpoint = self.house.standpoint(&head, &school.slug, &id).await?;
                self.tick();
                self.house.start_section(&head, &standpoint, section, &StartAsked::default()).await?;
            }
        }
        Ok(())
    }

    /// The office asks that a statement does not apply here; at every second school the trust's board agrees.
    async fn excuse(&mut self, at: usize, office: &Actor) -> Result<(), Error> {
        let school = self.schools[at].clone();
        let standpoint = self.house.standpoint(office, &school.slug, POLICY).await?;
        let on = self.when.today.saturating_add(Span::new().days(330));
        let stands = standpoint.outcome.clauses.iter().filter(|one| one.would.is_some() || one.since.is_some());
        for clause in stands.map(|one| one.clause.to_string()).skip(at * 3).take(TRIES_MAX) {
            let shown = self.house.not_here_of(office, &standpoint, &clause).await?;
            if shown.matching > 0 || shown.now.is_some() {
                continue;
            }
            self.tick();
            let why = "Nothing of the kind is used at this school.";
            if self.house.ask_not_here(office, &standpoint, &clause, (why, on)).await.is_err() {
                continue;
            }
            if at % 2 == 1 {
                let board = self.actor(0, "board").await?;
                self.tick();
                self.house.agree_not_here(&board, &standpoint, &clause).await?;
            }
            return Ok(());
        }
        Ok(())
    }
}
