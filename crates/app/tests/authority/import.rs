//! A list is as many acts as it has rows.

use crate::house::Test;
use schoolkeeper_app::Error;

#[tokio::test]
async fn a_row_that_the_policy_refuses_is_left_out_with_its_statement() {
    let test = Test::new().await;
    let operator = test.house.operator();
    let said = test.bring_in(&operator, &test.hill, "site", "Site\nAnnexe\nSecret bunker\n").await.unwrap();
    assert!(said.contains("row 3") && said.contains("Secret bunker is no name for a site"), "{said}");
    assert!(said.contains("not marked as complete"), "{said}");
    let sites = test.house.sites(&operator, &test.hill).await.unwrap();
    assert_eq!(sites.into_iter().map(|(_, name)| name).collect::<Vec<_>>(), ["Annexe"]);
}

#[tokio::test]
async fn a_list_of_appointments_gives_no_role_that_could_not_be_given_by_hand() {
    let test = Test::new().await;
    test.give("Tom Made-Up", "it-technician").await;
    let tom = test.actor("Tom Made-Up").await;
    let list = "Person,Role\nTom Made-Up,headteacher\n";
    let no = test.bring_in(&tom, &test.hill, "appointment", list).await;
    assert!(matches!(no, Err(Error::NotAllowed(_))), "{no:?}");
    test.give("Bea Made-Up", "school-business-manager").await;
    let bea = test.actor("Bea Made-Up").await;
    let list = "Person,Role\nBea Made-Up,headteacher\nSam Made-Up,slt\n";
    let said = test.bring_in(&bea, &test.hill, "appointment", list).await.unwrap();
    assert!(said.contains("nobody gives a leading role to themselves"), "{said}");
    let list = "Person,Role\nTom Made-Up,siro\nSam Made-Up,slt\n";
    let said = test.bring_in(&test.house.operator(), &test.hill, "appointment", list).await.unwrap();
    assert!(said.contains("Tom Made-Up is not the headteacher"), "guards refuse the operator, too: {said}");
}

#[tokio::test]
async fn the_last_row_of_a_long_list_is_judged_like_the_first() {
    let test = Test::new().await;
    let operator = test.house.operator();
    let rows: Vec<String> = (0..2_100).map(|row| format!("Annexe {row}")).collect();
    let list = format!("Site\n{}\nSecret bunker\n", rows.join("\n"));
    let said = test.bring_in(&operator, &test.hill, "site", &list).await.unwrap();
    assert!(said.contains("2100 new") && said.contains("1 refused") && said.contains("row 2102"), "{said}");
}
