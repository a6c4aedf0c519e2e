//! Where a pack stands: one file or a folder, with shared tables beside it, on one or several shelves.

use schoolkeeper_core::pack::Pack;
use schoolkeeper_pack::{Library, load};

const HEAD: &str = "[pack]\nid = \"hill\"\ntitle = \"Hill School (made up)\"\nlanguage = 1\n";

fn library(files: &[(&str, &str)]) -> Library {
    Library::embedded(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())))
}

fn read(files: &[(&str, &str)]) -> Result<Pack, String> {
    load(&library(files), "hill").map_err(|report| report.to_string())
}

fn clause(id: &str, section: &str) -> String {
    let section = if section.is_empty() { String::new() } else { format!("section = \"{section}\"\n") };
    format!("[[clause]]\nid = \"{id}\"\ntext = \"x\"\n{section}")
}

#[test]
fn the_files_of_a_folder_are_one_pack_in_order_of_their_names() {
    let (a, b) = (format!("{HEAD}{}", clause("1", "One")), clause("2", "") + &clause("3", "Three"));
    let pack =
        read(&[("hill/b.toml", &b), ("hill/a.toml", &a), ("hill/deep/c.toml", "no toml"), ("other.toml", "")]).unwrap();
    let ids: Vec<&str> = pack.clauses.iter().map(|clause| &**clause.id.get_ref()).collect();
    assert_eq!(ids, ["1", "2", "3"]);
    assert_eq!(pack.clauses[1].section, None, "headings are carried on within one file");
    assert_eq!(pack.place("clause/3").file, 1);
}

#[test]
fn a_name_stands_once_in_all_files_of_a_pack() {
    let twice = "[control.a]\ntype = \"rule\"\nfor = \"account\"\nexpect = \"true\"\n";
    let report = read(&[("hill/a.toml", &format!("{HEAD}{twice}")), ("hill/b.toml", twice)]).unwrap_err();
    assert!(report.contains("the control `a` stands a second time") && report.contains("hill/b.toml:1:10"), "{report}");
    let report = read(&[("hill/a.toml", HEAD), ("hill/b.toml", HEAD)]).unwrap_err();
    assert!(report.contains("`pack` stands a second time"), "{report}");
}

#[test]
fn imports_bring_shared_tables_and_nothing_else() {
    let head = HEAD.replace("language = 1\n", "language = 1\nimports = [\"common/shared\"]\n");
    let shared = "[list]\np2p = { items = [\"x\"] }\n[[retention]]\nseries = \"pupil\"\nkeep = \"25 years\"\nfrom = \"born_on\"\nthen = \"destroy\"\n";
    let pack = read(&[("hill.toml", &head), ("common/shared.toml", shared)]).unwrap();
    assert!(pack.lists.contains_key("p2p"));
    assert_eq!(pack.schedules["shared"].len(), 1, "a table of rows is named as its file");
    let more = "[control.a]\ntype = \"rule\"\n[role]\nx = {}\n";
    let report = read(&[("hill.toml", &head), ("common/shared.toml", more)]).unwrap_err();
    assert!(report.contains("the table `control` is not known here") && report.contains("`role`"), "{report}");
    let own = format!("{head}[list]\np2p = {{ items = [] }}\n");
    let report = read(&[("hill.toml", &own), ("common/shared.toml", shared)]).unwrap_err();
    assert!(report.contains("the list `p2p` stands a second time"), "{report}");
    let twice = head.replace("\"common/shared\"", "\"common/shared\", \"common/shared\"");
    let report = read(&[("hill.toml", &twice), ("common/shared.toml", shared)]).unwrap_err();
    assert!(report.contains("is imported twice"), "{report}");
}

#[test]
fn the_first_shelf_that_has_a_pack_gives_it() {
    let newer = HEAD.replace("Hill School", "New Hill School");
    let both = library(&[("hill.toml", &newer)]).then(library(&[("hill.toml", HEAD), ("dale.toml", HEAD)]));
    assert_eq!(load(&both, "hill").unwrap().head.title, "New Hill School (made up)");
    assert_eq!(both.ids(), ["dale", "hill"]);
}

#[test]
fn a_folder_on_disk_is_read_by_id_and_by_path() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("hill")).unwrap();
    std::fs::create_dir_all(folder.path().join("common")).unwrap();
    std::fs::write(
        folder.path().join("hill/a.toml"),
        HEAD.replace("language = 1\n", "language = 1\nimports = [\"common/s\"]\n"),
    )
    .unwrap();
    std::fs::write(folder.path().join("hill/b.toml"), clause("1", "One")).unwrap();
    std::fs::write(folder.path().join("hill/notes.txt"), "not a pack").unwrap();
    std::fs::write(folder.path().join("common/s.toml"), "[list]\nx = { items = [] }\n").unwrap();
    let shelf = Library::from_dirs([folder.path()]);
    assert_eq!(shelf.ids(), ["hill"]);
    let by_id = load(&shelf, "hill").unwrap_or_else(|report| panic!("{report}"));
    let by_path = load(&Library::default(), folder.path().join("hill").to_str().unwrap())
        .unwrap_or_else(|report| panic!("{report}"));
    assert_eq!(by_id.hash, by_path.hash);
    let report =
        load(&Library::default(), folder.path().join("nowhere.toml").to_str().unwrap()).unwrap_err().to_string();
    assert!(report.contains("cannot be read"), "{report}");
}

#[test]
fn files_written_on_windows_are_read_as_any_other() {
    let windows = format!("\u{feff}{}", HEAD.replace('\n', "\r\n"));
    let pack = read(&[("hill.toml", &windows)]).unwrap();
    assert_eq!(pack.hash, read(&[("hill.toml", HEAD)]).unwrap().hash);
    let report = read(&[("hill.toml", &windows.replace("title", "titel"))]).unwrap_err();
    assert!(!report.contains("\\u{d}"), "{report}");
    assert!(report.contains("hill.toml:3:1"), "{report}");
}
