use super::*;

fn param(text: &str) -> Param {
    Param { stricter: Some(Stricter::Lower), unit: Some("days".to_owned()), ..of(text) }
}

fn of(text: &str) -> Param {
    Param { value: (!text.is_empty()).then(|| Literal::Text(text.to_owned())), ..Param::default() }
}

fn text(text: &str) -> Literal {
    Literal::Text(text.to_owned())
}

#[test]
fn a_blank_takes_any_value_of_its_kind_within_its_bounds() {
    let blank = Param { min: Some(1.0), max: Some(10.0), ..param("") };
    for (value, wanted) in [
        (Literal::Int(5), None),
        (text("5 days"), None),
        (text("1 week"), None),
        (text("48 hours"), None),
        (Literal::Int(11), Some(Fault::Outside)),
        (text("2 weeks"), Some(Fault::Outside)),
        (text("1 term"), Some(Fault::Kind)),
        (text("banana"), Some(Fault::Kind)),
        (Literal::Bool(true), Some(Fault::Kind)),
    ] {
        assert_eq!(fault(&blank, &value), wanted, "{value:?}");
    }
}

#[test]
fn kinds_are_kept_apart() {
    let unit = |unit: &str| Param { unit: Some(unit.to_owned()), ..Param::default() };
    assert_eq!(fault(&unit("schedule"), &text("1 term")), None);
    assert_eq!(fault(&unit("schedule"), &text("5 working days")), Some(Fault::Kind));
    assert_eq!(fault(&unit("yes-no"), &text("true")), Some(Fault::Kind));
    assert_eq!(fault(&unit("count"), &Literal::Int(-1)), Some(Fault::Kind));
    assert_eq!(fault(&unit("days"), &text("banana")), Some(Fault::Kind));
}

#[test]
fn spans_are_compared_only_where_every_calendar_agrees() {
    assert_eq!(fault(&param("14 days"), &text("2 weeks")), None);
    assert_eq!(fault(&param("14 days"), &text("15 days")), Some(Fault::Looser));
    assert_eq!(fault(&param("14 days"), &text("1 term")), Some(Fault::Incomparable));
    let years = Param { unit: None, ..param("1 year") };
    assert_eq!(fault(&years, &text("12 months")), None);
    assert_eq!(fault(&years, &text("13 months")), Some(Fault::Looser));
    let terms = Param { unit: None, ..param("1 term") };
    assert_eq!(fault(&terms, &text("2 half-terms")), None);
}

#[test]
fn a_value_without_a_direction_stays() {
    assert_eq!(fault(&of("Egress"), &text("Egress")), None);
    assert_eq!(fault(&of("Egress"), &text("Post")), Some(Fault::NoDirection));
}
