//! One control in a few sentences, composed from its fields.

use super::expression::{says, says_value};
use super::words::{Words, a, literal, plain, title};
use crate::check::catalogue;
use crate::suggest::{and, or};
use schoolkeeper_core::control::{
    Access, Agreement, Case, Channel, Control, ControlKind, Duty, Job, Request, Retention, Rule, Setting, SettingValue,
    StepKind, Then, WhoOrExpr,
};
use schoolkeeper_core::pack::Literal;
use schoolkeeper_core::phrase::Evidence;
use schoolkeeper_core::schema::Level;

/// How it is checked, who does it, when, and what happens.
pub(super) fn explain(words: &Words<'_>, control: &Control) -> String {
    let mut out: Vec<String> = match &control.kind {
        ControlKind::Setting(setting) => explain_setting(words, setting),
        ControlKind::Rule(rule) => explain_rule(words, rule),
        ControlKind::Duty(duty) => explain_duty(words, duty),
        ControlKind::Request(request) => explain_request(words, request),
        ControlKind::Agreement(agreement) => explain_agreement(words, agreement),
        ControlKind::Case(case) => explain_case(words, case),
        ControlKind::Access(access) => explain_access(words, access),
        ControlKind::Channel(channel) => explain_channel(words, channel),
        ControlKind::Retention(retention) => explain_retention(words, retention),
        ControlKind::Job(job) => explain_job(words, job),
    };
    out.extend(words.told(&control.tell));
    if let Some(ladder) = control.ladder.as_ref().and_then(|name| words.pack.ladders.get(name)) {
        let steps: Vec<String> = ladder.steps.iter().map(|step| rung(words, step)).collect();
        out.push(format!("Reminders: {}.", and(&steps)));
    }
    if control.level == Level::Trust {
        out.push("This is looked at once for the whole trust.".to_owned());
    }
    out.join(" ")
}

fn rung(words: &Words<'_>, step: &schoolkeeper_core::pack::Rung) -> String {
    let who = words.who(&step.tell);
    let span = step.at;
    match span.count {
        0 => format!("{who} on the day"),
        count if count < 0 => {
            let before = schoolkeeper_core::phrase::Span { count: -count, ..span };
            format!("{who} {before} before")
        }
        _ => format!("{who} {span} after"),
    }
}

fn explain_setting(words: &Words<'_>, setting: &Setting) -> Vec<String> {
    let mut out = Vec::new();
    for (key, value) in &setting.set {
        let value = match value.get_ref() {
            SettingValue::Bool(value) => literal(&Literal::Bool(*value)),
            SettingValue::Int(value) => value.to_string(),
            SettingValue::Text(text) => text.strip_prefix('$').map_or_else(|| text.clone(), |name| words.param(name)),
        };
        let known = schoolkeeper_core::setting::key(key);
        out.push(known.map_or_else(|| format!("{}: {value}.", title(key)), |key| key.says.replace("{}", &value)));
    }
    out.push("Schoolkeeper enforces this where people sign in to it.".to_owned());
    if let Some(except) = &setting.except {
        out.push(format!("It does not apply where {}.", says(words, except.get_ref())));
    }
    if !setting.compare.is_empty() {
        let sources: Vec<String> = setting.compare.iter().map(|name| words.register(name.get_ref())).collect();
        out.push(format!("What is known of the {} must be as strict.", and(&sources)));
    }
    if let Some(within) = &setting.within {
        out.push(format!("What was there before has {} to follow.", words.or_param(within)));
    }
    out
}

