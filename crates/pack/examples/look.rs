fn main() {
    let lib = schoolkeeper_pack::Library::from_dirs(["packs"]);
    let s = schoolkeeper_pack::registers(&schoolkeeper_pack::Library::from_dirs(["registers"]))
        .unwrap_or_else(|r| panic!("{r}"));
    let what = std::env::args().nth(1).unwrap();
    let p = schoolkeeper_pack::load(&lib, &what).unwrap_or_else(|r| {
        eprintln!("{r}");
        std::process::exit(1)
    });
    let d = schoolkeeper_pack::check(&p, &s, true);
    eprintln!("{}\n{} found", schoolkeeper_pack::render(&d, &p.sources), d.len());
    println!("{}", schoolkeeper_pack::explain(&p, &s));
}
