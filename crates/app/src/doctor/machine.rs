//! The data folder: whose it is, what it lies on, how much room there is, who holds it.

use super::{Asked, Check};
use crate::settings::{FILE, Settings};
use schoolkeeper_store::Place;
use schoolkeeper_store::folder;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// Below this nothing is safe.
const ROOM_MIN: u64 = 200_000_000;
/// Below this somebody should look.
const ROOM_GOOD: u64 = 1_000_000_000;

const PERMISSIONS: Asked = Asked("permissions", "Records of pupils and staff lie here; nobody else may read them.");
const FILE_SYSTEM: Asked = Asked(
    "file-system",
    "Over a network locks do not hold and a database file is damaged sooner or later, often without a message.",
);
const ROOM: Asked = Asked("room", "Without room nothing can be saved, and no copy is made before an upgrade.");
const HOLDERS: Asked = Asked("processes", "Upgrades, restores and changes of keys need the folder alone.");

/// Where the database is when the settings name none.
pub(super) fn database(path: &Path) -> Place {
    Place::Sqlite(path.join("schoolkeeper.sqlite"))
}

pub(super) fn look(path: &Path, settings: &Settings) -> Vec<Check> {
    let local = settings.database.is_none();
    vec![permissions(path), file_system(path), room(path, local), holders(path)]
}

fn permissions(path: &Path) -> Check {
    let open = |file: &Path| fs::metadata(file).is_ok_and(|known| known.permissions().mode() & 0o077 != 0);
    let settings = path.join(FILE);
    if open(path) {
        let shown = path.display();
        return PERMISSIONS.problem(format!("others can look into `{shown}`"), format!("chmod 700 {shown}"));
    }
    if open(&settings) {
        let shown = settings.display();
        return PERMISSIONS.problem(format!("others can read `{shown}`"), format!("chmod 600 {shown}"));
    }
    PERMISSIONS.fine("only its owner can look into the folder")
}

fn file_system(path: &Path) -> Check {
    let Ok(known) = rustix::fs::statfs(path) else {
        return FILE_SYSTEM.cannot_tell("the system does not say", "look with `df -T`");
    };
    // The type has another width on every kind of machine.
    #[expect(clippy::unnecessary_cast, reason = "another type elsewhere")]
    let kind = kind_of(known.f_type as i64 & 0xffff_ffff);
    match kind {
        Kind::Network(name) => FILE_SYSTEM.problem(
            format!("the folder lies on {name}"),
            "move it to a disk of this machine, or use PostgreSQL (`database` in the settings)",
        ),
        Kind::Memory => FILE_SYSTEM.advice("the folder lies in memory: gone with the next start", "only for trials"),
        Kind::Disk => FILE_SYSTEM.fine("a disk of this machine"),
    }
}

/// What a folder lies on.
#[derive(Debug, PartialEq, Eq)]
enum Kind {
    Disk,
    Memory,
    Network(&'static str),
}

/// The numbers are Linux's own (`man 2 statfs`).
fn kind_of(magic: i64) -> Kind {
    match magic {
        0x6969 => Kind::Network("NFS"),
        0x517b | 0xff53_4d42 | 0xfe53_4d42 => Kind::Network("an SMB share"),
        0x6573_5546 => Kind::Network("FUSE, which may be a network behind a program"),
        0x0102_1997 => Kind::Network("9P, a folder of another machine"),
        0x786f_4256 => Kind::Network("a folder of the virtual machine's host"),
        0x5346_414f | 0x6b41_4653 => Kind::Network("AFS"),
        0x00c3_6400 => Kind::Network("Ceph"),
        0x0bd0_0bd0 => Kind::Network("Lustre"),
        0x0116_1970 => Kind::Network("GFS2"),
        0x7461_636f => Kind::Network("OCFS2"),
        0x7375_7245 => Kind::Network("Coda"),
        0x0102_1994 | 0x8584_58f6 => Kind::Memory,
        _ => Kind::Disk,
    }
}

fn room(path: &Path, local: bool) -> Check {
    let Ok(known) = rustix::fs::statvfs(path) else {
        return ROOM.cannot_tell("the system does not say", "look with `df -h`");
    };
    let free = known.f_bavail.saturating_mul(known.f_frsize);
    let size = |name| fs::metadata(path.join(name)).map_or(0, |file| file.len());
    let used = if local { size("schoolkeeper.sqlite") + size("schoolkeeper.sqlite-wal") } else { 0 };
    let found = format!("{} MB are free, the database has {} MB", free / 1_000_000, used / 1_000_000);
    let mend = "make room: old copies lie in `copies` of the data folder";
    if free < ROOM_MIN.max(used) {
        ROOM.problem(found, mend)
    } else if free < ROOM_GOOD {
        ROOM.advice(found, mend)
    } else {
        ROOM.fine(found)
    }
}

fn holders(path: &Path) -> Check {
    let found = folder::holders(path);
    HOLDERS.fine(if found.is_empty() { "nobody has it open".to_owned() } else { found.join(", ") })
}

#[cfg(test)]
mod tests {
    use super::{Kind, kind_of};

    #[test]
    fn networks_are_told_from_disks() {
        // NFS, CIFS, SMB2, FUSE; then ext4, XFS, Btrfs, ZFS, overlay; then tmpfs.
        for magic in [0x6969, 0xff53_4d42, 0xfe53_4d42, 0x6573_5546] {
            assert!(matches!(kind_of(magic), Kind::Network(_)), "{magic:x}");
        }
        for magic in [0xef53, 0x5846_5342, 0x9123_683e, 0x2fc1_2fc1, 0x794c_7630] {
            assert_eq!(kind_of(magic), Kind::Disk, "{magic:x}");
        }
        assert_eq!(kind_of(0x0102_1994), Kind::Memory);
    }
}
