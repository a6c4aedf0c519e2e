//! A rule over the entries of a register: who is concerned, what must hold, what excuses, and for how long.
//!
//! Invariant: no list is *kept* without a valid census, and no subject without facts.

use super::{grant, known, message};
use crate::compiled::{CompiledControl, CompiledPack};
use crate::expr::{Expression, Scene, Tested, Truth};
use crate::flow::clock;
use crate::judge::{Ctx, Judged, Judgement, Kept};
use crate::occur;
use jiff::Timestamp;
use schoolkeeper_core::control::{ControlKind, Rule};
use schoolkeeper_core::id::Name;
use schoolkeeper_core::phrase::Span;
use schoolkeeper_core::standing::{KnownBy, Missing, Standing};

/// Judges every entry of the rule's register, and the list itself.
pub fn judge(ctx: Ctx<'_>, control: &CompiledControl, rule: &Rule) -> Judged {
    let judge = match Subjects::new(ctx, control, rule) {
        Ok(judge) => judge,
        Err(missing) => return Judged::of(vec![Judgement::missing(missing)]),
    };
    let rows = ctx.world.table(judge.register).rows.len();
    let mut out = Judged { all: vec![judge.whole()], kept: Vec::with_capacity(rows) };
    for row in 0..rows {
        judge.subject(row, &mut out);
    }
    out
}

/// A rule made ready to judge one entry after the other.
pub struct Subjects<'w> {
    ctx: Ctx<'w>,
    control: &'w CompiledControl,
    /// Its register.
    pub register: usize,
    filter: Option<&'w Expression>,
    expects: Vec<&'w Expression>,
    grace: Option<Span>,
    unknown_max: Option<Span>,
    excuses: Vec<Name>,
    guarded: bool,
    own_fields: Vec<usize>,
    others_by_hand: bool,
}

impl<'w> Subjects<'w> {
    /// Resolves its params; `Err` names a blank one.
    pub fn new(ctx: Ctx<'w>, control: &'w CompiledControl, rule: &'w Rule) -> Result<Self, Missing> {
        let id = rule.subject.get_ref();
        let register = ctx.world.schemas.index(id).ok_or_else(|| Missing::census(id))?;
        let span = |span: &Option<_>| span.as_ref().map(|span| clock::span(ctx, span)).transpose();
        let expects: Vec<_> = expects(control).collect();
        let filter = control.expr("where");
        let asked: Vec<_> = filter.iter().chain(&expects).copied().collect();
        Ok(Self {
            ctx,
            control,
            register,
            filter,
            grace: span(&rule.grace)?,
            unknown_max: span(&rule.unknown_max)?,
            excuses: excuses(ctx.pack, &control.control.id, rule),
            guarded: !rule.guards.is_empty() && ctx.world.probes.get(&control.control.id) == Some(&true),
            own_fields: known::own_fields(register, &asked),
            others_by_hand: known::others_by_hand(ctx.world, register, &asked),
            expects,
        })
    }

    /// The list itself: kept only with a census of it, or of the classes the rule speaks of, unless it is closed by nature and anything was ever written into
    /// it: a register nobody has used yet says nothing.
    pub fn whole(&self) -> Judgement {
        let (id, table) = (&self.ctx.world.schemas.all()[self.register].id, self.ctx.world.table(self.register));
        let unused = table.rows.is_empty() && occur::complete(self.ctx, self.register, self.filter).is_none();
        if unused && !self.guarded {
            return Judgement::missing(occur::lacking(self.ctx, id, self.filter));
        }
        let list = occur::census(self.ctx, id, self.filter);
        if self.guarded && list.standing == Standing::Kept { list.known_by(KnownBy::Enforced) } else { list }
    }

    /// One entry, put behind the others; nothing when the rule does not speak of it and time alone cannot change that.
    pub fn subject(&self, row: usize, out: &mut Judged) {
        let scene = Scene::now(self.ctx).of(self.register, row);
        let mut until = None;
        if let Some(filter) = self.filter {
            let tested = filter.test(&scene);
            until = tested.window.until;
            match tested.truth {
                Truth::True => {}
                Truth::False => return out.all.extend(until.map(|_| self.of(row, Standing::None).until(until))),
                Truth::Unknown => return out.all.push(self.unknown(&scene, row, tested, &[filter])),
            }
        }
        let mut tested = all(&self.expects, &scene);
        tested.window.until = clock::earlier(until, tested.window.until);
        match tested.truth {
            Truth::True => {
                let (known_by, valid_until) = (self.known(row), tested.window.until);
                out.kept.push(Kept { register: self.register as u32, row: row as u32, known_by, valid_until });
            }
            Truth::False => out.all.push(self.broken(&scene, row, &tested)),
            Truth::Unknown => out.all.push(self.unknown(&scene, row, tested, &self.expects)),
        }
    }

    fn of(&self, row: usize, standing: Standing) -> Judgement {
        Judgement::of(self.register, row, standing)
    }

    fn known(&self, row: usize) -> KnownBy {
        let by_hand = self.others_by_hand || known::by_hand(self.ctx.world, self.register, row, &self.own_fields);
        if by_hand { KnownBy::Stated } else { KnownBy::Measured }
    }

