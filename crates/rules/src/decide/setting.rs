//! Settings where they bite: choosing a password, signing in, looking at a page.
//!
//! The caller says in the form what it knows of the moment; what it does not say refuses.

use super::{Answer, Asked, Condition, password};
use crate::evaluate::wanted::{self, Level, Wanted};
use crate::expr::Truth;
use crate::flow::clock;
use crate::flow::record::Row;
use jiff::Timestamp;
use schoolkeeper_core::control::Setting;
use schoolkeeper_core::phrase::Span;
use schoolkeeper_core::setting;
use schoolkeeper_core::value::Value;

/// Refuses an act that one of the setting's keys forbids.
pub fn ask(asked: &Asked<'_>, spec: &Setting, answer: &mut Answer) {
    let act = asked.tried.act;
    if !spec.set.keys().any(|name| setting::key(name).is_some_and(|key| key.act == act)) {
        return;
    }
    if let (Some(except), Some(_)) = (asked.control.expr("except"), asked.tried.on) {
        let tested = except.test(&asked.scene());
        match tested.truth {
            Truth::True => return,
            Truth::Unknown => return asked.refuse_unknown(answer, tested.missing),
            Truth::False => {}
        }
    }
    match wanted::all(spec, asked.ctx.params) {
        Err(missing) => asked.refuse_unknown(answer, missing),
        Ok(wanted) => {
            for wanted in wanted.iter().filter(|wanted| wanted.key.act == act) {
                key(asked, wanted, answer);
            }
        }
    }
}

fn key(asked: &Asked<'_>, wanted: &Wanted, answer: &mut Answer) {
    let verdict = match wanted.level {
        Level::YesNo(false) => Verdict::Fine,
        _ if wanted.key.name.starts_with("password.") && wanted.key.act == "password.set" => {
            password::test(asked, wanted)
        }
        Level::Count(most) if wanted.key.name == "lockout.attempts_max" => match asked.tried.form.get("attempts") {
            Some(Value::Int(attempts)) => Verdict::of(*attempts < most),
            _ => Verdict::NotSaid("how many attempts there were"),
        },
        Level::Span(span) if wanted.key.name == "password.age_max" => age(asked, span),
        Level::Span(span) if wanted.key.name == "session.idle_max" => match asked.tried.form.get("idle") {
            Some(Value::Seconds(idle)) => Verdict::of(*idle <= span.rough_seconds()),
            Some(Value::Text(text)) => match text.parse::<Span>() {
                Ok(idle) => Verdict::of(idle.rough_seconds() <= span.rough_seconds()),
                Err(_) => Verdict::NotSaid("how long it has rested"),
            },
            _ => Verdict::NotSaid("how long it has rested"),
        },
        Level::YesNo(true) if wanted.key.name == "second_factor.required" => {
            Verdict::of(asked.tried.form.get("second_factor").and_then(Value::as_bool) == Some(true))
        }
        Level::Choice(at) if wanted.key.name == "log.sign_in_attempts" => {
            if at > 0 {
                answer.conditions.push(Condition::WriteDown(asked.control.control.id.clone()));
            }
            Verdict::Fine
        }
        _ => Verdict::NotSaid("what this setting needs"),
    };
    match verdict {
        Verdict::Fine => {}
        Verdict::Against => asked.refuse(answer, wanted.says()),
        Verdict::NotSaid(what) => {
            asked.refuse(answer, format!("{} It is not known {what}, so it is refused.", wanted.says()));
        }
    }
}

/// What one key says.
pub enum Verdict {
    /// Nothing against it.
    Fine,
    /// It is against it.
    Against,
    /// The caller did not say something; the text goes into the sentence.
    NotSaid(&'static str),
}

impl Verdict {
    /// Fine when it holds.
    pub fn of(holds: bool) -> Self {
        if holds { Self::Fine } else { Self::Against }
    }
}

fn age(asked: &Asked<'_>, span: Span) -> Verdict {
    let said = asked.tried.form.get("password_set_at").and_then(Value::as_instant);
    let account =
        asked.tried.on.and_then(|(register, row)| Row::at(asked.ctx.world, register, row).instant("password_set_at"));
    match said.or(account) {
        None => Verdict::NotSaid("when the password was chosen"),
        Some(set_at) => Verdict::of(last_instant(asked, set_at, span).is_some_and(|end| asked.ctx.world.now < end)),
    }
}

fn last_instant(asked: &Asked<'_>, from: Timestamp, span: Span) -> Option<Timestamp> {
    clock::after(asked.ctx, span, from).ok()
}
