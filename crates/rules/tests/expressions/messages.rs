use crate::support::Small;
use schoolkeeper_rules::expr::{Environment, Expression, Want};
use std::fmt::Write;

fn report(text: &str) -> String {
    let small = Small::new("2026-11-23T08:00");
    let problems = small.compile("thing", text).expect_err(text);
    let mut out = format!("{text}\n");
    for problem in problems {
        let start = text[..problem.range.start].chars().count();
        let length = text[problem.range.clone()].chars().count().max(1);
        writeln!(out, "{}{}", " ".repeat(start), "^".repeat(length)).unwrap();
        writeln!(out, "  {}", problem.message).unwrap();
        if let Some(hint) = problem.hint {
            writeln!(out, "  hint: {hint}").unwrap();
        }
    }
    out
}

#[test]
fn messages_name_the_place_the_cause_and_the_next_step() {
    let texts = [
        "thing.flga",
        "thnig.flag",
        "thing.place.lockd && thing.nmae == 'x'",
        "age(thing.seen_at) <= 26",
        "thing.bought_on <= now",
        "thing.seen_at <= days(3)",
        "thing.kind == 'lapptop'",
        "thing.kind in ['laptop', 'tablt']",
        "thing.name",
        "thing.count + thing.name == 3",
        "thing.events.ok",
        "thing.events.exist(e, e.ok)",
        "thing.events.exists(e.ok)",
        "thing.events.exists(it, true)",
        "thing.events == 3",
        "thing.flag < true",
        "thing.holder == 'Ann'",
        "thing.holder == thing.place",
        "param.gpa > days(1)",
        "holds(thing.holder, 'headteecher')",
        "holds(thing.place, 'headteacher')",
        "granted('borow', it)",
        "entry('saferoom').locked",
        "list('bad')",
        "thing.name in list('bad-name')",
        "ages(thing.seen_at) > days(1)",
        "age(thing.seen_at, 3) > days(1)",
        "add(today, '3 fortnights') > today",
        "form.why == ''",
        "done('x')",
        "thing.place.building.building.building.name == ''",
        "thing.tags[0] == 'x'",
        "thing.flag &&",
        "thing.flag = true",
        "thing.flag && && thing.shared",
        "(thing.flag",
        "{'a': 1}.a == 1",
        "1u == 1",
        "",
        "thing.name == 'é' && thing.nmae == 'x'",
        "thing.name == 'é' && thing.nmae == 'é'",
        "thing.name == 'é' && && true",
        "thing.name == 'é' && thing.kind == 'é'",
        "[1, 'a'].exists(x, x == 1)",
        "thing.events.exists(e, e.thing.events.exists(f, f.thing.events.exists(g, true)))",
        "thing.more.a.b.c == 1 && thing.events.within(3).size() > 0",
        "state_since(thing.place) < now",
        "school.name == 'x'",
    ];
    let reports: Vec<String> = texts.iter().map(|text| report(text)).collect();
    insta::assert_snapshot!(reports.join("\n"));
}

#[test]
fn hostile_texts_get_a_message_and_nothing_else() {
    let deep = |open: &str, close: &str, times| format!("{}true{}", open.repeat(times), close.repeat(times));
    let hostile = [
        deep("(", ")", 10_000),
        deep("!", "", 10_000),
        deep("[", "]", 900),
        deep("!(", ")", 400),
        format!("thing{}", ".place".repeat(300)),
        "true && ".repeat(240) + "true",
        "true ? false : ".repeat(130) + "true",
        "-".repeat(1_990),
        "'".to_owned(),
        "'\\".to_owned(),
        "\u{0}\u{1}".to_owned(),
        "thing.name == '".to_owned() + &"é".repeat(3_000) + "'",
        "thing.events".to_owned() + &".filter(e, true)".repeat(60),
    ];
    for text in hostile {
        let small = Small::new("2026-11-23T08:00");
        let problems = small.compile("thing", &text).expect_err("too much");
        for problem in problems {
            assert!(text.get(problem.range.clone()).is_some(), "{problem:?} lies outside its text");
            assert!(problem.message.len() < 400, "{}", problem.message);
        }
    }
}

#[test]
fn the_deepest_and_longest_allowed_is_read_and_run_on_a_small_stack() {
    let deep = |open: &str, close: &str, times| format!("{}true{}", open.repeat(times), close.repeat(times));
    let allowed = [
        deep("(", ")", 16),
        deep("!(", ")", 16),
        deep("(true ? ", " : false)", 16),
        deep("(false || ", ")", 16),
        deep("!", "", 160),
        "1 + ".repeat(158) + "1 == 159",
        "true && ".repeat(150) + "true",
        "true ? true : ".repeat(90) + "true",
    ];
    for text in allowed {
        let mut small = Small::new("2026-11-23T08:00");
        small.put("thing", &[]);
        let expression = small.compile("thing", &text).unwrap_or_else(|problems| panic!("{text}: {problems:?}"));
        assert_eq!(expression.test(&small.scene("thing", 0)).truth, schoolkeeper_rules::expr::Truth::True, "{text}");
    }
}

#[test]
fn slots_take_only_what_they_need() {
    let small = Small::new("2026-11-23T08:00");
    let environment = Environment::new(&small.pack.pack, &small.pack.schemas, small.pack.schemas.index("thing"));
    assert!(Expression::compile("thing.bought_on", &environment, Want::Day).is_ok());
    assert!(Expression::compile("thing.name", &environment, Want::Day).is_err());
    assert!(Expression::compile("thing.events", &environment, Want::Entries).is_ok());
    assert!(Expression::compile("thing.tags", &environment, Want::Entries).is_err());
    assert!(Expression::compile("thing.name", &environment, Want::Shown).is_ok());
}
