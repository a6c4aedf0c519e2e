//! The permission table: which base role reaches how far with which act.
//!
//! Invariant: default deny. Packs may narrow what stands here and never widen it.
//! `tests/golden/permissions.txt` shows the whole table for review.

use serde::{Deserialize, Serialize};

/// The roles the table knows; a pack's roles each act as one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BaseRole {
    /// The person at the keyboard of the machine, before sign-in exists. Everything in every school.
    Operator,
    /// Headteacher, senior risk owner.
    Head,
    /// Business manager, office.
    Office,
    /// IT technician or company.
    Technician,
    /// Data protection officer.
    Protection,
    /// Safeguarding lead.
    Safeguarding,
    /// Governor, trust board, auditor: reads.
    Governor,
    /// Staff without a leading role.
    Staff,
    /// Pupils, parents, visitors: only what is theirs.
    Guest,
}

impl BaseRole {
    /// All, in the order of the table's columns.
    pub const ALL: &'static [BaseRole] = &[
        Self::Operator,
        Self::Head,
        Self::Office,
        Self::Technician,
        Self::Protection,
        Self::Safeguarding,
        Self::Governor,
        Self::Staff,
        Self::Guest,
    ];

    /// As written in a pack's `acts_as`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Head => "head",
            Self::Office => "office",
            Self::Technician => "technician",
            Self::Protection => "protection",
            Self::Safeguarding => "safeguarding",
            Self::Governor => "governor",
            Self::Staff => "staff",
            Self::Guest => "guest",
        }
    }

    /// Whether it is a leading role: one that others rely on.
    pub fn leads(self) -> bool {
        matches!(self, Self::Head | Self::Office | Self::Technician | Self::Protection | Self::Safeguarding)
    }

    /// Reads `acts_as`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.name() == name)
    }
}

/// How far an act reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// Not at all.
    None,
    /// What is one's own.
    Own,
    /// The schools one has the role in.
    School,
    /// Every school of the organisation.
    Organisation,
}

/// Who may do `act`, and how far. An act that is not listed reaches nobody.
pub fn reach(role: BaseRole, act: &str) -> Reach {
    use BaseRole::{Governor, Guest, Operator, Staff};
    if role == Operator {
        return Reach::Organisation;
    }
    match act {
        "sign-in" | "password.set" | "agreement.sign" | "agreement.answer" | "notice.read" | "page.see"
        | "training.learn" | "training.hand-in" => Reach::Own,
        "case.open" | "request.ask" | "request.answer" => match role {
            Guest => Reach::Own,
            _ => Reach::School,
        },
        "policy.see" => match role {
            Guest => Reach::None,
            _ => Reach::School,
        },
        "duty.complete"
        | "duty.countersign"
        | "case.see"
        | "case.act"
        | "case.step"
        | "grant.end"
        | "parcel.send"
        | "dispatch.log"
        | "paper-file.sign-out" => match role {
            Guest => Reach::None,
            Staff | Governor => Reach::Own,
            _ => Reach::School,
        },
        _ => at_school(role, act),
    }
}

/// What is done for a school.
fn at_school(role: BaseRole, act: &str) -> Reach {
    use BaseRole::{Governor, Head, Office, Protection, Safeguarding, Staff, Technician};
    let leading = role.leads();
    match act {
        "history.see" if matches!(role, Head | Office | Protection | Governor) => Reach::School,
        // Of what is decided: only those a policy names decide a request, only those who are asked approve words or a
        // change, only its owners agree what does not apply.
        "finding.see" | "keep.see" | "records.see" | "standing.evaluate" | "proof.see" | "request.decide"
        | "not-here.agree" | "agreement.approve" | "policy.approve"
            if leading || role == Governor =>
        {
            Reach::School
        }
        "records.change" | "records.import" | "records.undo" | "records.confirm" | "report.see" | "report.deal"
        | "not-here.ask" | "finding.say"
            if leading =>
        {
            Reach::School
        }
        "duty.skip" if matches!(role, Head | Office | Protection | Safeguarding) => Reach::School,
        // The owner of what is asked for, say: at their own stage.
        "request.decide" if role == Staff => Reach::Own,
        "case.close" if leading => Reach::School,
        // The chair closes what is about the headteacher.
        "case.close" if role == Governor => Reach::Own,
        "account.issue" | "wifi.issue" | "asset.loan" | "media.loan" | "software.authorise" | "job.see"
        | "job.retry" | "training.decide" | "training.teach" | "fields.set" | "token.make" | "webhook.set"
        | "mail.set"
            if matches!(role, Head | Office | Technician) =>
        {
            Reach::School
        }
        "role.assign" | "role.name" | "login.invite" | "login.reset" | "login.end" | "login.set" | "emergency.set"
        | "emergency.review" | "policy.adopt" | "policy.propose" | "policy.write" | "policy.publish" | "param.set"
        | "calendar.set" | "agreement.publish" | "section.start" | "finding.give"
            if matches!(role, Head | Office) =>
        {
            Reach::School
        }
        // Whoever trains people sees who was taken in; everybody else sees totals.
        "phishing-result.see" if role == Technician => Reach::School,
        "mail.see" if matches!(role, Head | Office | Technician | Protection) => Reach::School,
        "keep.set" if role == Head => Reach::School,
        "keep.erase" | "keep.export" | "hold.place" | "hold.lift" if matches!(role, Head | Protection) => Reach::School,
        "log.open" | "log.export" if matches!(role, Head | Technician | Protection) => Reach::School,
        "case.notify" | "case.ask-evidence" if matches!(role, Head | Office | Protection) => Reach::School,
        // Back-ups hold the whole installation, so they are nobody's at one school only.
        "backup.see" | "backup.run" if matches!(role, Head | Technician) => Reach::Organisation,
        _ if is_record_act(act) && leading => Reach::School,
        _ => Reach::None,
    }
}

/// `REGISTER.save` and `REGISTER.move`.
fn is_record_act(act: &str) -> bool {
    let named = crate::act::ACTS.iter().any(|spec| spec.name == act);
    !named && matches!(act.rsplit_once('.'), Some((_, "save" | "move")))
}
