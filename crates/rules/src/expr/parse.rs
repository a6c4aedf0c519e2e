//! Text to a tree of our own, each part with its bytes. The crate `cel` reads; macros stay calls.
//!
//! Invariant: a [`Tree`] holds only what the language has (no maps, structs, bytes, optional syntax).

use super::{Problem, limits};
use cel::IdedExpr;
use cel::common::ast::{Expr, LiteralValue, SourceInfo};
use std::ops::Range;

/// One part of an expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tree {
    /// Its bytes in the text.
    pub range: Range<usize>,
    /// What it is.
    pub kind: Kind,
}

/// What a part is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Null,
    Bool(bool),
    Int(i64),
    Number(f64),
    Text(String),
    /// A variable.
    Name(String),
    /// `of.name`.
    Field(Box<Tree>, String),
    /// `f(…)`, `of.f(…)`, and operators under their CEL names (`_&&_`).
    Call {
        name: String,
        of: Option<Box<Tree>>,
        arguments: Vec<Tree>,
    },
    /// `[…]`.
    List(Vec<Tree>),
}

/// The parser takes 170 KiB for each bracket when not optimised (measured); the limits keep it below half of this.
const STACK: usize = 32 << 20;

/// Reads a text within the limits, on a stack of its own.
pub(super) fn parse(text: &str) -> Result<Tree, Problem> {
    limits::check(text)?;
    let busy = || Problem {
        message: "this expression could not be read".into(),
        range: 0..text.len(),
        hint: Some("try again; if it stays so, make it shorter".into()),
    };
    std::thread::scope(|scope| {
        let reader = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || read(text));
        reader.map_err(|_| busy())?.join().map_err(|_| busy())?
    })
}

fn read(text: &str) -> Result<Tree, Problem> {
    let environment = cel::Env::default().with_optional_support(false);
    match environment.compile(text) {
        Ok(program) => Reader::new(text, program.source_info()).tree(program.expression()),
        Err(errors) => Err(syntax_problem(text, &errors)),
    }
}

fn syntax_problem(text: &str, errors: &cel::ParseErrors) -> Problem {
    let Some(first) = errors.errors.first() else {
        return Problem { message: "this is not an expression".into(), range: 0..text.len(), hint: None };
    };
    let line_start: usize = text.split_inclusive('\n').take((first.pos.0 - 1).max(0) as usize).map(str::len).sum();
    let rest = &text[line_start.min(text.len())..];
    let column = rest.char_indices().nth((first.pos.1 - 1).max(0) as usize).map_or(rest.len(), |(at, _)| at);
    let at = (line_start + column).min(text.len());
    let end = text[at..].char_indices().nth(1).map_or(text.len(), |(next, _)| at + next);
    let cause = first.msg.lines().next().unwrap_or_default().trim_start_matches("Syntax error: ");
    Problem {
        message: format!("this is not an expression: {}", plain(cause)),
        range: at..end,
        hint: Some("texts stand in single quotes; `&&` is and, `||` is or, `==` compares".into()),
    }
}

/// The parser's words without its token tables, which nobody can read.
fn plain(cause: &str) -> String {
    if cause.starts_with("token recognition error at: `=") || cause.starts_with("token recognition error at: '=") {
        return "one `=` does not compare; write `==`".into();
    }
    let short = cause.split(" expecting ").next().unwrap_or(cause).replace('\'', "`").replace("`<EOF>`", "the end");
    match short.strip_prefix("mismatched input ").or_else(|| short.strip_prefix("extraneous input ")) {
        Some("the end") => "something is missing at the end".into(),
        Some(input) => format!("{input} cannot stand here"),
        None => short.replace("token recognition error at: ", "nothing begins with ").replace("<EOF>", "the end"),
    }
}

