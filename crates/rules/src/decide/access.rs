//! Access: who may do something, and what is asked before it is shown.

use super::{Answer, Asked, Condition, names};
use crate::compiled::CompiledControl;
use crate::expr::{Expression, Truth};
use crate::flow::case::stands_above;
use crate::flow::form::is_blank;
use crate::flow::record::Row;
use schoolkeeper_core::control::{Access, ControlKind};
use schoolkeeper_core::value::Value;

/// Refuses whoever is not among `only`, an unanswered question, and a missing second person.
pub fn ask(asked: &Asked<'_>, access: &Access, answer: &mut Answer) {
    if !access.on.iter().any(|on| names(on.get_ref(), asked.tried.act)) || !speaks_of_class(asked, access) {
        return;
    }
    let scene = asked.scene();
    if let Some(filter) = asked.control.expr("where") {
        let tested = filter.test(&scene);
        match tested.truth {
            Truth::False => return,
            Truth::Unknown => return asked.refuse_unknown(answer, tested.missing),
            Truth::True => {}
        }
    }
    if let Some(only) = asked.control.expr("only") {
        let tested = only.test(&scene);
        match tested.truth {
            Truth::True => {}
            Truth::False if stands_in(asked) => {}
            Truth::False => asked.refuse(answer, format!("{}: you are not among those who may", title(asked))),
            Truth::Unknown => asked.refuse_unknown(answer, tested.missing),
        }
    }
    questions(asked, access, answer);
    second_person(asked, access, answer);
    if access.step_up {
        asked.step_up(answer);
    }
    if access.watermark {
        answer.conditions.push(Condition::Watermark(asked.control.control.id.clone()));
    }
}

/// Who alone may do an act, when the control says so for everything it may be done to.
pub fn gate<'c>(control: &'c CompiledControl, act: &str) -> Option<&'c Expression> {
    let ControlKind::Access(access) = &control.control.kind else { return None };
    let named = access.on.iter().any(|on| names(on.get_ref(), act));
    let whole = access.class.is_empty() && control.expr("where").is_none();
    control.expr("only").filter(|_| named && whole)
}

/// What is closed to all but a few leaves out nobody who stands above a headteacher whom the case is about.
fn stands_in(asked: &Asked<'_>) -> bool {
    let case = asked.tried.on.map(|(register, row)| Row::at(asked.ctx.world, register, row));
    let case = case.filter(|case| case.kind() == "case");
    case.zip(asked.tried.person).is_some_and(|(case, person)| stands_above(asked.ctx, case, person))
}

fn title<'w>(asked: &Asked<'w>) -> &'w str {
    &asked.control.control.title
}

/// A control for some classes speaks of everything whose class is not known, too; not of records that have none.
fn speaks_of_class(asked: &Asked<'_>, access: &Access) -> bool {
    let schemas = asked.ctx.world.schemas.all();
    if !access.class.is_empty() && asked.tried.on.is_some_and(|(at, _)| schemas[at].field("class").is_none()) {
        return asked.tried.form.get("class").is_some();
    }
    let form = asked.tried.form.get("class").and_then(Value::as_text);
    let on = asked.tried.on.and_then(|(register, row)| Row::at(asked.ctx.world, register, row).text("class"));
    access.class.is_empty() || form.or(on).is_none_or(|class| access.class.iter().any(|name| **name == *class))
}

fn questions(asked: &Asked<'_>, access: &Access, answer: &mut Answer) {
    for field in &access.ask {
        let given = asked.tried.form.get(&field.name).filter(|value| !is_blank(value));
        let label = field.label.clone().unwrap_or_else(|| field.name.replace('_', " "));
        match given {
            None => asked.refuse(answer, format!("{}: say the {label} first", title(asked))),
            Some(Value::Text(text))
                if !field.choices.is_empty() && !field.choices.iter().any(|choice| **choice == **text) =>
            {
                asked.refuse(answer, format!("{}: `{text}` is not a {label} the policy knows", title(asked)));
            }
            Some(_) => {}
        }
    }
}

fn second_person(asked: &Asked<'_>, access: &Access, answer: &mut Answer) {
    if !access.two_people {
        return;
    }
    let people = asked.ctx.world.table_of("person");
    let actor = asked.tried.person.and_then(|row| people.map(|people| people.rows[row].id));
    let second = asked.tried.form.get("second_person").and_then(Value::as_ref_id);
    let known = second.is_some_and(|id| people.is_some_and(|people| people.row(id).is_some()));
    if !known || second == actor {
        asked.refuse(answer, format!("{}: a second person must be there and confirm", title(asked)));
    }
}