fn explain_rule(words: &Words<'_>, rule: &Rule) -> Vec<String> {
    let subject = words.register(rule.subject.get_ref());
    let which = rule.filter.as_ref().map(|filter| format!(" where {}", says(words, filter.get_ref())));
    let mut expects = vec![says(words, rule.expect.get_ref())];
    expects.extend(rule.expect_also.iter().map(|also| says(words, also.get_ref())));
    let mut out = vec![format!(
        "Every {subject}{} is looked at; it is in order when {}.",
        which.unwrap_or_default(),
        expects.join(", and also ")
    )];
    if !rule.guards.is_empty() {
        out.push(format!("Schoolkeeper refuses to {} when this would not hold.", words.acts(&rule.guards)));
    }
    if let Some(message) = &rule.message {
        out.push(format!("The problem to fix reads: “{}”.", message_words(message.get_ref())));
    }
    if let Some(grace) = &rule.grace {
        out.push(format!("Time to put it right: {}.", words.or_param(grace)));
    }
    if let Some(max) = &rule.unknown_max {
        out.push(format!("What stays unknown for more than {} counts as a problem.", words.or_param(max)));
    }
    if !rule.excused_by.is_empty() {
        out.push(format!("It is allowed with the permission {}.", words.controls(&rule.excused_by)));
    } else if !rule.excusable {
        out.push("There are no exceptions.".to_owned());
    }
    if let Some(case) = &rule.opens {
        out.push(format!("A problem opens “{}”.", words.control(case.get_ref())));
    }
    out
}

/// `{asset.tag} needs …` → *[tag] needs …*.
fn message_words(message: &str) -> String {
    let mut out = String::new();
    let mut rest = message;
    while let Some((before, after)) = rest.split_once('{') {
        let (inside, after) = after.split_once('}').unwrap_or((after, ""));
        let last = inside.rsplit('.').next().filter(|last| last.chars().all(|c| c.is_alphanumeric() || c == '_'));
        out.push_str(before);
        out.extend(["[", &last.map_or_else(|| "…".to_owned(), plain), "]"]);
        rest = after;
    }
    out + rest
}

fn explain_duty(words: &Words<'_>, duty: &Duty) -> Vec<String> {
    let when = match (&duty.every, &duty.dates, &duty.on) {
        (Some(every), _, _) => format!("every {}", words.or_param(every.get_ref()).trim_start_matches("1 ")),
        (_, Some(dates), _) => {
            format!("on the dates of {}", plain(dates.get_ref().split('/').next_back().unwrap_or_default()))
        }
        (_, _, Some(on)) => event(words, on.get_ref()),
        _ => "when it is due".to_owned(),
    };
    let at = duty.at.as_ref().map(|at| format!(" ({})", plain(at))).unwrap_or_default();
    let each = match (&duty.subject, &duty.sample) {
        (Some(subject), _) => format!(" for each {}", words.register(subject.get_ref())),
        (_, Some(sample)) => {
            format!(" for {} records drawn by lot ({})", sample.count, words.register(sample.subject.get_ref()))
        }
        _ => String::new(),
    };
    let which =
        duty.filter.as_ref().map(|filter| format!(" where {}", says(words, filter.get_ref()))).unwrap_or_default();
    let mut out = vec![format!("A task for {} {when}{at}{each}{which}.", words.who(&duty.owner))];
    if let Some(within) = &duty.within {
        out.push(format!("It is done within {}.", words.or_param(within)));
    }
    if let Some(window) = &duty.window {
        out.push(format!("It can be done from {} before its date.", words.or_param(window)));
    }
    if !duty.checklist.is_empty() {
        let asked: Vec<String> = duty.checklist.iter().map(|item| format!("“{}”", item.says)).collect();
        out.push(format!("Asked: {}.", and(&asked)));
    }
    out.extend(shown(&duty.evidence));
    if let Some(report) = &duty.report {
        out.push(format!("It makes {}.", catalogue::says(catalogue::REPORTS, report.get_ref())));
    }
    if !duty.send_to.is_empty() {
        out.push(format!("It goes to {}.", words.who(&duty.send_to)));
    }
    if let Some(measured) = &duty.measured {
        out.push(format!("The records must agree: {}.", says(words, measured.get_ref())));
    }
    if let Some(each) = &duty.decide_each {
        let answers: Vec<String> = each.answers.iter().map(|answer| plain(answer)).collect();
        out.push(format!("For each one a decision is made: {}.", or(&answers)));
    }
    if !duty.countersign.is_empty() {
        out.push(format!("{} signs as well.", first_up(&words.who(&duty.countersign))));
    }
    out
}

