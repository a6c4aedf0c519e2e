//! What the clock starts, in one screen.

use super::Failure;
use crate::{Error, House};
use futures_util::future::BoxFuture;
use jiff::SignedDuration;
use jiff::civil::{self, Time};
use std::time::Duration;
use uuid::Uuid;

/// When a line of the schedule runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Again so long after it last began.
    Every(SignedDuration),
    /// Each day at this time of the school's clock.
    Daily(Time),
}

/// One line of the schedule: a job that the clock pushes.
#[derive(Clone, Copy)]
pub struct Line {
    /// Its kind as a job; no handler may have the same.
    pub name: &'static str,
    /// What it does, as people read it.
    pub says: &'static str,
    /// When.
    pub when: When,
    /// Does it. Twice must give the same as once, and one run after three missed ones the same as three.
    pub run: for<'a> fn(&'a House) -> BoxFuture<'a, Result<(), Failure>>,
}

/// What exactly one of all processes does, again and again, under a lease of this name.
#[derive(Clone, Copy)]
pub struct Role {
    /// Name of the lease.
    pub name: &'static str,
    /// How often.
    pub every: Duration,
    /// Does it, for the holder of the lease.
    pub run: for<'a> fn(&'a House, Uuid) -> BoxFuture<'a, Result<(), Error>>,
}

/// What only one process does.
pub const ROLES: &[Role] = &[
    Role { name: "schedule", every: Duration::from_secs(1), run: |house, holder| Box::pin(house.tick(holder)) },
    Role {
        name: "ledger",
        every: crate::ledger::LOOK_EVERY,
        run: |house, _| Box::pin(async { house.sequence_once().await.map(drop) }),
    },
];

/// Everything that happens by itself.
pub const SCHEDULE: &[Line] = &[
    Line {
        name: "evaluate",
        says: "Works out again where each school stands, when records or time have moved",
        when: When::Every(SignedDuration::from_secs(10)),
        run: |house| Box::pin(async { Ok(house.evaluate_due().await?) }),
    },
    Line {
        name: "push-checks",
        says: "Begins the checks that the policies in force want now",
        when: When::Every(SignedDuration::from_mins(5)),
        run: |house| Box::pin(house.push_checks()),
    },
    Line {
        name: "forget-runs",
        says: "Forgets the runs of yesterday and before that had nothing to do",
        when: When::Every(SignedDuration::from_hours(1)),
        run: |house| Box::pin(house.forget_runs()),
    },
    Line {
        name: "sign-in-tidy",
        says: "Forgets wrong attempts and drafts of yesterday, and logins that belong to nobody any more",
        when: When::Every(SignedDuration::from_hours(6)),
        run: |house| Box::pin(async { Ok(house.forget_old_sign_ins().await?) }),
    },
    Line {
        name: "mail-digests",
        says: "Tells people once a school day what is theirs",
        when: When::Every(SignedDuration::from_mins(10)),
        run: |house| Box::pin(async { Ok(house.gather_mail().await?) }),
    },
    Line {
        name: "remind",
        says: "Tells people what became theirs, and what ends soon",
        when: When::Daily(Time::constant(6, 30, 0, 0)),
        run: |house| Box::pin(async { Ok(house.remind().await.map(drop)?) }),
    },
    Line {
        name: "mail-reports",
        says: "Takes new reports from the mailboxes",
        when: When::Every(SignedDuration::from_mins(5)),
        run: |house| Box::pin(async { Ok(house.read_mailboxes().await?) }),
    },
    Line {
        name: "probe",
        says: "Tries out that what the policies refuse is really refused here",
        when: When::Daily(Time::constant(6, 0, 0, 0)),
        run: |house| Box::pin(async { Ok(house.probe_all().await?) }),
    },
    Line {
        name: "mail-checkpoint",
        says: "Mails the line that proves the history, every week and after every adopted policy",
        when: When::Every(SignedDuration::from_hours(1)),
        run: |house| {
            Box::pin(async {
                super::count("mailed", house.mail_checkpoint().await?);
                Ok(())
            })
        },
    },
    Line {
        name: "self-backup",
        says: "Backs Schoolkeeper up and proves that the back-up comes back",
        when: When::Daily(civil::time(2, 0, 0, 0)),
        run: |house| Box::pin(house.backup_job()),
    },
    Line {
        name: "blob-sweep",
        says: "Removes what a crash left of sealed files",
        when: When::Daily(civil::time(3, 30, 0, 0)),
        run: |house| {
            Box::pin(async {
                super::count("swept", house.sweep_blobs().await?);
                Ok(())
            })
        },
    },
    Line {
        name: "intake-tidy",
        says: "Forgets lists that were handed in a day ago and not saved, and last week's scans of signed slips",
        when: When::Every(SignedDuration::from_hours(1)),
        run: |house| {
            Box::pin(async {
                super::count("forgotten", house.forget_past_intakes().await? + house.forget_past_piles().await?);
                Ok(())
            })
        },
    },
    Line {
        name: "token-tidy",
        says: "Tells who made access tokens that end within two weeks, and forgets answers kept for repeated requests",
        when: When::Every(SignedDuration::from_hours(1)),
        run: |house| {
            Box::pin(async {
                super::count("mailed", house.tidy_tokens().await?);
                Ok(())
            })
        },
    },
    Line {
        name: "keep",
        says: "Erases what is past the time it is kept",
        when: When::Daily(Time::constant(2, 30, 0, 0)),
        run: |house| Box::pin(async { Ok(house.keep_nightly(false).await.map(drop)?) }),
    },
];
