//! Lists of a made-up school, with the mess that real ones have. As of Friday 20 November 2026.
//!
//! Planted: 11 of 300 laptops are not encrypted, 6 devices have been silent since October, 3 people who have left
//! still have a live account, 2 accounts are shared, one back-up job stopped on 15 November, 2 people of the
//! safeguarding system have no second factor and one of its users has left.

use std::fmt::Write;

/// Every file: name and text.
pub fn files() -> Vec<(&'static str, String)> {
    vec![
        ("staff.csv", staff()),
        ("systems.csv", SYSTEMS.to_owned()),
        ("directory-users.csv", directory_users()),
        ("directory-users.map.toml", "[const]\nsystem = \"Main directory\"\n".to_owned()),
        ("intune-devices.csv", intune_devices(500)),
        ("backup-jobs.csv", BACKUP_JOBS.to_owned()),
        ("backup-runs.csv", backup_runs()),
        ("cpoms-users.csv", cpoms_users()),
        ("cpoms-users.map.toml", "[const]\nsystem = \"CPOMS\"\n".to_owned()),
        ("google-chromeos.csv", chromeos()),
        ("snipe-it.csv", snipe_it()),
    ]
}

const SYSTEMS: &str = "\
System,Kind,Supplier,Owner,Critical
Main directory,Directory,Made-up Cloud Ltd,,Yes
CPOMS,Safeguarding,,,Yes
SIMS,Management information,,,Yes
Office share,Storage,,,No
";

const BACKUP_JOBS: &str = "\
Job,Source,Destination,Target kind,Purpose,Encrypted,State,System
Main server,Main server (whole machine),Safe in the caretaker's office,External device,Daily,Yes,Live,
Office data,Office share,USB drive rotated by the office,External device,Daily,Yes,Live,Office share
SIMS database,SIMS,Made-up Cloud vault,Remote,Daily,Yes,Live,SIMS
Mail archive,Mailboxes,Made-up Cloud vault,Remote,Archive,Yes,Live,
Old curriculum server,Shared drive of the classrooms,Second server room,Server,Disaster recovery,No,Live,
";

const FORENAMES: [&str; 30] = [
    "Ada", "Ben", "Cara", "Dev", "Ella", "Finn", "Gita", "Hugo", "Ines", "Jon", "Kiran", "Lena", "Max", "Nia", "Omar",
    "Petra", "Quinn", "Rosa", "Sam", "Tara", "Umar", "Vera", "Will", "Xenia", "Yusuf", "Zoe", "Aoife", "Bram", "Chloë",
    "Dylan",
];
const SURNAMES: [&str; 25] = [
    "Testwood",
    "Demofield",
    "Sampleton",
    "Mockham",
    "Placeholder",
    "Fictley",
    "Examplar",
    "Nobodson",
    "Inventon",
    "Madeupham",
    "Pretendby",
    "Dummyford",
    "Specimen",
    "Trialworth",
    "Draftley",
    "Stubbington",
    "Fakenhamer",
    "Mocklesby",
    "Blankley",
    "Testerton",
    "Demoby",
    "Sampleworth",
    "Notreal",
    "O'Sample",
    "Unreal-Smythe",
];
const POSTS: [(&str, &str); 12] = [
    ("Teacher", "Year 4"),
    ("Teaching assistant", "Year 1"),
    ("Teacher", "Mathematics"),
    ("Midday supervisor", "Lunch"),
    ("Teacher", "Science"),
    ("Teaching assistant", "Inclusion"),
    ("Teacher", "English"),
    ("Cover supervisor", "Cover"),
    ("Teacher", "Reception"),
    ("Cleaner", "Premises"),
    ("Office assistant", "Office"),
    ("Teacher", "Humanities"),
];
const LEADERS: [(&str, &str); 6] = [
    ("Headteacher", "Leadership"),
    ("School business manager", "Office"),
    ("IT technician", "IT"),
    ("Safeguarding lead", "Leadership"),
    ("Caretaker", "Premises"),
    ("Office administrator", "Office"),
];

/// People who left in the summer: their accounts are still live.
const LEAVERS: [usize; 3] = [37, 81, 122];

/// Laptops that are not encrypted.
const UNENCRYPTED: [usize; 11] = [10, 52, 78, 104, 131, 177, 203, 254, 301, 380, 455];

struct Person {
    code: String,
    forename: &'static str,
    surname: &'static str,
    post: (&'static str, &'static str),
    email: String,
}

fn person(at: usize) -> Person {
    let (forename, surname) = (FORENAMES[at % 30], SURNAMES[(at * 7 + at / 25) % 25]);
    let letters = |text: &str| text.to_lowercase().replace(['\'', '-'], "").replace('ë', "e");
    Person {
        code: format!("{:05}", 101 + at * 3),
        forename,
        surname,
        post: LEADERS.get(at).copied().unwrap_or(POSTS[at % 12]),
        email: format!("{}.{}@school.example", letters(forename), letters(surname)),
    }
}

