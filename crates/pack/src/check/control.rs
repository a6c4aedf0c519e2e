//! Controls: common keys, and the types that decide and evaluate; the others stand in `occur` and `flow`.

use super::{Checker, catalogue, clause, flow, form, occur, param, who};
use crate::suggest;
use param::Wanted;
use schoolkeeper_core::control::{Access, Channel, Control, ControlKind, Retention, Rule, Setting, SettingValue};
use schoolkeeper_core::id::Name;
use schoolkeeper_core::pack::Literal;
use schoolkeeper_core::phrase::OrParam;
use schoolkeeper_core::schema::Register;
use serde_spanned::Spanned;

pub(super) fn check(checker: &mut Checker<'_>, control: &Control) {
    checker.at("control", &control.id);
    checker.ladder(control.ladder.as_ref());
    let subject = clause::subject_of(&control.kind).and_then(|name| checker.schemas.get(name));
    for tell in &control.tell {
        who::check(checker, &tell.who, subject);
    }
    if let Some(was) = &control.was {
        let place = checker.find(was);
        if checker.pack.controls.contains_key(was) {
            let hint = "`was` names what the control was called before; take the other one out";
            checker.error_hint(format!("there is still a control `{was}`"), place, hint);
        }
    }
    match &control.kind {
        ControlKind::Setting(setting) => check_setting(checker, setting),
        ControlKind::Rule(rule) => check_rule(checker, control, rule),
        ControlKind::Duty(duty) => occur::check_duty(checker, duty),
        ControlKind::Request(request) => flow::check_request(checker, request),
        ControlKind::Agreement(agreement) => occur::check_agreement(checker, control, agreement),
        ControlKind::Case(case) => flow::check_case(checker, case),
        ControlKind::Access(access) => check_access(checker, access),
        ControlKind::Channel(channel) => check_channel(checker, channel),
        ControlKind::Retention(retention) => check_retention(checker, retention),
        ControlKind::Job(job) => occur::check_job(checker, job),
    }
}

/// The register of `for`, when there is one.
pub(super) fn check_subject<'a>(checker: &mut Checker<'a>, subject: Option<&Spanned<Name>>) -> Option<&'a Register> {
    subject.and_then(|subject| checker.register(subject))
}

fn check_setting(checker: &mut Checker<'_>, setting: &Setting) {
    check_subject(checker, setting.subject.as_ref());
    param::check_span(checker, setting.within.as_ref());
    if setting.set.is_empty() {
        let place = checker.find_key("set");
        checker.error_hint("this setting sets nothing", place, "add keys to `set`");
    }
    for (key, value) in &setting.set {
        let known = schoolkeeper_core::setting::CATALOGUE.iter().map(|key| key.name);
        let place = checker.find(key);
        if checker.known("the setting", key, place, known) {
            check_setting_value(checker, key, value);
        }
    }
    for register in &setting.compare {
        let Some(found) = checker.register(register) else { continue };
        for key in setting.set.keys().filter_map(|key| schoolkeeper_core::setting::key(key)) {
            if found.field(key.field).is_none() {
                let place = checker.place(register);
                let hint = format!("it needs the field `{}` to compare `{}`", key.field, key.name);
                checker.error_hint(format!("`{}` cannot be compared with this setting", found.id), place, hint);
            }
        }
    }
}

fn check_setting_value(checker: &mut Checker<'_>, key: &str, value: &Spanned<SettingValue>) {
    let Some(key) = schoolkeeper_core::setting::key(key) else { return };
    let wanted = Wanted::Setting(key.kind);
    let place = checker.place(value);
    let literal = match value.get_ref() {
        SettingValue::Bool(value) => Literal::Bool(*value),
        SettingValue::Int(value) => Literal::Int(*value),
        SettingValue::Text(text) => match text.strip_prefix('$') {
            Some(name) => return param::check_use(checker, name, wanted, place),
            None => Literal::Text(text.clone()),
        },
    };
    if !param::value_fits(&literal, None, wanted) {
        checker.error_hint(format!("this does not fit the setting `{}`", key.name), place, param::says(wanted));
    }
}

fn check_rule(checker: &mut Checker<'_>, control: &Control, rule: &Rule) {
    check_subject(checker, Some(&rule.subject));
    param::check_span(checker, rule.grace.as_ref());
    param::check_span(checker, rule.unknown_max.as_ref());
    for act in &rule.guards {
        checker.act(act);
    }
    for name in &rule.excused_by {
        let place = checker.place(name);
        if !rule.excusable {
            let hint = "take `excused_by` or `excusable = false` out";
            checker.error_hint(format!("`{}` cannot be excused and is", control.id), place.clone(), hint);
        }
        let known = checker.control(name.get_ref(), "request", place.clone());
        if known.is_some_and(|known| matches!(&known.kind, ControlKind::Request(request) if request.given)) {
            checker.error_hint("what people give each other excuses nothing", place, "let somebody decide it");
        }
    }
    if let Some(case) = &rule.opens {
        let place = checker.place(case);
        checker.control(case.get_ref(), "case", place);
    }
    if let Some(message) = &rule.message {
        let text = message.get_ref();
        if text.matches('{').count() != text.matches('}').count() {
            let place = checker.place(message);
            checker.error_hint("a `{` of this message is not closed", place, "write `{asset.tag}` to fill a value in");
        }
    }
}

