//! What Schoolkeeper lets happen, in words: settings, accesses, ways to send.

use super::control::first_up;
use super::expression::says;
use super::words::{Words, literal, plain, title};
use crate::check::catalogue;
use crate::suggest::{and, or};
use schoolkeeper_core::control::{Access, Channel, Setting, SettingValue};
use schoolkeeper_core::pack::Literal;

pub(super) fn explain_setting(words: &Words<'_>, setting: &Setting) -> Vec<String> {
    let mut out = Vec::new();
    for (key, value) in &setting.set {
        let value = match value.get_ref() {
            SettingValue::Bool(value) => literal(&Literal::Bool(*value)),
            SettingValue::Int(value) => value.to_string(),
            SettingValue::Text(text) => text.strip_prefix('$').map_or_else(|| text.clone(), |name| words.param(name)),
        };
        let known = schoolkeeper_core::setting::key(key);
        out.push(known.map_or_else(|| format!("{}: {value}.", title(key)), |key| key.says.replace("{}", &value)));
    }
    out.push("Schoolkeeper enforces this where people sign in to it.".to_owned());
    if let Some(except) = &setting.except {
        out.push(format!("It does not apply where {}.", says(words, except.get_ref())));
    }
    if !setting.compare.is_empty() {
        let sources: Vec<String> = setting.compare.iter().map(|name| words.register(name.get_ref())).collect();
        out.push(format!("What is known of the {} must be as strict.", and(&sources)));
    }
    if let Some(within) = &setting.within {
        out.push(format!("What was there before has {} to follow.", words.or_param(within)));
    }
    out
}

pub(super) fn explain_access(words: &Words<'_>, access: &Access) -> Vec<String> {
    let acts = words.acts(&access.on);
    let which =
        access.filter.as_ref().map(|filter| format!(" where {}", says(words, filter.get_ref()))).unwrap_or_default();
    let mut out = Vec::new();
    if let Some(only) = &access.only {
        out.push(format!("Schoolkeeper lets people {acts}{which} only when {}.", says(words, only.get_ref())));
    } else {
        out.push(format!("This applies to whoever wants to {acts}{which}."));
    }
    if !access.ask.is_empty() {
        let asked: Vec<String> =
            access.ask.iter().map(|field| field.label.clone().unwrap_or_else(|| plain(&field.name))).collect();
        out.push(format!("Asked first: {}.", and(&asked)));
    }
    if access.step_up {
        out.push("The second factor is asked again.".to_owned());
    }
    if access.two_people {
        out.push("Two people must be present.".to_owned());
    }
    if access.watermark {
        out.push("What is shown is marked with who looked.".to_owned());
    }
    out
}

pub(super) fn explain_channel(words: &Words<'_>, channel: &Channel) -> Vec<String> {
    let what: Vec<String> = channel.class.iter().chain(&channel.matter).map(|name| plain(name)).collect();
    let what = if what.is_empty() {
        "What leaves the school".to_owned()
    } else {
        format!("{} information", first_up(&or(&what)))
    };
    let to: Vec<String> = channel.to.iter().map(|name| plain(name)).collect();
    let to = if to.is_empty() { String::new() } else { format!(" to a {}", or(&to)) };
    let by: Vec<&str> = channel.by.iter().map(|way| catalogue::says(catalogue::WAYS, way)).collect();
    let mut out = vec![format!("{what}{to} may be sent only by {}.", or(&by))];
    if !channel.services.is_empty() {
        let services: Vec<String> = channel.services.iter().map(|name| plain(name)).collect();
        out.push(format!("Allowed services: {}.", or(&services)));
    }
    if let Some(passcode) = &channel.passcode {
        let ways: Vec<&str> = passcode.by.iter().map(|way| catalogue::says(catalogue::WAYS, way)).collect();
        if !ways.is_empty() {
            out.push(format!("The passcode goes by {}.", or(&ways)));
        }
        if passcode.never_by.is_some() {
            out.push("It never goes the way the link went.".to_owned());
        }
    }
    if let Some(list) = channel.countries.as_ref().and_then(|text| text.get_ref().strip_prefix("list:")) {
        let items = words.pack.lists.get(list).map(|list| list.items.join(", ")).unwrap_or_default();
        out.push(format!("Only to these countries: {items}."));
    }
    if !channel.log.is_empty() {
        let fields: Vec<String> = channel.log.iter().map(|name| plain(name)).collect();
        out.push(format!("Written down: {}.", and(&fields)));
    }
    if let Some(receipt) = &channel.receipt {
        out.push(format!("A receipt is due within {}.", words.or_param(&receipt.within)));
    }
    out
}
