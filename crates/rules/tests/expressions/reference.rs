use schoolkeeper_pack::{Library, load, registers};
use schoolkeeper_rules::expr::{Environment, Expression, Want};

const REFERENCE: &str = include_str!("../../../../docs/expressions.md");
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

#[test]
fn every_line_of_the_reference_is_right_and_every_function_is_in_it() {
    let schemas = registers(&Library::from_dirs([format!("{ROOT}/registers")])).unwrap();
    let pack = load(&Library::from_dirs([format!("{ROOT}/packs")]), "skeleton").unwrap();
    let compile = |register: &str, line: &str| {
        let subject = schemas.index(register).unwrap_or_else(|| panic!("no register {register}"));
        Expression::compile(line, &Environment::new(&pack, &schemas, Some(subject)), Want::Test)
    };
    let mut lines = 0;
    for block in REFERENCE.split("```cel ").skip(1) {
        let (register, rest) = block.split_once('\n').unwrap();
        for line in rest.split("```").next().unwrap_or_default().lines() {
            compile(register, line).unwrap_or_else(|problems| panic!("{line}: {problems:#?}"));
            lines += 1;
        }
    }
    assert!(lines > 20);
    // The message for an unknown function names them all.
    let problems = compile("device", "qqqqqqqqqqqq()").expect_err("no such function");
    let hint = problems[0].hint.clone().unwrap();
    let names = hint.strip_prefix("the functions are ").unwrap().split(", ");
    let forgotten: Vec<&str> = names.filter(|name| !REFERENCE.contains(name)).collect();
    assert!(forgotten.is_empty(), "{forgotten:?}");
}
