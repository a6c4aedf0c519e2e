//! Lists as schools have them, plainly made up.

use std::fmt::Write;

const INTUNE: &str = "Device ID,Device name,Enrollment date,Last check-in,Azure AD Device ID,OS version,Azure AD registered,Serial number,Manufacturer,Model,Compliance,Managed by,Ownership,Device state,Intune registered,Supervised,Encrypted,OS,Category,Primary user UPN,Primary user display name,Jailbroken";

/// `count` devices as Intune exports them; every eleventh is not encrypted, every fiftieth does not say.
pub fn intune(count: usize) -> String {
    let mut out = format!("{INTUNE}\n");
    for at in 0..count {
        let encrypted = match at {
            at if at % 50 == 49 => "",
            at if at % 11 == 0 => "False",
            _ => "True",
        };
        let user = at % 60;
        writeln!(
            out,
            "{at:08x}-1111-4222-8333-{at:012x},MU-L-{at:03},2025-09-01 10:00:00.0000000,2026-11-2{} 07:12:00.0000000,{at:08x}-5555-4222-8333-{at:012x},10.0.22631.4460,True,MU{at:06},Dell Inc.,Latitude 3420,Compliant,Intune,Corporate,Managed,True,False,{encrypted},Windows,Laptop,user{user}@school.example,Made-Up Person {user},",
            at % 3
        )
        .unwrap();
    }
    out
}

/// A staff list with a title, a blank row and a header in row four.
pub fn staff(count: usize) -> String {
    let mut out = "Hill School (made up),,,,,,\nStaff list printed 20/11/2026 16:40,,,,,,\n,,,,,,\n\
        Staff code,Legal forename,Legal surname,Role/Post,Work email,Start date,End date\n"
        .to_owned();
    for at in 0..count {
        let post = match at {
            0 => "Headteacher",
            1 => "IT technician",
            _ => "Teacher",
        };
        writeln!(out, "{at:05},Made-Up,Person {at},{post},user{at}@school.example,01/09/2020,").unwrap();
    }
    out
}
