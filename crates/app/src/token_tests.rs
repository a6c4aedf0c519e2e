use super::*;

#[test]
fn a_token_reads_back_from_its_text_and_a_typing_mistake_shows() {
    let secret = House::secret().unwrap();
    let text = shown(&secret);
    assert!(text.starts_with("sk_") && text.len() == 3 + 64 + 8, "{text}");
    assert_eq!(read(&text), Some(secret));
    let swapped = if text.ends_with('0') { "1" } else { "0" };
    let mut wrong = text.clone();
    wrong.replace_range(text.len() - 1.., swapped);
    let cut = &text[..text.len() - 1];
    for other in [&*wrong, cut, "", "sk_", "sk_é", &text.to_uppercase(), &text.replace("sk_", "tk_"), &"é".repeat(40)]
    {
        assert_eq!(read(other), None, "{other}");
    }
}

#[test]
fn what_stands_in_the_records_is_not_in_the_text() {
    let secret = House::secret().unwrap();
    assert!(!secret.hash().contains(&shown(&secret)[67..]), "the check must not begin the hash");
}

#[test]
fn a_token_is_given_acts_of_its_groups_and_no_others() {
    let given = acts(&["equipment.read".to_owned(), "people.write".to_owned()]);
    for act in ["policy.see", "records.see", "person.save", "records.import"] {
        assert!(given.contains(act), "{act}");
    }
    for act in [
        "asset.save",
        "device.save",
        "case.see",
        "finding.see",
        "role.assign",
        "token.make",
        "keep.erase",
        "backup.run",
    ] {
        assert!(!given.contains(act), "{act}");
    }
    assert!(acts(&["asked.read".to_owned()]).contains("case.see"));
}

#[test]
fn every_scope_names_a_group_that_is_there() {
    let all = scopes();
    assert_eq!(all.len(), 2 + 2 * words::subjects().len());
    let mut names: Vec<&str> = words::subjects().iter().map(|one| &*one.id).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), words::subjects().len(), "two groups have one id");
}
