//! Finding everything that is somebody's.

use super::{ACT, Leaving, Of, Thing};
use crate::appointment::Posts;
use crate::entry::{is_changeable, see_act};
use crate::mine::{Mine, What};
use crate::register::cell::choice;
use crate::view::asks::asks;
use crate::{Error, House, dates};
use jiff::civil::Date;
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::id::EntryId;
use schoolkeeper_core::role::Appointment;
use schoolkeeper_core::schema::{Field, FieldType, Register, RegisterKind};
use schoolkeeper_core::value::Value;
use schoolkeeper_core::world::World;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_store::School;

/// Registers looked at elsewhere: roles by their appointments, what waits by My page, and cases not at all.
const ELSEWHERE: [&str; 4] = ["appointment", "request", "grant", "case"];
/// Always among what stays.
const ALWAYS: [(&str, &str, &str); 2] = [
    ("Cases", "What they handle", "Goes with the role that handles it; what names them stays with the case"),
    ("Sign-in", "Password, calendar address, one-time links", "End with their sign-in; nobody takes them over"),
];

/// What one field of a register comes to.
#[derive(Default)]
struct Found {
    things: Vec<Thing>,
    stays: Vec<Thing>,
    hidden: usize,
    past: usize,
}

impl House {
    /// Everything that is somebody's at a school; missing for whoever gives no roles there.
    pub async fn leaving(&self, actor: &Actor, school: &School, person: EntryId) -> Result<Leaving, Error> {
        self.scope_at(actor, ACT, school).await?;
        let before = self.before(actor, school).await?;
        let read = self.read().await?;
        let known = self.person_of(&read, school, person).await?;
        let posts = self.posts(&read, school).await?;
        drop(read);
        let mut found = Found::default();
        for appointment in posts.appointments.iter().filter(|one| one.person == person) {
            if appointment.until.is_none_or(|until| until >= posts.today) {
                found.add_role(self.role_thing(actor, school, (&posts, appointment)).await?);
            }
        }
        for register in before.world().schemas.all().iter().filter(|one| !ELSEWHERE.contains(&&*one.id)) {
            self.records((actor, school), (before.world(), register), person, &mut found).await?;
        }
        self.views((actor, school), (before.world(), person), &mut found).await?;
        let reach = self.case_reach(actor, school).await?;
        let sees = |case: EntryId| crate::case::found(&before, case, reach).is_ok_and(|(.., looks)| looks.whole);
        let waits = self.waits((school, person), &sees, &mut found).await?;
        self.programs(actor, person, &mut found).await?;
        if found.past > 0 {
            let title =
                format!("{} {} of what was done", found.past, if found.past == 1 { "record" } else { "records" });
            found.stays.push(Thing::stays("History", title, "Who did what stays as it was", String::new()));
        }
        found.stays.extend(ALWAYS.map(|(kind, title, why)| Thing::stays(kind, title, why, String::new())));
        let last_day = known.facts.get("last_day").and_then(|fact| fact.value.as_date());
        let name = crate::role::name_of(&known);
        let Found { things, stays, hidden, .. } = found;
        Ok(Leaving { person, name, last_day, things, waits, stays, hidden, today: posts.today })
    }

    /// A role, with how much each policy asks of it.
    async fn role_thing(
        &self,
        actor: &Actor,
        school: &School,
        (posts, one): (&Posts, &Appointment),
    ) -> Result<Thing, Error> {
        let role = one.deputy_of.as_ref().unwrap_or(&one.role);
        let mut more = Vec::new();
        more.extend(one.until.map(|until| format!("until {}", dates::long(until))));
        for (pack, _) in self.policies(actor, &school.slug).await? {
            let at = match self.standpoint(actor, &school.slug, &pack).await {
                Ok(at) => at,
                Err(Error::Missing) => continue,
                Err(error) => return Err(error),
            };
            more.extend(asks(&at, role).iter().map(|part| format!("{}: {}", part.heading, part.lines.len())));
        }
        let title = posts.title(role);
        let title = if one.deputy_of.is_some() { format!("Stands in for {title}") } else { title };
        let followed = one.until.filter(|until| {
            let next = until.tomorrow().unwrap_or(*until);
            let others = posts.appointments.iter().filter(|other| other.person != one.person);
            others.filter(|other| other.role == one.role && other.site == one.site).any(|other| other.counts_on(next))
        });
        if let Some(until) = followed {
            let why = format!("Handed over: it ends for them on {}", dates::long(until));
            return Ok(Thing::stays("Role", title, &why, String::new()));
        }
        let here = one.school.is_none() == school.trust;
        let (key, kind, more) = (format!("role:{}", one.id), "Role".to_owned(), more.join(". "));
        if here {
            let link = format!("/school/{}/roles/appointment/{}", school.slug, one.id);
            return Ok(Thing { key, kind, title, more, link, of: Of::Role(Box::new(one.clone())) });
        }
        Ok(Thing::stays(kind, title, "Held for all schools: it is handed over at the central office", String::new()))
    }

    async fn records(
        &self,
        (actor, school): (&Actor, &School),
        (world, register): (&World, &Register),
        person: EntryId,
        found: &mut Found,
    ) -> Result<(), Error> {
        let names = |row: &Row<'_>| register.fields.iter().any(|field| names(row.value(&field.name), person));
        let rows: Vec<Row<'_>> = Row::all(world, &register.id).filter(names).collect();
        if rows.is_empty() {
            return Ok(());
        }
        if register.kind == RegisterKind::Event || register.closed {
            found.past += rows.len();
            return Ok(());
        }
        let ids: Vec<EntryId> = rows.iter().map(|row| row.id()).collect();
        let seen = match self.scope_at(actor, see_act(&register.id), school).await {
            Ok(_) => self.seen_of((actor, school), &register.id, ids).await?,
            Err(_) => Vec::new(),
        };
        found.hidden += rows.len() - seen.len();
        for row in rows.into_iter().filter(|row| seen.contains(&row.id())) {
            for field in register.fields.iter().filter(|field| names_in(row, field, person)) {
                found.add(school, (register, field), row);
            }
        }
        Ok(())
    }