struct Reader<'t> {
    text: &'t str,
    info: &'t SourceInfo,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str, info: &'t SourceInfo) -> Self {
        Self { text, info }
    }

    /// The bytes of the token a part is known by: its operator, bracket, dot or literal. The parser gives the bytes
    /// at which its first and its last character begin.
    fn token(&self, id: u64) -> Range<usize> {
        let (start, stop) = self.info.offset_for(id).unwrap_or((0, 0));
        let start = self.text.floor_char_boundary(start as usize);
        start..self.text.ceil_char_boundary(stop as usize + 1).max(start)
    }

    fn tree(&self, expression: &IdedExpr) -> Result<Tree, Problem> {
        let token = self.token(expression.id);
        let (kind, range) = match &expression.expr {
            Expr::Literal(value) => (literal(value, &token)?, token),
            Expr::Ident(name) => (Kind::Name(name.clone()), token),
            Expr::Select(select) => {
                let of = self.tree(&select.operand)?;
                let end = self.end_of_word(token.end, &select.field);
                let range = of.range.start..end;
                (Kind::Field(Box::new(of), select.field.clone()), range)
            }
            Expr::Call(call) => {
                let of = call.target.as_deref().map(|of| self.tree(of)).transpose()?.map(Box::new);
                let arguments = call.args.iter().map(|one| self.tree(one)).collect::<Result<Vec<_>, _>>()?;
                let range = self.call_range(&token, &call.func_name, of.as_deref(), &arguments);
                (Kind::Call { name: call.func_name.clone(), of, arguments }, range)
            }
            Expr::List(list) => {
                let items = list.elements.iter().map(|one| self.tree(one)).collect::<Result<Vec<_>, _>>()?;
                let end = items.last().map_or(token.end, |last| last.range.end);
                let end = self.closing(end, b']');
                (Kind::List(items), token.start..end)
            }
            Expr::Map(_) | Expr::Struct(_) | Expr::Comprehension(_) | Expr::Unspecified => {
                return Err(no_such("braces are not part of the language", token));
            }
        };
        Ok(Tree { range, kind })
    }

    fn call_range(&self, token: &Range<usize>, name: &str, of: Option<&Tree>, arguments: &[Tree]) -> Range<usize> {
        let last = arguments.last().map_or(token.end, |last| last.range.end.max(token.end));
        if super::node::is_operator(name) {
            let first = arguments.first().map_or(token.start, |first| first.range.start.min(token.start));
            return first..last;
        }
        let start = of.map_or_else(|| self.start_of_word(token.start, name), |of| of.range.start);
        start..self.closing(last, b')')
    }

    fn start_of_word(&self, before: usize, word: &str) -> usize {
        let spaces = self.text[..before].trim_end().len();
        spaces.checked_sub(word.len()).filter(|&start| self.text[start..].starts_with(word)).unwrap_or(before)
    }

    fn end_of_word(&self, after: usize, word: &str) -> usize {
        let rest = &self.text[after..];
        after + (rest.len() - rest.trim_start().len()) + word.len()
    }

    fn closing(&self, from: usize, bracket: u8) -> usize {
        let found = self.text.as_bytes()[from..].iter().position(|&byte| byte == bracket);
        found.map_or(from, |at| from + at + 1)
    }
}

fn no_such(message: &str, range: Range<usize>) -> Problem {
    Problem { message: message.to_owned(), range, hint: Some("see the list of functions and operators".into()) }
}

fn literal(value: &LiteralValue, token: &Range<usize>) -> Result<Kind, Problem> {
    Ok(match value {
        LiteralValue::Null => Kind::Null,
        LiteralValue::Boolean(value) => Kind::Bool(*value.inner()),
        LiteralValue::Int(value) => Kind::Int(*value.inner()),
        LiteralValue::Double(value) => Kind::Number(*value.inner()),
        LiteralValue::String(value) => Kind::Text(value.inner().to_owned()),
        LiteralValue::Bytes(_) | LiteralValue::UInt(_) => {
            return Err(no_such("numbers and texts are written without a letter before or after", token.clone()));
        }
    })
}
