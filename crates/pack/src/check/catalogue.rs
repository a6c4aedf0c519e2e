//! Closed lists of what packs may name and the product must know how to do.

/// Reports a duty may make (`report`), in words.
pub(crate) const REPORTS: &[(&str, &str)] = &[
    ("board-paper-gdpr", "the board paper on data protection"),
    ("board-paper-ict", "the board paper on ICT"),
    ("governor-summary", "the summary for governors"),
    ("pass-rates", "the results by statement"),
    ("school-comparison", "the comparison of schools"),
    ("standards-review", "the review of standards"),
    ("incident-summary", "the summary of incidents"),
    ("meeting-pack", "the papers of a meeting: problems, incidents and overdue tasks"),
    ("permission-summary", "the summary of permissions"),
];

/// What a job may run (`run`), in words.
pub(crate) const JOBS: &[(&str, &str)] = &[
    ("restore-drill", "restores files from the back-up and compares them"),
    ("share-scan", "looks through shared folders"),
    ("history-check", "checks that the history was not altered"),
    ("directory-sync", "reads the directory"),
    ("self-backup", "backs up Schoolkeeper itself"),
];

/// Ways something may leave the school (`by`), in words.
pub(crate) const WAYS: &[(&str, &str)] = &[
    ("parcel", "Send securely"),
    ("post", "post"),
    ("courier", "courier"),
    ("hand", "by hand"),
    ("phone", "phone"),
    ("sms", "text message"),
    ("email", "e-mail"),
    ("encrypted-email", "encrypted e-mail"),
    ("fax", "fax"),
    ("letter", "letter"),
    ("egress-switch", "Egress Switch"),
    ("school-to-school", "School to School"),
    ("collect", "COLLECT"),
    ("uso-fx2", "USO-FX2"),
    ("anycomms", "AnyComms"),
    ("secure-portal", "a secure portal of the recipient"),
    ("memory-stick", "encrypted memory stick"),
];

/// Ways to sign an agreement, in words.
pub(crate) const SIGNING: &[(&str, &str)] = &[
    ("browser", "on the computer"),
    ("kiosk", "on the terminal at reception"),
    ("link", "by a link sent to them"),
    ("paper", "on paper"),
];

/// When within its period or day a duty is done (`at`).
pub(crate) const MOMENTS: &[&str] = &[
    "after-hours",
    "before-hours",
    "during-hours",
    "start of term",
    "end of term",
    "start of half-term",
    "end of half-term",
    "start of school year",
    "end of school year",
];

/// Kinds of weakening a parent pack may open to its children.
pub(crate) const OPENINGS: &[&str] = &[
    "grace",
    "unknown_max",
    "within",
    "window",
    "where",
    "except",
    "excusable",
    "excused_by",
    "expect",
    "set",
    "every",
    "at",
    "owner",
    "audience",
    "longest",
    "late_after",
    "message",
    "ladder",
    "who",
    "stages",
    "steps",
    "checklist",
];

/// Units of a blank param besides those of spans.
pub(crate) const UNITS: &[&str] =
    &["schedule", "count", "number", "text", "yes-no", "money", "percent", "times", "list"];

/// The words of a closed list, for explaining.
pub(crate) fn says<'a>(list: &[(&'static str, &'static str)], name: &'a str) -> &'a str {
    list.iter().find(|(known, _)| *known == name).map_or(name, |(_, says)| says)
}

/// The names of a closed list.
pub(crate) fn names(list: &'static [(&'static str, &'static str)]) -> impl Iterator<Item = &'static str> + Clone {
    list.iter().map(|(name, _)| *name)
}