fn first_up(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn event(words: &Words<'_>, on: &str) -> String {
    use schoolkeeper_core::phrase::Event;
    match on.parse::<Event>() {
        Ok(Event::Changed { register, field }) => {
            format!("whenever the {} of {} changes", plain(&field), a(&words.register(&register)))
        }
        Ok(Event::Done { control }) => format!("whenever “{}” was done", words.control(&control)),
        Ok(Event::Opened { case }) => format!("whenever “{}” begins", words.control(&case)),
        Err(_) => plain(on),
    }
}

fn shown(evidence: &[Evidence]) -> Option<String> {
    let names: Vec<String> = evidence.iter().map(|evidence| plain(evidence.name())).collect();
    (!names.is_empty()).then(|| format!("To show: {}.", and(&names)))
}

fn explain_request(words: &Words<'_>, request: &Request) -> Vec<String> {
    let mut out = vec![format!("Permission can be asked by {}.", words.who(&request.who))];
    for check in &request.checks {
        match (&check.says, &check.test) {
            (Some(says), _) => out.push(says.clone()),
            (None, Some(test)) => out.push(format!("It can be asked for only when {}.", says(words, test.get_ref()))),
            (None, None) => {}
        }
    }
    let stages: Vec<String> = request
        .stages
        .iter()
        .map(|stage| {
            let within = stage.within.as_ref().map(|span| format!(" within {}", words.or_param(span)));
            format!("{}{}", words.who(&stage.by), within.unwrap_or_default())
        })
        .collect();
    out.push(format!("It is decided by {}.", stages.join(", then by ")));
    if !request.conditions.is_empty() {
        out.push(format!("Conditions to accept: {}.", request.conditions.join("; ")));
    }
    if let Some(longest) = &request.longest {
        out.push(format!("It ends after {} at the latest.", words.or_param(longest)));
    }
    if !request.unlocks.is_empty() {
        out.push(format!("Without it, Schoolkeeper refuses to {}.", words.acts(&request.unlocks)));
    }
    if !request.excuses.is_empty() {
        out.push(format!("It allows what {} would not.", words.controls(&request.excuses)));
    }
    for end in &request.at_end {
        out.push(format!("At its end: “{}”", end.says));
        out.extend(shown(&end.evidence));
    }
    out
}

fn explain_agreement(words: &Words<'_>, agreement: &Agreement) -> Vec<String> {
    let what = match (&agreement.document, &agreement.articles) {
        (Some(document), _) => match document.get_ref().strip_prefix("each ") {
            Some(_) => "each document it covers".to_owned(),
            None => format!("“{}”", plain(document.get_ref().split('/').next_back().unwrap_or_default())),
        },
        _ => "the statements that belong to it".to_owned(),
    };
    let per = agreement.per.as_ref().map(|per| format!(", once for each {}", words.register(per.get_ref())));
    let mut out = vec![format!(
        "An agreement for {} to sign: {what}{}.",
        words.who(&agreement.audience),
        per.unwrap_or_default()
    )];
    if let Some(within) = &agreement.within {
        out.push(format!("They have {}.", words.or_param(within)));
    }
    if let Some(again) = &agreement.again {
        let every = again.every.map(|every| format!("every {}", every.to_string().trim_start_matches("1 ")));
        let change = again.on.as_ref().map(|_| "when it changes in substance".to_owned());
        let parts: Vec<String> = every.into_iter().chain(change).collect();
        out.push(format!("It is signed again {}.", and(&parts)));
    }
    if !agreement.sign.is_empty() {
        let ways: Vec<&str> = agreement.sign.iter().map(|way| catalogue::says(catalogue::SIGNING, way)).collect();
        out.push(format!("It can be signed {}.", or(&ways)));
    }
    if !agreement.blocks.is_empty() {
        out.push(format!("Who has not signed cannot {}.", words.acts(&agreement.blocks)));
    }
    out
}

fn explain_case(words: &Words<'_>, case: &Case) -> Vec<String> {
    let mut out = Vec::new();
    if !case.report_by.is_empty() {
        out.push(format!("It can be reported by {}.", words.who(&case.report_by)));
    }
    if let Some(on) = &case.on {
        out.push(format!("It begins {}.", event(words, on.get_ref())));
    }
    if !case.steps.is_empty() {
        let steps: Vec<String> = case.steps.iter().map(|step| explain_step(words, step)).collect();
        out.push(format!("Steps: {}.", steps.join("; ")));
    }
    for clock in &case.clocks {
        let from = match &*clock.from {
            "opened" => "it was opened".to_owned(),
            "aware" => "somebody knew of it".to_owned(),
            step => format!("“{}”", plain(step)),
        };
        out.push(format!(
            "“{}” must be done within {} after {from}.",
            title(&clock.name),
            words.or_param(&clock.within)
        ));
    }
    if !case.visible_to.is_empty() {
        out.push(format!("It is seen only by those it names and by {}.", words.who(&case.visible_to)));
    }
    if let Some(close) = &case.close_when {
        out.push(format!("It can be closed only when {}.", says(words, close.get_ref())));
    }
    if let Some(exercise) = &case.exercise {
        out.push(format!("It is tried out every {}.", exercise.to_string().trim_start_matches("1 ")));
    }
    out
}

fn explain_step(words: &Words<'_>, step: &schoolkeeper_core::control::Step) -> String {
    let by = match &step.by {
        Some(WhoOrExpr::Who(who)) => words.who(who),
        Some(WhoOrExpr::Expr(expr)) => format!("somebody for whom {}", says(words, expr)),
        None => words.who(&step.to),
    };
    let mut parts = vec![plain(&step.name)];
    if !by.is_empty() {
        parts.push(format!(" ({by})"));
    }
    match (step.kind, &step.act) {
        (StepKind::Choose, _) => {
            let choices: Vec<String> = step.choices.iter().map(|choice| plain(choice)).collect();
            parts.push(format!(": {}", or(&choices)));
        }
        (StepKind::Act, Some(act)) => parts.push(format!(": {}", words.acts(std::slice::from_ref(act)))),
        _ => {}
    }
    if let Some(within) = &step.within {
        parts.push(format!(", within {}", words.or_param(within)));
    }
    if let Some(when) = &step.when {
        parts.push(format!(", when {}", says(words, when.get_ref())));
    }
    parts.concat()
}

fn explain_access(words: &Words<'_>, access: &Access) -> Vec<String> {
    let acts = words.acts(&access.on);
    let which =
        access.filter.as_ref().map(|filter| format!(" where {}", says(words, filter.get_ref()))).unwrap_or_default();
    let mut out = Vec::new();
    if let Some(only) = &access.only {
        out.push(format!("Schoolkeeper lets people {acts}{which} only when {}.", says(words, only.get_ref())));
    } else {
        out.push(format!("This applies to whoever wants to {acts}{which}."));
    }
    if !access.ask.is_empty() {
        let asked: Vec<String> =
            access.ask.iter().map(|field| field.label.clone().unwrap_or_else(|| plain(&field.name))).collect();
        out.push(format!("Asked first: {}.", and(&asked)));
    }
    if access.step_up {
        out.push("The second factor is asked again.".to_owned());
    }
    if access.two_people {
        out.push("Two people must be present.".to_owned());
    }
    if access.watermark {
        out.push("What is shown is marked with who looked.".to_owned());
    }
    out
}

fn explain_channel(words: &Words<'_>, channel: &Channel) -> Vec<String> {
    let what: Vec<String> = channel.class.iter().chain(&channel.matter).map(|name| plain(name)).collect();
    let what = if what.is_empty() {
        "What leaves the school".to_owned()
    } else {
        format!("{} information", first_up(&or(&what)))
    };
    let to: Vec<String> = channel.to.iter().map(|name| plain(name)).collect();
    let to = if to.is_empty() { String::new() } else { format!(" to a {}", or(&to)) };
    let by: Vec<&str> = channel.by.iter().map(|way| catalogue::says(catalogue::WAYS, way)).collect();
    let mut out = vec![format!("{what}{to} may be sent only by {}.", or(&by))];
    if !channel.services.is_empty() {
        let services: Vec<String> = channel.services.iter().map(|name| plain(name)).collect();
        out.push(format!("Allowed services: {}.", or(&services)));
    }
    if let Some(passcode) = &channel.passcode {
        let ways: Vec<&str> = passcode.by.iter().map(|way| catalogue::says(catalogue::WAYS, way)).collect();
        if !ways.is_empty() {
            out.push(format!("The passcode goes by {}.", or(&ways)));
        }
        if passcode.never_by.is_some() {
            out.push("It never goes the way the link went.".to_owned());
        }
    }
    if let Some(list) = channel.countries.as_ref().and_then(|text| text.get_ref().strip_prefix("list:")) {
        let items = words.pack.lists.get(list).map(|list| list.items.join(", ")).unwrap_or_default();
        out.push(format!("Only to these countries: {items}."));
    }
    if !channel.log.is_empty() {
        let fields: Vec<String> = channel.log.iter().map(|name| plain(name)).collect();
        out.push(format!("Written down: {}.", and(&fields)));
    }
    if let Some(receipt) = &channel.receipt {
        out.push(format!("A receipt is due within {}.", words.or_param(&receipt.within)));
    }
    out
}

fn explain_retention(words: &Words<'_>, retention: &Retention) -> Vec<String> {
    let subject = words.register(retention.register.get_ref());
    let then = |then: Then| match then {
        Then::Destroy => "destroyed",
        Then::Review => "looked at by a person",
        Then::HandOver => "handed over",
        Then::Anonymise => "stripped of names",
    };
    let which =
        retention.filter.as_ref().map(|filter| format!(" where {}", says(words, filter.get_ref()))).unwrap_or_default();
    let mut out = Vec::new();
    match (&retention.schedule, &retention.keep, &retention.from) {
        (Some(schedule), _, _) => {
            let rows = words.pack.schedules.get(schedule.get_ref()).map_or(0, Vec::len);
            out.push(format!("Every {subject}{which} is kept as long as the table says ({rows} rows)."));
        }
        (None, Some(keep), Some(from)) => out.push(format!(
            "Every {subject}{which} is kept for {} from {}, then {}.",
            words.or_param(keep),
            says_value(words, from.get_ref()),
            then(retention.then)
        )),
        _ => out.push(format!("Every {subject}{which} is {}.", then(retention.then))),
    }
    if let Some(within) = &retention.within {
        out.push(format!("Time to do it: {}.", words.or_param(within)));
    }
    out.extend(shown(&retention.proof));
    out
}

fn explain_job(words: &Words<'_>, job: &Job) -> Vec<String> {
    let when = match (&job.every, &job.on) {
        (Some(every), _) => format!("every {}", words.or_param(every.get_ref()).trim_start_matches("1 ")),
        (_, Some(on)) => event(words, on.get_ref()),
        _ => "when it is due".to_owned(),
    };
    let each =
        job.subject.as_ref().map(|name| format!(" for each {}", words.register(name.get_ref()))).unwrap_or_default();
    let what = catalogue::says(catalogue::JOBS, job.run.get_ref());
    let mut out = vec![format!("An automatic check {when}{each}: Schoolkeeper {what}.")];
    if let Some(expect) = &job.expect {
        out.push(format!("It is good when {}.", says(words, expect.get_ref())));
    }
    if let Some(late) = &job.late_after {
        out.push(format!("It counts as late after {}.", words.or_param(late)));
    }
    out
}
