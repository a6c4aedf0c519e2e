use super::conflicts;
use crate::{Library, load};
use schoolkeeper_core::id::Name;
use schoolkeeper_core::pack::{Literal, Pack};
use std::collections::BTreeMap;

fn pack(id: &str, rest: &str) -> Pack {
    let head =
        format!("[pack]\nid = \"{id}\"\ntitle = \"Made up\"\nversion = \"1\"\nlanguage = 1\nowner = [\"head\"]\n");
    let roles = "[role]\nhead = { title = \"Headteacher\", acts_as = \"head\" }\ndeputy = { title = \"Deputy\", acts_as = \"head\" }\n";
    let text = format!("{head}{roles}{rest}");
    load(&Library::embedded([(format!("{id}.toml"), text)]), id).unwrap()
}

fn abouts(one: &str, other: &str) -> Vec<String> {
    let (one, other) = (pack("alder", one), pack("birch", other));
    let none = BTreeMap::new();
    let both = |a: &Pack, b: &Pack| -> Vec<(String, String)> {
        conflicts((a, &none), (b, &none)).into_iter().map(|one| (one.id, one.about)).collect()
    };
    assert_eq!(both(&one, &other), both(&other, &one), "the order of the two does not matter");
    both(&one, &other).into_iter().map(|(_, about)| about).collect()
}

#[test]
fn a_setting_that_one_switches_on_and_the_other_off_is_a_conflict_and_two_lengths_are_none() {
    let set = |rest: &str| format!("[control.passwords]\ntype = \"setting\"\nfor = \"account\"\nset = {{ {rest} }}\n");
    let on = set("\"password.not_common\" = true");
    let off = set("\"password.not_common\" = false");
    assert_eq!(abouts(&on, &off), ["A password is not on the list of common ones"]);
    assert!(abouts(&on, &on).is_empty());
    let long = set("\"password.length_min\" = 12");
    let short = set("\"password.length_min\" = 8");
    assert!(abouts(&long, &short).is_empty(), "the longer one meets both");
}

#[test]
fn a_switch_is_read_from_the_number_a_school_set() {
    let by = "[param]\nstrict = { value = false, stricter = \"true\" }\n[control.passwords]\ntype = \"setting\"\nfor = \"account\"\nset = { \"password.not_common\" = \"$strict\" }\n";
    let off = "[control.passwords]\ntype = \"setting\"\nfor = \"account\"\nset = { \"password.not_common\" = false }\n";
    let (one, other) = (pack("alder", by), pack("birch", off));
    let set = BTreeMap::from([(Name::from("strict"), Literal::Bool(true))]);
    assert!(conflicts((&one, &BTreeMap::new()), (&other, &BTreeMap::new())).is_empty());
    assert_eq!(conflicts((&one, &set), (&other, &BTreeMap::new())).len(), 1);
}

#[test]
fn information_without_a_way_out_that_both_allow_is_a_conflict() {
    let class = "[class]\norder = [\"public\", \"secret\"]\n";
    let way = |to: &str, by: &str| {
        format!("{class}[control.out]\ntype = \"channel\"\nclass = [\"secret\"]\nto = [\"{to}\"]\nby = [\"{by}\"]\n")
    };
    assert_eq!(
        abouts(&way("school", "parcel"), &way("school", "post")),
        ["No way is allowed by both for what is secret"]
    );
    assert!(abouts(&way("school", "parcel"), &way("parent", "post")).is_empty(), "they speak of others");
    assert!(abouts(&way("school", "parcel"), &way("school", "parcel")).is_empty());
}

#[test]
fn records_one_destroys_before_the_other_lets_them_go_are_a_conflict() {
    let keep = |span: &str, then: &str| {
        format!(
            "[control.files]\ntype = \"retention\"\nregister = \"paper-file\"\nkeep = \"{span}\"\nfrom = \"paper_file.opened_on\"\nthen = \"{then}\"\n"
        )
    };
    assert_eq!(abouts(&keep("6 years", "destroy"), &keep("25 years", "destroy")).len(), 1);
    assert!(abouts(&keep("6 years", "review"), &keep("25 years", "destroy")).is_empty(), "a look destroys nothing");
    assert!(abouts(&keep("6 years", "destroy"), &keep("72 months", "destroy")).len() <= 1);
}

#[test]
fn a_post_given_to_two_people_is_a_conflict() {
    let siro = |by: &str| format!("[role.siro]\ntitle = \"Risk owner\"\nacts_as = \"head\"\nheld_by = \"{by}\"\n");
    assert_eq!(abouts(&siro("head"), &siro("deputy")), ["Who is Risk owner"]);
    assert!(abouts(&siro("head"), &siro("head")).is_empty());
}
