//! The questions of a form, in its order: those a register would ask, and lists of rows.

use crate::entry::control::{Asking, Question};
use crate::form::{Choice, Field};
use schoolkeeper_app::attachment::FILE_BYTES_MAX;
use schoolkeeper_app::pack_form::{Asked, PackForm, Rows, SIGNED, Typed};
use schoolkeeper_core::id::{EntryId, Name};
use std::collections::BTreeMap;

/// One question of the page.
pub enum Item {
    /// As a register asks it.
    One(Box<Question>),
    /// A list whose items each need a further answer.
    Rows(Box<RowsField>),
    /// A file that is handed in; from a phone, a photo that is taken.
    File(Box<Field>),
}

/// A list of rows on the page.
pub struct RowsField {
    /// Name, label, hint, fault.
    pub field: Field,
    /// The field's own name, for the button that adds a row.
    pub name: Name,
    /// What stands above the two answers.
    pub labels: [String; 2],
    /// The items are the policy's: only their answers are filled in.
    pub fixed: bool,
    /// Item and answer.
    pub rows: Vec<[String; 2]>,
}

impl Item {
    /// Its field, for the summary of what is to be mended.
    pub fn field(&self) -> &Field {
        match self {
            Self::One(question) => &question.field,
            Self::Rows(rows) => &rows.field,
            Self::File(field) => field,
        }
    }
}

/// The questions of a form with what was typed, what is wrong with it, and what the entries it points to are called.
pub fn items(
    form: &PackForm,
    (typed, mistakes): (&Typed, &[(Name, String)]),
    (names, takes_files): (&BTreeMap<EntryId, String>, bool),
) -> Vec<Item> {
    let register = form.register("");
    let asking = Asking { register: &register, typed, mistakes, names };
    let item = |asked: &Asked| match &asked.rows {
        None if takes_files && asked.is_file() => Some(Item::File(Box::new(file_field(asked, mistakes)))),
        Some(rows) => Some(Item::Rows(Box::new(rows_field(asked, rows, (typed, mistakes))))),
        None => asking.question(&asked.field).map(|question| Item::One(Box::new(as_asked(question, asked)))),
    };
    form.asked.iter().filter_map(item).collect()
}

fn file_field(asked: &Asked, mistakes: &[(Name, String)]) -> Field {
    let name = &asked.field.name;
    let says =
        format!("PDF, picture or office document, at most {} MB. A phone offers its camera", FILE_BYTES_MAX >> 20);
    let hint = asked.field.help.iter().map(|help| help.trim_end_matches('.').to_owned()).chain([says]);
    let error = mistakes.iter().find(|(known, _)| known == name).map(|(_, why)| why.clone());
    let hint = Some(hint.collect::<Vec<_>>().join(". "));
    Field { hint, error, ..Field::new(format!("f-{name}"), asked.field.label.clone()) }
}

/// A form wants an answer or none: nobody is asked whether they know it, and no answer is chosen for anybody.
fn as_asked(mut question: Question, asked: &Asked) -> Question {
    if question.kind == "radios" {
        if asked.field.required {
            question.field.choices.retain(|choice| !choice.value.is_empty());
        } else if let Some(none) = question.field.choices.iter_mut().find(|choice| choice.value.is_empty()) {
            "No answer".clone_into(&mut none.text);
            none.chosen = false;
        }
    }
    let signs = question.field.choices.len() == 1 && question.field.choices[0].value == SIGNED;
    if signs {
        let text = "I sign this, in my name";
        question.field.choices = vec![Choice { text: text.to_owned(), ..question.field.choices[0].clone() }];
    }
    question
}

fn rows_field(asked: &Asked, rows: &Rows, (typed, mistakes): (&Typed, &[(Name, String)])) -> RowsField {
    let name = &asked.field.name;
    let label =
        if asked.field.required { format!("{} (needed)", asked.field.label) } else { asked.field.label.clone() };
    let error = mistakes.iter().find(|(known, _)| known == name).map(|(_, why)| why.clone());
    let typed = typed.get(name).map_or("", String::as_str);
    RowsField {
        field: Field { hint: asked.field.help.clone(), error, ..Field::new(format!("f-{name}"), label) },
        name: name.clone(),
        labels: rows.labels.clone(),
        fixed: !rows.items.is_empty(),
        rows: rows.shown(typed),
    }
}