    /// What waits for them; what they asked and hold themselves goes with them.
    /// An incident is named only to whoever may open it.
    async fn waits(
        &self,
        (school, person): (&School, EntryId),
        sees: &(dyn Fn(EntryId) -> bool + Sync),
        found: &mut Found,
    ) -> Result<Vec<Thing>, Error> {
        let them = self.actor(person, school.organisation).await?;
        let (mut out, mine) = (Vec::new(), self.mine_at(&them, school.clone()).await?);
        for Mine { what, title, due, link, .. } in mine.all {
            let by = due.map_or_else(String::new, |day: Date| format!("by {}", dates::long(day)));
            let own = |kind, why| Thing::stays(kind, title.clone(), why, String::new());
            if let Some((_, case)) = link.split_once("/case/") {
                if !case.parse().is_ok_and(|id| sees(EntryId(id))) {
                    found.hidden += 1;
                } else if what == What::Do {
                    out.push(Thing::stays("Incident", title, &by, link));
                } else {
                    found.stays.push(own("Incident", "They reported it; it goes on without them"));
                }
                continue;
            }
            match what {
                What::Decide => out.push(Thing::stays("To decide", title, &by, link)),
                What::Do => out.push(Thing::stays("Task", title, &by, link)),
                What::Fix => out.push(Thing::stays("To fix", title, &by, link)),
                What::Sign => found.stays.push(own("Agreement", "Theirs to sign, while they are here")),
                What::Asked | What::Answer => {
                    found
                        .stays
                        .push(own("Request", "It is their own: they withdraw it, or whoever comes after asks anew"));
                }
                What::Held if link.contains("/grant/") => {
                    found.stays.push(own(
                        "Permission",
                        "It is theirs alone and ends with them; whoever comes after asks anew",
                    ));
                }
                What::Held | What::Read | What::Learn => {}
            }
        }
        Ok(out)
    }

    /// Views of lists they saved for themselves: one by one, by name.
    async fn views(
        &self,
        (actor, school): (&Actor, &School),
        (world, person): (&World, EntryId),
        found: &mut Found,
    ) -> Result<(), Error> {
        let scope = self.scope_at(actor, ACT, school).await?;
        for (id, register, title) in self.read().await?.views_of(&scope, (school.id, person)).await? {
            let list = world.schemas.get(&register).map_or_else(|| register.to_string(), |known| known.title.clone());
            let (key, kind) = (format!("view:{id}"), format!("Saved view: {}", choice(&list)));
            let link = format!("/school/{}/records/{register}", school.slug);
            found.things.push(Thing { key, kind, title, more: String::new(), link, of: Of::View(id) });
        }
        Ok(())
    }

    async fn programs(&self, actor: &Actor, person: EntryId, found: &mut Found) -> Result<(), Error> {
        let Ok(scope) = Self::scope(actor, "token.make") else { return Ok(()) };
        let live = |token: &schoolkeeper_store::token::Token| token.revoked_at.is_none() && token.ends_at > self.now();
        for token in self.read().await?.tokens(&scope).await? {
            if token.person == person && live(&token) {
                let why = "It acts in their name and ends with them: whoever comes after makes one of their own";
                found.stays.push(Thing::stays("Access token", token.name, why, format!("/token/{}", token.id)));
            }
        }
        Ok(())
    }
}

impl Found {
    fn add_role(&mut self, thing: Thing) {
        if matches!(thing.of, Of::Stays) { self.stays.push(thing) } else { self.things.push(thing) }
    }

    fn add(&mut self, school: &School, (register, field): (&Register, &Field), row: Row<'_>) {
        let link = format!("/school/{}/records/{}/{}", school.slug, register.id, row.id());
        let kind = format!("{}: {}", choice(&register.title), field.label.to_lowercase());
        if field.name.ends_with("_by") || &*field.name == "by" {
            self.past += 1;
        } else if &*field.name == "person" {
            self.stays.push(Thing::stays(
                kind,
                row.name(),
                "It is theirs alone: it is ended, nobody takes it over",
                link,
            ));
        } else if is_changeable(register) && points_to_person(field) {
            let key = format!("field:{}:{}:{}", register.id, row.id(), field.name);
            let of = Of::Field { register: register.id.clone(), entry: row.id(), field: field.name.clone() };
            self.things.push(Thing { key, kind, title: row.name(), more: String::new(), link, of });
        } else {
            self.stays.push(Thing::stays(
                kind,
                row.name(),
                "It stands among other things there: open it and change it",
                link,
            ));
        }
    }
}

fn points_to_person(field: &Field) -> bool {
    matches!(&field.kind, FieldType::Ref(to) | FieldType::Refs(to) if &**to == "person")
}

fn names(value: Option<&Value>, person: EntryId) -> bool {
    let mut found = false;
    if let Some(value) = value {
        value.each_ref(&mut |id| found |= id == person);
    }
    found
}

fn names_in(row: Row<'_>, field: &Field, person: EntryId) -> bool {
    names(row.value(&field.name), person)
}
