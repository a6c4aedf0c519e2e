use super::{fold, instant, number, search, text, words};
use proptest::prelude::*;

#[test]
fn case_accents_and_blanks_do_not_count() {
    assert_eq!(fold("  ZOË   O’Straße \u{0} Łódź ﬁne "), "zoe o'strasse lodz fine");
    assert_eq!(search("Zoë  ML-014"), ["zoe", "ml-014"]);
    assert_eq!(search(&"a ".repeat(50)).len(), 8);
}

#[test]
fn a_word_with_signs_is_found_without_them() {
    assert_eq!(words(["ML-014 Laptop"].into_iter()), "ml-014 ml014 laptop");
}

#[test]
fn numbers_in_words_count_by_their_size() {
    let mut rooms = ["Room 10", "room 9", "Room 009b", "Room", "Étage 2", "Room 100"].map(|room| (text(room), room));
    rooms.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(rooms.map(|(_, room)| room), ["Étage 2", "Room", "room 9", "Room 009b", "Room 10", "Room 100"]);
}

proptest! {
    #[test]
    fn keys_of_numbers_order_as_numbers(a in -1e12..1e12_f64, b in -1e12..1e12_f64) {
        prop_assert_eq!(number(a).cmp(&number(b)), a.total_cmp(&b));
    }

    #[test]
    fn keys_of_instants_order_as_instants(a in -1_000_000_000_i64..4_000_000_000, b in -1_000_000_000_i64..4_000_000_000) {
        let at = |seconds| jiff::Timestamp::from_second(seconds).unwrap();
        prop_assert_eq!(instant(at(a)).cmp(&instant(at(b))), a.cmp(&b));
    }

    #[test]
    fn folding_twice_is_folding_once(any in "[ -~éÉßøŁü’]{0,40}") {
        prop_assert_eq!(fold(&fold(&any)), fold(&any));
    }
}