fn check_access(checker: &mut Checker<'_>, access: &Access) {
    if access.on.is_empty() {
        let place = checker.find_key("on");
        checker.error_hint("this names no act", place, "add `on = [ … ]`");
    }
    for act in &access.on {
        checker.act(act);
    }
    form::check_fields(checker, &access.ask);
    check_classes(checker, &access.class);
    if access.only.is_none() && access.ask.is_empty() && !access.step_up && !access.two_people && !access.watermark {
        let place = checker.name();
        let hint = "add `only`, `ask`, `step_up`, `two_people` or `watermark`";
        checker.error_hint("this access control changes nothing", place, hint);
    }
}

fn check_classes(checker: &mut Checker<'_>, classes: &[Name]) {
    let order = checker.pack.class.as_ref().map(|class| class.order.as_slice()).unwrap_or_default();
    checker.known_all("the class", classes, order.iter().map(|name| &**name));
}

fn check_channel(checker: &mut Checker<'_>, channel: &Channel) {
    check_classes(checker, &channel.class);
    checker.known_all("the way", &channel.by, catalogue::names(catalogue::WAYS));
    if channel.by.is_empty() {
        let place = checker.find_key("by");
        checker.error_hint("this allows no way at all", place, "name at least one way in `by`");
    }
    if let Some(passcode) = &channel.passcode {
        checker.known_all("the way", &passcode.by, catalogue::names(catalogue::WAYS));
        let never: Vec<Name> = passcode.never_by.iter().cloned().collect();
        checker.known_all("the way", &never, catalogue::names(catalogue::WAYS).chain(["link"]));
    }
    if let Some(countries) = &channel.countries {
        let place = checker.place(countries);
        match countries.get_ref().strip_prefix("list:") {
            Some(list) => {
                checker.known("the list", list, place, checker.pack.lists.keys().map(|name| &**name));
            }
            None => checker.error_hint("this names no list", place, "write `list:NAME`"),
        }
    }
    let dispatch = checker.schemas.get("dispatch");
    let fields: Vec<&str> = dispatch.iter().flat_map(|register| &register.fields).map(|field| &*field.name).collect();
    checker.known_all("the field of a dispatch", &channel.log, fields.iter().copied());
    if let Some(receipt) = &channel.receipt {
        checker.known_all("the way", &receipt.ways, channel.by.iter().map(|name| &**name));
        checker.known_all("the field of a dispatch", &receipt.needs, fields.iter().copied());
        checker.ladder(receipt.ladder.as_ref());
        param::check_span(checker, Some(&receipt.within));
    }
}

fn check_retention(checker: &mut Checker<'_>, retention: &Retention) {
    let register = check_subject(checker, Some(&retention.register));
    param::check_span(checker, retention.keep.as_ref());
    param::check_span(checker, retention.within.as_ref());
    let place = checker.place(&retention.register);
    for proof in &retention.proof {
        let field = proof.name().replace('-', "_");
        if register.is_some_and(|register| register.field(&field).is_none()) {
            let hint = format!("what is to show is read from the field `{field}` of the entry");
            checker.error_hint(
                format!("`{}` has no field `{field}`", retention.register.get_ref()),
                place.clone(),
                hint,
            );
        }
    }
    let Some(schedule) = &retention.schedule else {
        for (missing, key) in [(retention.keep.is_none(), "keep"), (retention.from.is_none(), "from")] {
            if missing {
                let hint = format!("add `{key} = …`, or `schedule = …` for a table of rows");
                checker.error_hint(format!("`{key}` is missing"), place.clone(), hint);
            }
        }
        return;
    };
    checker.known_at("the schedule", schedule, checker.pack.schedules.keys().map(|name| &**name));
    if register.is_some_and(|register| register.field("series").is_none()) {
        let hint = "a schedule is compared with the field `series`";
        checker.error_hint(format!("`{}` has no series", retention.register.get_ref()), place, hint);
    }
    let rows = checker.pack.schedules.get(schedule.get_ref());
    for row in rows.into_iter().flatten() {
        let Some(register) = register.filter(|register| register.field(&row.from).is_none()) else { continue };
        let key = std::mem::replace(&mut checker.key, format!("schedule/{}", schedule.get_ref()));
        let place = checker.find(&row.from);
        checker.field(register, &row.from, place);
        checker.key = key;
    }
}

/// `every`, which may be a param.
pub(super) fn check_every(
    checker: &mut Checker<'_>,
    every: Option<&Spanned<OrParam<schoolkeeper_core::phrase::Every>>>,
) {
    if let Some(every) = every
        && let OrParam::Param(name) = every.get_ref()
    {
        let place = checker.place(every);
        param::check_use(checker, name, Wanted::Every, place);
    }
}

/// A name that is not among a closed list.
pub(super) fn check_closed(checker: &mut Checker<'_>, what: &str, text: &str, known: &[&str]) {
    if !known.contains(&text) {
        let place = checker.find(text);
        let hint = suggest::hint(text, known.iter().copied(), "known are");
        checker.error_hint(format!("{what} `{}` is not known", suggest::short(text)), place, hint);
    }
}