    fn broken(&self, scene: &Scene<'_>, row: usize, tested: &Tested) -> Judgement {
        let grants = grant::excusing(self.ctx, &self.excuses, self.register, row);
        let until = clock::earlier(tested.window.until, grants.changes_at);
        if grants.valid {
            let kept = self.of(row, Standing::Kept).known_by(self.known(row)).until(until);
            return Judgement { excused: true, ..kept };
        }
        let since = self.since(scene, row, &self.expects, Truth::False);
        let due_at = match self.grace.map(|grace| clock::after(self.ctx, grace, since)).transpose() {
            Ok(due_at) => clock::ahead(self.ctx, due_at),
            Err(missing) => {
                // Nobody can count its days: look again tomorrow, when it may be over by any count.
                let tomorrow = Some(self.ctx.world.calendar.next_midnight(self.ctx.world.now));
                let unknown = Judgement { missing: vec![missing], ..self.of(row, Standing::Unknown) };
                return unknown.until(clock::earlier(until, tomorrow));
            }
        };
        let standing = if due_at.is_some() { Standing::Due } else { Standing::Broken };
        let told = message::of(self.control, scene, (self.register, row));
        Judgement {
            since: Some(since),
            due_at,
            due_on: due_at.map(|at| clock::last_day(self.ctx, at)),
            message: Some(told.text),
            ..self.of(row, standing).known_by(self.known(row)).until(clock::earlier(until, due_at))
        }
        .until_also(told.until)
    }

    /// Nobody can say: *unknown* until the rule's patience ends, then *broken*.
    fn unknown(&self, scene: &Scene<'_>, row: usize, tested: Tested, asked: &[&Expression]) -> Judgement {
        let grants = grant::excusing(self.ctx, &self.excuses, self.register, row);
        let until = clock::earlier(tested.window.until, grants.changes_at);
        if grants.valid {
            let kept = self.of(row, Standing::Kept).known_by(KnownBy::Evidenced).until(until);
            return Judgement { excused: true, ..kept };
        }
        let unknown = Judgement { missing: tested.missing, ..self.of(row, Standing::Unknown).until(until) };
        let Some(patience) = self.unknown_max else { return unknown };
        let since = match self.ctx.world.started.get(&self.control.control.id) {
            // Nobody has begun to look: it does not grow older.
            Some(None) => return unknown,
            Some(Some(started)) => self.since(scene, row, asked, Truth::Unknown).max(*started),
            None => self.since(scene, row, asked, Truth::Unknown),
        };
        match clock::after(self.ctx, patience, since) {
            Err(missing) => Judgement { missing: vec![missing], ..unknown },
            Ok(end) if end > self.ctx.world.now => unknown.until_also(Some(end)),
            Ok(_) => Judgement {
                standing: Standing::Broken,
                since: Some(since),
                message: Some(message::unknown(self.control, scene, (self.register, row), patience)),
                known_by: Some(KnownBy::Measured),
                ..unknown
            },
        }
    }

    /// First instant of this truth, not before the entry was known nor before the rule spoke of it.
    fn since(&self, scene: &Scene<'_>, row: usize, asked: &[&Expression], truth: Truth) -> Timestamp {
        let known = self.ctx.world.table(self.register).rows[row].since;
        let held = asked.iter().filter(|expect| expect.test(scene).truth == truth);
        let held = held.map(|expect| expect.since(scene, truth)).min();
        let concerned = match (self.filter, truth) {
            (Some(filter), Truth::False) => Some(filter.since(scene, Truth::True)),
            _ => None,
        };
        [held, concerned].into_iter().flatten().fold(known, Timestamp::max)
    }
}

/// How many entries a rule speaks of for certain.
pub fn concerned(ctx: Ctx<'_>, control: &CompiledControl, rule: &Rule) -> usize {
    let Some(register) = ctx.world.schemas.index(rule.subject.get_ref()) else { return 0 };
    let filter = control.expr("where");
    let fits =
        |row: &usize| filter.is_none_or(|filter| filter.test(&Scene::now(ctx).of(register, *row)).truth == Truth::True);
    (0..ctx.world.table(register).rows.len()).filter(fits).count()
}

/// What a rule expects: its own test and those a child pack asks besides.
pub fn expects(control: &CompiledControl) -> impl Iterator<Item = &Expression> {
    let also = (0..).map_while(|at| control.expr(&format!("expect_also/{at}")));
    control.expr("expect").into_iter().chain(also)
}

/// All of several tests: false wins over unknown, unknown over true.
pub fn all(tests: &[&Expression], scene: &Scene<'_>) -> Tested {
    let (first, rest) = match tests {
        [] => return Tested { truth: Truth::True, missing: Vec::new(), window: crate::expr::Window::default() },
        [first, rest @ ..] => (first, rest),
    };
    let mut out = first.test(scene);
    for test in rest {
        let tested = test.test(scene);
        out.window.until = clock::earlier(out.window.until, tested.window.until);
        match (out.truth, tested.truth) {
            (Truth::False, _) | (_, Truth::True) => {}
            (_, Truth::False) => (out.truth, out.missing) = (Truth::False, Vec::new()),
            (_, Truth::Unknown) => {
                out.truth = Truth::Unknown;
                out.missing.extend(tested.missing);
            }
        }
    }
    out
}

/// Requests whose grants excuse this rule, named by the rule or naming it.
pub fn excuses(pack: &CompiledPack, control: &Name, rule: &Rule) -> Vec<Name> {
    if !rule.excusable {
        return Vec::new();
    }
    let mut out: Vec<Name> = rule.excused_by.iter().map(|name| name.get_ref().clone()).collect();
    for (name, other) in &pack.controls {
        if let ControlKind::Request(request) = &other.control.kind
            && request.excuses.iter().any(|rule| rule.get_ref() == control)
            && !out.contains(name)
        {
            out.push(name.clone());
        }
    }
    out
}
