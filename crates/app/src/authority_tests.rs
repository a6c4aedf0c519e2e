use super::LIVE_ACTS;
use std::path::Path;

fn sources(folder: &Path, out: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.to_str().unwrap() {
            _ if path.is_dir() => sources(&path, out),
            name if path.extension().is_some_and(|end| end == "rs") && !name.contains("_tests.") => {
                out.push(std::fs::read_to_string(&path).unwrap());
            }
            _ => {}
        }
    }
}

#[test]
fn every_live_act_is_asked_for_somewhere() {
    let mut all = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut all);
    let doors = [".act_judged(", ".allow(", ".allow_throughout(", ".allow_on_login("];
    let asks = all.iter().filter(|text| doors.iter().any(|door| text.contains(door)));
    let asks: Vec<&String> = asks.filter(|text| !text.contains("pub const LIVE_ACTS")).collect();
    let registers = crate::shipped::registers(None).unwrap();
    let by_records: Vec<&str> = registers.all().iter().flat_map(|one| &one.does).map(|does| &*does.act).collect();
    for act in LIVE_ACTS {
        let asked = |text: &&&String| {
            let tried = text.contains(&format!("Try::plain(\"{act}\")")) || text.contains(&format!("act: \"{act}\""));
            tried || text.contains(&format!(": &str = \"{act}\""))
        };
        let told = by_records.contains(act) || asks.iter().any(|text| asked(&text));
        assert!(told, "`{act}` claims to be live, and nothing asks for it");
    }
}
