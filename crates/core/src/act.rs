//! The closed list of acts. The permission table decides first; packs only narrow.
//!
//! Invariant: nothing happens in the platform that is not an act of this list.

/// One act people may try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActSpec {
    /// As packs write it: `asset.move`. A qualifier may follow after a colon: `case.open:monitoring`.
    pub name: &'static str,
    /// In words, for messages: *move an asset*.
    pub says: &'static str,
    /// It can only happen inside the platform, so refusing it here prevents it.
    pub inside: bool,
    /// Register of what is acted on, when there is one.
    pub register: Option<&'static str>,
}

macro_rules! act {
    ($name:literal, $says:literal, $place:ident $(, $register:literal)?) => {
        ActSpec { name: $name, says: $says, inside: act!(@ $place), register: act!(@@ $($register)?) }
    };
    (@ inside) => { true };
    (@ outside) => { false };
    (@@) => { None };
    (@@ $register:literal) => { Some($register) };
}

/// Every named act. Besides these, each register has `REGISTER.save` and `REGISTER.move`, see [`find`].
pub const ACTS: &[ActSpec] = &[
    act!("sign-in", "sign in", inside, "account"),
    act!("password.set", "choose a password", inside, "account"),
    act!("page.see", "look at a page", inside),
    act!("account.issue", "hand out an account", inside, "account"),
    act!("wifi.issue", "hand out a Wi-Fi code", inside, "person"),
    act!("role.assign", "give somebody a role", inside, "appointment"),
    act!("token.make", "give a program access", inside),
    act!("webhook.set", "say which program is told what", inside),
    act!("role.name", "say what a role is called here", inside),
    act!("login.invite", "let somebody sign in", inside, "person"),
    act!("login.reset", "replace somebody's password", inside, "person"),
    act!("login.end", "end somebody's access", inside, "person"),
    act!("login.set", "set how people sign in", inside),
    act!("emergency.set", "make a code for the emergency account", inside),
    act!("emergency.review", "review a use of the emergency account", inside),
    act!("asset.loan", "lend an asset", inside, "asset"),
    act!("media.loan", "lend a data medium", inside, "backup-medium"),
    act!("paper-file.sign-out", "sign out a paper file", inside, "paper-file"),
    act!("software.authorise", "authorise a program", inside, "software-title"),
    act!("log.open", "open a log", inside, "log-source"),
    act!("log.export", "export a log", inside, "log-source"),
    act!("case.open", "report or open a case", inside, "case"),
    act!("case.see", "see a case", inside, "case"),
    act!("case.act", "work on a case", inside, "case"),
    act!("case.step", "complete a step of a case", inside, "case"),
    act!("case.notify", "notify an authority", inside, "case"),
    act!("case.ask-evidence", "ask a person for evidence", inside, "case"),
    act!("case.close", "close a case", inside, "case"),
    act!("request.ask", "ask for permission", inside, "request"),
    act!("request.decide", "decide a request", inside, "request"),
    act!("request.answer", "answer a question about a request", inside, "request"),
    act!("grant.end", "end a permission", inside, "grant"),
    act!("agreement.sign", "sign an agreement", inside, "signature"),
    act!("agreement.answer", "answer a question about what one has signed", inside, "check-answer"),
    act!("agreement.approve", "approve the words of an agreement", inside, "publication"),
    act!("agreement.publish", "publish an agreement", inside, "publication"),
    act!("training.learn", "take a course", inside, "training"),
    act!("training.hand-in", "hand in a certificate of training", inside, "training-certificate"),
    act!("training.decide", "decide whether a certificate of training counts", inside, "training-certificate"),
    act!("training.teach", "look after training", inside, "training"),
    act!("phishing-result.see", "see who did what with a trial message", inside, "phishing-result"),
    act!("duty.complete", "complete a task", inside, "done"),
    act!("duty.countersign", "countersign a task", inside, "done"),
    act!("notice.read", "say that one has read a notice", inside, "read-receipt"),
    act!("duty.skip", "skip a task", inside, "done"),
    act!("parcel.send", "send something securely", inside, "dispatch"),
    act!("dispatch.log", "write down something sent", outside, "dispatch"),
    act!("policy.see", "see the policy and its standing", inside),
    act!("policy.adopt", "adopt a policy", inside),
    act!("policy.propose", "send a change of the policy for approval", inside, "proposal"),
    act!("policy.approve", "approve a change of the policy", inside, "proposal"),
    act!("policy.write", "write a policy of one's own", inside),
    act!("policy.publish", "publish the policy", inside),
    act!("param.set", "set a number of the policy", inside),
    act!("records.see", "see records", inside),
    act!("records.change", "add or change a record", inside),
    act!("records.import", "bring in a list", inside),
    act!("records.undo", "undo an import", inside),
    act!("fields.set", "say which columns a list has and what they are called", inside),
    act!("records.confirm", "say that a list is complete", inside),
    act!("keep.see", "see how long records are kept and what was erased", inside),
    act!("keep.set", "choose how long records are kept", inside),
    act!("keep.run", "erase what is past its time", inside),
    act!("keep.erase", "erase a person", inside, "person"),
    act!("keep.export", "hand out everything about a person", inside, "person"),
    act!("hold.place", "keep a record from being erased", inside),
    act!("hold.lift", "lift a hold", inside),
    act!("finding.see", "see problems to fix", inside),
    act!("finding.say", "say something about a problem", inside),
    act!("finding.give", "say who fixes a problem and by when", inside),
    act!("section.start", "start a section of the policy", inside),
    act!("not-here.ask", "ask that a statement does not apply here", inside),
    act!("not-here.agree", "agree that a statement does not apply here", inside),
    act!("standing.evaluate", "work out where the school stands", inside),
    act!("backup.see", "see the back-ups of Schoolkeeper", inside),
    act!("backup.run", "back Schoolkeeper up", inside),
    act!("school.add", "add a school", inside),
    act!("calendar.set", "set the school's calendar", inside),
    act!("history.see", "see who did what", inside),
    act!("proof.see", "see and check the proof of the history", inside),
    act!("mail.set", "set how mail leaves and comes in", inside),
    act!("mail.see", "see outgoing mail", inside),
    act!("report.see", "see reports by mail", inside),
    act!("report.deal", "deal with a report by mail", inside),
    act!("job.see", "see automatic checks", inside),
    act!("job.retry", "try an automatic check again or give it up", inside),
];

/// An act as somebody wrote it: its specification and qualifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act<'a> {
    /// Name without qualifier.
    pub name: &'a str,
    /// After the colon.
    pub qualifier: Option<&'a str>,
    /// Register acted on.
    pub register: Option<&'a str>,
    /// Can only happen inside the platform.
    pub inside: bool,
}

/// Reads `NAME[:QUALIFIER]`; knows the named acts and `REGISTER.save` and `REGISTER.move` of the given registers.
pub fn find(text: &str, is_register: impl Fn(&str) -> bool) -> Option<Act<'_>> {
    let (name, qualifier) = match text.split_once(':') {
        Some((name, qualifier)) => (name, Some(qualifier)),
        None => (text, None),
    };
    if let Some(spec) = ACTS.iter().find(|spec| spec.name == name) {
        return Some(Act { name, qualifier, register: spec.register, inside: spec.inside });
    }
    let (register, verb) = name.rsplit_once('.')?;
    (matches!(verb, "save" | "move") && is_register(register)).then_some(Act {
        name,
        qualifier,
        register: Some(register),
        inside: true,
    })
}
