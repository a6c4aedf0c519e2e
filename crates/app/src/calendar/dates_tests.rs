use super::{as_csv, as_ics, read, written};
use jiff::civil::{Date, date};
use schoolkeeper_core::calendar::{Calendar, Division, check};

/// The year of a school in Essex: five INSET days.
const TYPED: &str = "Autumn term: 1 September 2026 to 18 December 2026
Half term: 26 October 2026 to 30 October 2026
INSET: 1/9/2026, 23 October 2026, 2 November 2026
Spring term: 4 January 2027 to 25 March 2027
Half term: 15 February 2027 to 19 February 2027
Summer term: 12 April 2027 to 21 July 2027
Half term: 31 May 2027 to 4 June 2027
INSET: 28 May 2027, 7 June 2027
";

fn all_days(from: Date) -> impl Iterator<Item = Date> {
    std::iter::successors(Some(from), |day| day.tomorrow().ok()).take(330)
}

#[test]
fn typed_lines_give_a_year_of_about_190_pupil_days_and_5_inset_days() {
    let read = read(TYPED).unwrap();
    assert_eq!((read.terms.len(), read.left_out), (3, Vec::<String>::new()));
    assert!(check(&read.terms).is_empty());
    let calendar = Calendar::new(Division::EnglandAndWales, read.terms);
    let school = all_days(date(2026, 9, 1)).filter(|day| calendar.is_school_day(*day).unwrap()).count();
    let staff = all_days(date(2026, 9, 1)).filter(|day| calendar.is_staff_day(*day).unwrap()).count();
    assert_eq!(staff - school, 5);
    assert!((185..=192).contains(&school), "{school}");
}

#[test]
fn what_was_read_is_written_so_that_it_reads_the_same() {
    let once = read(TYPED).unwrap();
    assert_eq!(read(&written(&once.terms)).unwrap(), once);
}

#[test]
fn a_csv_is_read_with_its_heading_and_without_an_end() {
    let found =
        read("name,from,to\nAutumn term,2026-09-01,18/12/2026\nINSET,2026-09-01,\nParty,2026-12-01,\n").unwrap();
    assert_eq!((found.terms[0].to, found.terms[0].inset.clone()), (date(2026, 12, 18), vec![date(2026, 9, 1)]));
    assert_eq!(found.left_out, ["\"Party\" of 1 December 2026"]);
}

#[test]
fn an_ical_calendar_is_read_whole_days_end_the_day_before_and_folded_lines_join() {
    let text = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Autumn\r\n  term\r\nDTSTART;VALUE=DATE:20260901\r\n\
        DTEND;VALUE=DATE:20261219\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:Half-term\r\nDTSTART;VALUE=DATE:20261026\r\n\
        DTEND;VALUE=DATE:20261031\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:Assembly\r\nDTSTART:20260907T080000Z\r\n\
        RRULE:FREQ=WEEKLY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let found = read(text).unwrap();
    let term = &found.terms[0];
    assert_eq!((term.name.as_str(), term.from, term.to), ("Autumn term", date(2026, 9, 1), date(2026, 12, 18)));
    assert_eq!((term.half_from, term.half_to), (Some(date(2026, 10, 26)), Some(date(2026, 10, 30))));
    assert_eq!(found.left_out, ["\"Assembly\" comes again and again"]);
}

#[test]
fn a_term_may_be_given_by_its_first_and_last_day() {
    let found = read("Spring term begins: 4 January 2027\nSpring term ends: 25 March 2027").unwrap();
    assert_eq!((found.terms[0].from, found.terms[0].to), (date(2027, 1, 4), date(2027, 3, 25)));
}

#[test]
fn nonsense_is_named_and_never_guessed() {
    for text in [
        "31 February 2027",
        "Autumn term: yesterday to tomorrow",
        "\u{0}\u{1}",
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:\u{e4}\u{e4}\u{e4}\u{e4}\nEND:VEVENT",
    ] {
        let found = read(text).unwrap();
        assert!(found.terms.is_empty() && !found.left_out.is_empty(), "{text}");
    }
    assert!(read(&"a".repeat(300 * 1024)).is_err());
}

#[test]
fn what_is_taken_away_as_a_file_reads_the_same() {
    let once = read(TYPED).unwrap();
    let table = String::from_utf8(as_csv(&once.terms).unwrap()).unwrap();
    assert!(table.starts_with("name,from,to\nAutumn term,2026-09-01,2026-12-18\n"), "{table}");
    assert_eq!(read(&table).unwrap(), once);
    let file = as_ics(&once.terms, "hill", "2026-11-23T08:00:00Z".parse().unwrap());
    assert!(
        file.contains("DTSTART;VALUE=DATE:20260901\r\nDTEND;VALUE=DATE:20261219\r\nSUMMARY:Autumn term\r\n"),
        "{file}"
    );
    assert_eq!(read(&file).unwrap(), once);
}

#[test]
fn a_name_with_commas_and_many_letters_is_escaped_and_folded() {
    let mut terms = read(TYPED).unwrap().terms;
    terms[0].name = "Autumn term, années 1; ".to_owned() + &"ü".repeat(30);
    let file = as_ics(&terms, "hill", "2026-11-23T08:00:00Z".parse().unwrap());
    assert!(file.split("\r\n").all(|line| line.len() <= 75), "{file}");
    assert_eq!(read(&file).unwrap().terms[0].name, terms[0].name);
}

#[test]
fn dates_are_read_as_websites_of_schools_write_them() {
    let found = read("Autumn term: Tuesday 1st September 2026 – Friday 18th December 2026\n\"Spring term, both halves\",4 January 2027,25 March 2027\nINSET\tMon 2 Nov 2026").unwrap();
    assert_eq!(found.left_out, Vec::<String>::new());
    assert_eq!((found.terms[0].from, found.terms[0].to), (date(2026, 9, 1), date(2026, 12, 18)));
    assert_eq!((found.terms[1].name.as_str(), found.terms[1].to), ("Spring term, both halves", date(2027, 3, 25)));
    assert_eq!(found.terms[0].inset, [date(2026, 11, 2)]);
}
