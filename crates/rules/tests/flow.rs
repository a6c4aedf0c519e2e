//! The engine flow, walked through the examples of a policy of its own: each cell of the rows *request*, *agreement*,
//! *case* and *channel* of the specification §6, and stories over Christmas 2026.

mod flow_pack;

use flow_pack::compiled;
use schoolkeeper_rules::example;

/// Runs the examples and shows every one that did not come out.
fn run(examples: &str) {
    let pack = compiled(examples);
    let outcomes = example::run_all(&pack, |_| {});
    assert!(!outcomes.is_empty(), "there are no examples");
    let failed = outcomes.iter().filter_map(|outcome| {
        let failure = outcome.result.as_ref().err()?;
        Some(format!("{} — {}: {}", outcome.control, outcome.title, failure.message))
    });
    let failed: Vec<_> = failed.collect();
    assert!(failed.is_empty(), "{} of {}:\n{}", failed.len(), outcomes.len(), failed.join("\n"));
}

#[test]
fn every_example_of_a_request_comes_out() {
    run(include_str!("flow/request.toml"));
}

#[test]
fn every_example_of_an_agreement_comes_out() {
    run(include_str!("flow/agreement.toml"));
}

#[test]
fn every_example_of_a_case_comes_out() {
    run(include_str!("flow/case.toml"));
}

#[test]
fn every_example_of_a_channel_comes_out() {
    run(include_str!("flow/channel.toml"));
}

#[test]
fn a_failing_story_names_its_line_and_what_came() {
    let story = "
[[example]]
control = 'wrong-recipient'
story = [{ at = '2026-12-18T17:00', act = 'case.open', actor = 'staff' }, { at = '2026-12-18T17:01', expect = 'closed' }]
";
    let pack = compiled(story);
    let failure = example::run(&pack, &pack.pack.examples[0]).expect_err("the case is open");
    assert_eq!(failure.message, "line 2 (2026-12-18T17:01): expected closed, came open");
}
