use super::is_date;

#[test]
fn whatever_is_nothing_but_a_date_is_one() {
    let dates = [
        "14021988",
        "02141988",
        "19880214",
        "140288",
        "1402",
        "14.02.88",
        "3/4/1988",
        "14feb",
        "14th Feb 1988",
        "May 1988",
    ];
    for date in dates {
        assert!(is_date(date), "{date}");
    }
}

#[test]
fn other_figures_and_words_are_none() {
    for word in ["7777", "583920", "39 39 39 39 39", "4may-pole", "february", "ma14", "ladder7 violet soup", ""] {
        assert!(!is_date(word), "{word}");
    }
}