fn staff() -> String {
    let mut out = "\u{feff}Marlpit Lane Primary (made up),,,,,,,,,,,,\nStaff list printed 20/11/2026 16:40,,,,,,,,,,,,\n,,,,,,,,,,,,\n".to_owned();
    out.push_str("Staff code,Title,Legal forename,Legal surname,Role/Post,Department,Work email,Start date,End date,Contract type,Line manager,Site,NI No\n");
    for at in 0..150 {
        let person = person(at);
        let title = ["Mrs", "Mr", "Ms", "Miss", "Dr"][at % 5];
        let manager = self::person(if at < 6 { 0 } else { [0, 1, 3][at % 3] });
        let manager = if at == 0 { String::new() } else { format!("\"{}, {}\"", manager.surname, manager.forename) };
        let start = format!("{:02}/09/{}", at % 5 + 1, 2008 + at % 18);
        let end = if LEAVERS.contains(&at) {
            "31/08/2026"
        } else if at % 50 == 49 {
            "31/12/2026"
        } else {
            ""
        };
        let contract = match at % 29 {
            7 => "Supply agency",
            3 | 11 => "Fixed term",
            _ => "Permanent",
        };
        let Person { code, forename, surname, post: (post, department), email } = person;
        writeln!(out, "{code},{title},{forename},{surname},{post},{department},{email},{start},{end},{contract},{manager},Main,QQ{:06}C", at * 37).unwrap();
        if at == 60 {
            // The same person once more, as exports with one row for each role have it.
            writeln!(out, "{code},{title},{forename},{surname},{post},{department},{email},{start},{end},{contract},{manager},Main,QQ{:06}C", at * 37).unwrap();
        }
    }
    out.push_str("Total,151,,,,,,,,,,,\n");
    out
}

fn directory_users() -> String {
    let mut out = "userPrincipalName,displayName,surname,mail,givenName,objectId,userType,jobTitle,department,accountEnabled,usageLocation,Account type,lastPasswordChangeDateTime,Last sign-in\n".to_owned();
    for at in 0..150 {
        let Person { forename, surname, post: (post, department), email, .. } = person(at);
        let id = object_id(at);
        let changed = format!("2026-{:02}-{:02}T08:{:02}:00Z", at % 9 + 1, at % 27 + 1, at % 60);
        let used = if LEAVERS.contains(&at) {
            "2026-11-12T19:02:00Z".to_owned()
        } else {
            format!("2026-11-{:02}T07:{:02}:00Z", at % 19 + 1, at % 60)
        };
        // A cleaner or two never had an account.
        if at % 12 == 9 && at > 100 {
            continue;
        }
        writeln!(out, "{email},{forename} {surname},{surname},{email},{forename},{id},Member,{post},{department},True,GB,Person,{changed},{used}").unwrap();
    }
    for (at, (name, title, kind)) in [
        ("office", "School office", "Shared"),
        ("reception", "Reception desk", "Shared"),
        ("year4", "Year 4", "Pupil class"),
        ("year5", "Year 5", "Pupil class"),
        ("backup-service", "Back-up service", "Service"),
        ("admin.technician", "Administration (technician)", "Admin"),
    ]
    .iter()
    .enumerate()
    {
        let id = object_id(500 + at);
        writeln!(
            out,
            "{name}@school.example,{title},,,,{id},Member,,,True,GB,{kind},2024-09-02T08:00:00Z,2026-11-19T07:30:00Z"
        )
        .unwrap();
    }
    out
}

fn object_id(at: usize) -> String {
    format!("0000{:04x}-1111-4222-8333-{:012x}", at % 65_536, at * 7919)
}

const INTUNE: &str = "Device ID,Device name,Enrollment date,Last check-in,Azure AD Device ID,OS version,Azure AD registered,EAS activation ID,Serial number,Manufacturer,Model,EAS activated,IMEI,Last EAS sync time,EAS reason,EAS status,Compliance grace period expiration,Security patch level,Wi-Fi MAC,MEID,Subscriber carrier,Total storage,Free storage,Management name,Category,UserId,Primary user UPN,Primary user email address,Primary user display name,WiFiIPv4Address,WiFiSubnetID,Compliance,Managed by,Ownership,Device state,Intune registered,Supervised,Encrypted,OS,SkuFamily,JoinType,Phone number,Jailbroken,ICCID,EthernetMAC,CellularTechnology,ProcessorArchitecture,EID,TPMManufacturerId,TPMManufacturerVersion";

