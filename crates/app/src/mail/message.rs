//! A mail as it goes over the wire: headers and both texts.
//!
//! Invariant: a mail has the same Message-ID however often it is tried, so that a mailbox can tell it is the same.

use super::compose::Text;
use super::smtp::Outgoing;
use jiff::Timestamp;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart};
use schoolkeeper_core::mail::Transport;
use std::time::SystemTime;
use uuid::Uuid;

/// Says to other programs that nobody wrote this by hand, so that they do not answer.
const AUTOMATIC: [(&str, &str); 2] = [("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All")];

/// What a Message-ID of ours begins with; a mail that comes back names it.
const ID_START: &str = "schoolkeeper.";

/// Headers and texts as bytes.
pub(super) fn message(
    transport: &Transport,
    to: &str,
    text: &Text,
    (id, host): (Uuid, &str),
    now: Timestamp,
) -> Result<Outgoing, String> {
    let from = transport.from_address.parse().map_err(|error| format!("the sender's address: {error}"))?;
    let to = to.parse().map_err(|error| format!("the reader's address: {error}"))?;
    let mut builder = Message::builder()
        .from(Mailbox::new(Some(transport.from_name.clone()), from))
        .to(Mailbox::new(None, to))
        .subject(text.subject.clone())
        .message_id(Some(format!("<{ID_START}{id}@{host}>")))
        .date(SystemTime::from(now));
    for (name, value) in AUTOMATIC {
        builder = builder.raw_header(HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned()));
    }
    let parts = MultiPart::alternative_plain_html(text.plain.clone(), text.html.clone());
    let message = builder.multipart(parts).map_err(|error| error.to_string())?;
    Ok(Outgoing { envelope: message.envelope().clone(), bytes: message.formatted() })
}

/// The mail a Message-ID of ours names, wherever it stands in a text.
pub(super) fn mail_named_in(text: &str) -> Option<Uuid> {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once(ID_START) {
        if let Some(id) = after.get(..36).and_then(|id| Uuid::parse_str(id).ok()) {
            return Some(id);
        }
        rest = after;
    }
    None
}
