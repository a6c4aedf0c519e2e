//! The ledger is the installation's.

use super::filled;
use crate::house::day;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_ledger::TileAt;
use schoolkeeper_store::repair::OldLog;
use std::collections::BTreeMap;

schoolkeeper_testkit::both_engines!(only_the_system_reads_the_ledger_whole);

/// The ledger belongs to the installation: whoever is bound to an organisation reads and changes none of it.
async fn only_the_system_reads_the_ledger_whole(url: String) {
    let house = filled(&url).await;
    let system = Scope::system("test");
    let (zero, leaf) = (TileAt { level: 1, number: 0 }, TileAt { level: 0, number: 0 });
    for (scope, sees) in [(house.operator(), false), (system, true)] {
        let read = house.store.read().await.unwrap();
        assert_eq!(read.log(&scope).await.unwrap().is_some(), sees);
        assert_eq!(read.checkpoint(&scope).await.unwrap().is_some(), sees);
        assert_eq!(read.checkpoints(&scope, 0, 9).await.unwrap().is_empty(), !sees);
        assert_eq!(read.checkpoints_of_days(&scope, day(0)).await.unwrap().is_empty(), !sees);
        assert_eq!(read.log_records(&scope, 0, 9).await.unwrap().is_empty(), !sees);
        assert_eq!(read.log_tiles(&scope, leaf, 9).await.unwrap().is_empty(), !sees);
        assert!(read.log_tiles(&scope, zero, 9).await.unwrap().is_empty());
        assert_eq!(read.log_size(&scope).await.unwrap() > 0, sees);
        assert_eq!(read.log_height(&scope).await.unwrap(), 0);
        assert!(!read.is_waiting(&scope).await.unwrap());
        let size = read.log_size(&Scope::system("test")).await.unwrap();
        drop(read);
        let mut tx = house.store.write_tx().await.unwrap();
        assert!(!tx.open_log(&scope, &crate::ledger::log(), day(1)).await.unwrap(), "it is open already");
        assert_eq!(tx.leave_checkpoint(&scope, size, day(1)).await.unwrap(), sees);
        assert_eq!(tx.erase_records(&scope, &[0], "keep-rule", day(1)).await.unwrap(), u64::from(sees));
        tx.commit().await.unwrap();
        let read = house.store.read().await.unwrap();
        assert_eq!(read.checkpoint_left_at(&scope).await.unwrap().is_some(), sees);
        assert_eq!(read.waiting_records(&scope).await.unwrap().0 > 0, sees);
        assert_eq!(read.erasing(&scope).await.unwrap().is_empty(), !sees);
        drop(read);
        let signer = crate::ledger::signer();
        let mut tx = house.store.write_tx().await.unwrap();
        let done = tx.sequence(&scope, crate::ledger::with(&signer), None, day(2)).await.unwrap();
        assert_eq!(done.is_some(), sees);
        assert_eq!(tx.replace_tiles(&scope, &BTreeMap::new(), (0, day(3))).await.unwrap(), sees);
        let old = OldLog { origin: "old".to_owned(), size: 1, root: "A".repeat(44), faults: 1 };
        assert_eq!(tx.restart_log(&scope, (&crate::ledger::log(), &old), day(3)).await.unwrap(), sees);
    }
}