/// 60 % laptops, 12 % desktops, 28 % tablets; also used larger, to measure.
pub fn intune_devices(count: usize) -> String {
    let mut out = format!("{INTUNE}\n");
    for at in 0..count {
        let (kind, os, maker, model, sku) = match at % 25 {
            0..15 => ("Laptop", "Windows", "Dell Inc.", "Latitude 3420", "Education"),
            15..18 => ("Desktop", "Windows", "HP", "ProDesk 400 G6", "Education"),
            _ => ("Tablet", "iOS/iPadOS", "Apple", "iPad (9th generation)", ""),
        };
        let unencrypted = UNENCRYPTED.contains(&at);
        let encrypted = if kind == "Desktop" && at % 2 == 0 || unencrypted { "False" } else { "True" };
        let serial = match (kind, at % 75) {
            ("Desktop", 15) => "Default string".to_owned(),
            ("Desktop", 40) => "To Be Filled By O.E.M.".to_owned(),
            _ => format!("{}{:05}MU", &kind[..1], at),
        };
        let seen = if at % 83 == 5 {
            format!("2026-10-{:02} 09:10:00.0000000", at % 9 + 1)
        } else {
            format!("2026-11-{:02} {:02}:12:00.0000000", 13 + at % 7, 7 + at % 11)
        };
        let version = if os == "Windows" { "10.0.22631.4460" } else { "17.7.1" };
        let user =
            if kind == "Laptop" && at % 5 != 4 { person(at * 150 / count.max(150)).email } else { String::new() };
        let (name, id) = (format!("ML-{}-{at:03}", &kind[..1]), object_id(10_000 + at));
        let compliance = if unencrypted { "Noncompliant" } else { "Compliant" };
        let _ = writeln!(
            out,
            "{id},{name},2023-09-0{d} 10:00:00.0000000,{seen},{azure},{version},True,,{serial},{maker},{model},False,,,,,,,{mac:012X},,,{total},{free},{name}_mgmt,{kind},,{user},{user},,,,{compliance},Intune,{own},Managed,True,{sup},{encrypted},{os},{sku},,,,,,,{arch},,,",
            d = at % 9 + 1,
            azure = object_id(30_000 + at),
            mac = 0x0200_0000_0000_u64 + at as u64,
            total = 243_712,
            free = 61_000 + at,
            own = if at % 97 == 40 { "Personal" } else { "Corporate" },
            sup = if os == "Windows" { "False" } else { "True" },
            arch = if os == "Windows" { "X64" } else { "ARM64" },
        );
    }
    out
}

fn backup_runs() -> String {
    let mut out = "Job;Session ID;Result;Destination;Target kind;End time;Size (MB)\n".to_owned();
    let jobs = [
        ("Main server", "Safe in the caretaker's office", "External device", "02:10"),
        ("Office data", "USB drive rotated by the office", "External device", "22:30"),
        ("SIMS database", "Made-up Cloud vault", "Remote", "01:05"),
        ("Mail archive", "Made-up Cloud vault", "Remote", "03:40"),
    ];
    for day in 1..=20 {
        for (at, (job, target, kind, time)) in jobs.iter().enumerate() {
            if at == 1 && day > 15 {
                continue; // nobody changed the drive
            }
            let result = match (at, day) {
                (0, 6) | (2, 12) => "Failed",
                (3, 9) => "Warning",
                _ => "Success",
            };
            writeln!(
                out,
                "{job};{};{result};{target};{kind};{day:02}/11/2026 {time};\"{},{:03}\"",
                4000 + day * 10 + at,
                40 + at,
                day * 11
            )
            .unwrap();
        }
    }
    out
}

fn cpoms_users() -> String {
    let mut out = "User list of the safeguarding system,,,,\nUsername,Full name,Last login,2FA,Status\n".to_owned();
    for (row, at) in (0..30).map(|at| at * 4 + 1).chain([3]).enumerate() {
        let Person { forename, surname, email, .. } = person(at);
        let second = if [5, 17].contains(&row) { "No" } else { "Yes" };
        writeln!(
            out,
            "{email},\"{surname}, {forename}\",{:02}/11/2026 08:{:02},{second},Active",
            row % 19 + 1,
            row % 60
        )
        .unwrap();
    }
    out
}

fn chromeos() -> String {
    let mut out = "deviceId,serialNumber,status,lastSync,annotatedUser,annotatedAssetId,annotatedLocation,orgUnitPath,model,osVersion,autoUpdateExpiration,macAddress,recentUsers\n".to_owned();
    for at in 0..32 {
        let seen = if at == 30 {
            "2026-08-30T11:00:00.000Z".to_owned()
        } else {
            format!("2026-11-{:02}T13:05:00.000Z", at % 19 + 1)
        };
        writeln!(out, "{},CB{at:05}MU,{},{seen},,MLC-{at:03},Trolley {},/Pupils/Chromebooks,Chromebook 311,128.0.6613.133,2029-06-01,0200000001{at:02},", object_id(60_000 + at), if at == 31 { "DISABLED" } else { "ACTIVE" }, at / 16 + 1).unwrap();
    }
    out
}

fn snipe_it() -> String {
    let mut out =
        "Item Name,Asset Tag,Serial,Model,Category,Status,Location,Purchase Date,Warranty,Full Name,Email\n".to_owned();
    for at in 0..40 {
        let who = (at % 3 == 0).then(|| person(at));
        let (name, email) = who
            .map_or_else(Default::default, |person| (format!("{} {}", person.forename, person.surname), person.email));
        let (category, serial) =
            if at < 30 { ("Laptops", format!("L{at:05}MU")) } else { ("Projectors", String::new()) };
        writeln!(
            out,
            "{} {at},ML-{at:04},{serial},,{category},Deployed,Year {},01/09/2022,36 months,{name},{email}",
            if at < 30 { "Laptop" } else { "Projector" },
            at % 6 + 1
        )
        .unwrap();
    }
    out
}
