use crate::support::Small;
use proptest::prelude::*;

/// Pieces of the language, with some that are not of it.
const PIECES: &str = "thing|it|.|.place|.events|.flag|.name|.count|.seen_at|.kind|.tags|.more|e|e.ok|(|)|[|]|,|&&|!|==|!=|<|>=\
    |+|-|*|/|%|?|:| in |true|null|1|2.5|'a'|'laptop'|now|today|param.gap|param.count_max|age(|days(3)|add(today, '3 terms')\
    |.exists(e, |.all(e, |.filter(e, |.map(e, |.size()|.within(days(3))|max(|holds(thing.holder, 'siro')|list('bad-names')\
    |has(|entry('safe-room')|state_since(it)|{|}|=|é|'|\"|\\|//|\n|1u|b'x'|0xff|9223372036854775808";

/// Pieces in any order.
fn piece() -> impl Strategy<Value = String> {
    let known: Vec<&str> = PIECES.split('|').chain(["||"]).collect();
    prop_oneof![9 => prop::sample::select(known).prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_checked_or_refused_and_what_is_checked_can_be_asked(pieces in prop::collection::vec(piece(), 0..24)) {
        let text = pieces.concat();
        let mut small = Small::new("2026-11-23T08:00");
        small.put("thing", &[]);
        small.world.seal();
        match small.compile("thing", &text) {
            Ok(expression) => {
                let scene = small.scene("thing", 0);
                let tested = expression.test(&scene);
                prop_assert!(tested.window.holds(scene.at));
                prop_assert!(expression.since(&scene, tested.truth) <= scene.at);
            }
            Err(problems) => {
                prop_assert!(!problems.is_empty());
                for problem in problems {
                    prop_assert!(text.get(problem.range.clone()).is_some(), "{problem:?} lies outside {text:?}");
                    prop_assert!(!problem.message.is_empty() && problem.message.len() < 500);
                }
            }
        }
    }
}
