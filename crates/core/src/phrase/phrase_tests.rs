//! Phrases read and print the same, and survive hostile text.

use super::*;
use proptest::prelude::*;

fn reads<T: FromStr<Err = PhraseError> + fmt::Display>(text: &str) {
    assert_eq!(text.parse::<T>().unwrap().to_string(), text);
}

fn refused<T: FromStr<Err = PhraseError> + fmt::Debug>(text: &str) -> String {
    text.parse::<T>().unwrap_err().to_string()
}

#[test]
fn spans_print_as_packs_write_them() {
    for text in ["26 hours", "5 working days", "1 term", "-7 days", "0 days", "3 half-terms", "1 school year"] {
        reads::<Span>(text);
    }
    assert_eq!("5  working  days".parse::<Span>().ok(), None);
    assert_eq!("1 days".parse::<Span>().unwrap().to_string(), "1 day");
}

#[test]
fn what_is_no_span_is_refused_with_the_next_step() {
    for text in ["", " ", "days", "five days", "5", "5 parsecs", "1.5 days", "5 working", "99999999999 days"] {
        assert!(refused::<Span>(text).contains("write a number and a unit"), "{text}");
    }
    assert!(refused::<Span>("100001 days").contains("longer than a span may be"));
    assert!(refused::<Span>("-2147483648 days").contains("longer than a span may be"));
}

#[test]
fn only_periods_of_a_day_or_more_come_again() {
    for text in ["1 day", "2 weeks", "1 half-term", "1 term", "1 school year", "2 years"] {
        reads::<Every>(text);
    }
    for text in ["3 hours", "0 weeks", "-1 week", "5 working days", "1 staff day"] {
        assert!(refused::<Every>(text).contains("cannot come again"), "{text}");
    }
}

#[test]
fn a_param_stands_wherever_a_literal_may() {
    reads::<OrParam<Every>>("$tape_counts");
    reads::<OrParam<Span>>("5 working days");
    assert_eq!("$gap".parse::<OrParam<Span>>().unwrap(), OrParam::Param(Name::from("gap")));
    for text in ["$", "$ gap", "$Gap", "$$gap", "$9"] {
        assert!(refused::<OrParam<Span>>(text).contains("names no param"), "{text}");
    }
    let json = serde_json::to_string(&"$gap".parse::<OrParam<Span>>().unwrap()).unwrap();
    assert_eq!(json, r#""$gap""#);
    assert_eq!(serde_json::from_str::<OrParam<Span>>(&json).unwrap().to_string(), "$gap");
}

#[test]
fn events_are_changes_duties_done_and_cases_opened() {
    for text in [
        "information-asset.changed:owner",
        "standards-review.done",
        "case.opened:leaver",
        "case.changed:lessons",
        "improvement.reaches:target_on",
    ] {
        reads::<Event>(text);
    }
    for text in ["", "system", "system.changed", "system.opened:x", "x.done:y", "a.b.done", "X.done", "case.opened:"] {
        assert!(refused::<Event>(text).contains("is no event"), "{text}");
    }
}

#[test]
fn dates_stand_in_an_entry_of_a_register() {
    reads::<Dates>("statutory-return/school-workforce-census");
    for text in ["statutory-return", "/x", "x/", "a/b/c", "a /b"] {
        assert!(refused::<Dates>(text).contains("write `REGISTER/ENTRY`"), "{text}");
    }
}

#[test]
fn every_kind_of_evidence_reads_back() {
    for kind in Evidence::ALL {
        reads::<Evidence>(kind.name());
    }
    assert!(refused::<Evidence>("selfie").contains("one of: note, file"));
}

fn unit() -> impl Strategy<Value = Unit> {
    prop::sample::select(vec![
        Unit::Minute,
        Unit::Hour,
        Unit::Day,
        Unit::Week,
        Unit::Month,
        Unit::Year,
        Unit::WorkingDay,
        Unit::SchoolDay,
        Unit::StaffDay,
        Unit::HalfTerm,
        Unit::Term,
        Unit::SchoolYear,
    ])
}

proptest! {
    #[test]
    fn every_span_reads_back_from_what_it_prints(count in -100_000_i32..=100_000, unit in unit()) {
        let span = Span { count, unit };
        prop_assert_eq!(span.to_string().parse::<Span>(), Ok(span));
        if let Ok(every) = span.to_string().parse::<Every>() {
            prop_assert_eq!(every, Every(span));
        }
    }

    #[test]
    fn whatever_reads_prints_and_reads_back_as_the_same(text in "[$a-z0-9 .:/-]{0,30}") {
        if let Ok(span) = text.parse::<OrParam<Span>>() {
            prop_assert_eq!(span.to_string().parse::<OrParam<Span>>(), Ok(span));
        }
        if let Ok(event) = text.parse::<Event>() {
            prop_assert_eq!(event.to_string(), text.clone());
        }
        if let Ok(dates) = text.parse::<Dates>() {
            prop_assert_eq!(dates.to_string(), text);
        }
    }

    #[test]
    fn hostile_text_gets_a_short_message_on_one_line(text in "\\PC{0,40}|.{0,400}|[0-9-]{1,4000} days") {
        let messages = [
            text.parse::<Span>().err(),
            text.parse::<Every>().err(),
            text.parse::<Evidence>().err(),
            text.parse::<Event>().err(),
            text.parse::<Dates>().err(),
            text.parse::<OrParam<Every>>().err(),
        ];
        for message in messages.into_iter().flatten() {
            prop_assert!(message.to_string().chars().count() < 400);
            prop_assert!(!message.to_string().contains(char::is_control));
        }
    }
}
