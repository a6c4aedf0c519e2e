use super::without_each;

fn rest(expression: &str) -> Vec<String> {
    without_each(expression).into_iter().map(|(_, rest)| rest).collect()
}

#[test]
fn each_part_of_the_outermost_and_is_left_out_once() {
    let expected = ["b.exists(x, x && y) && c == '&&'", "a && c == '&&'", "a && b.exists(x, x && y)"];
    assert_eq!(rest("a && b.exists(x, x && y) && c == '&&'"), expected);
}

#[test]
fn a_single_part_leaves_true() {
    assert_eq!(rest("a || b && c"), ["true"]);
    assert_eq!(rest("a ? b && c : d"), ["true"]);
    assert_eq!(rest("a"), ["true"]);
}

#[test]
fn a_quoted_sign_ends_nothing() {
    assert_eq!(rest(r"a == 'it\'s && so' && b"), ["b", r"a == 'it\'s && so'"]);
}
