//! An expression in plain words, as far as it is built of what packs commonly use; otherwise as it is written.
//!
//! This only speaks: whether an expression is right is decided by `rules::check`.

use super::words::Words;

/// Deepest nesting that is put into words.
const DEPTH_MAX: usize = 12;

/// A condition in words, or as it is written, in backticks.
pub(super) fn says(words: &Words<'_>, text: &str) -> String {
    read(words, text).map_or_else(|| raw(text), Said::holds)
}

/// A value in words, or as it is written, in backticks.
pub(super) fn says_value(words: &Words<'_>, text: &str) -> String {
    read(words, text).map_or_else(|| raw(text), |said| said.text)
}

fn raw(text: &str) -> String {
    format!("`{}`", text.trim())
}

fn read(words: &Words<'_>, text: &str) -> Option<Said> {
    let mut parser = Parser { words, tokens: tokens(text), at: 0, depth: 0, things: Vec::new() };
    let said = parser.any()?;
    (parser.at == parser.tokens.len()).then_some(said)
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Name(String),
    Text(String),
    Number(String),
    Sign(&'static str),
    Unknown,
}

const SIGNS: &[&str] = &[
    "&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "?", ":", "(", ")", "[", "]", ",", ".", "+", "-", "*", "/", "%",
];

fn tokens(text: &str) -> Vec<Token> {
    let mut out = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if first.is_alphabetic() || first == '_' {
            let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            out.push(Token::Name(rest[..length].to_owned()));
            length
        } else if first.is_ascii_digit() {
            let length = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
            out.push(Token::Number(rest[..length].to_owned()));
            length
        } else if matches!(first, '\'' | '"') {
            let end = rest[1..].find(first).map_or(rest.len(), |at| at + 2);
            out.push(Token::Text(rest[1..(end - 1).max(1)].to_owned()));
            end
        } else {
            let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign));
            out.push(sign.map_or(Token::Unknown, |sign| Token::Sign(sign)));
            sign.map_or(first.len_utf8(), |sign| sign.len())
        };
        rest = rest[length..].trim_start();
    }
    out
}

/// Words, and what they stand for.
struct Said {
    text: String,
    /// A value that can be compared, not a sentence.
    value: bool,
    /// Joined by *and* or *or*, so it needs care within another sentence.
    joined: bool,
}

impl Said {
    fn value(text: impl Into<String>) -> Self {
        Self { text: text.into(), value: true, joined: false }
    }

    fn sentence(text: impl Into<String>) -> Self {
        Self { text: text.into(), value: false, joined: false }
    }

    /// As something that holds or not.
    fn holds(self) -> String {
        if self.value { format!("{} is yes", self.text) } else { self.text }
    }
}

/// The opposite, in the shortest words that are right.
fn negate(said: Said) -> Said {
    let text = said.text;
    let told = match text.strip_suffix(" is yes") {
        _ if said.value => format!("{text} is no"),
        Some(thing) if !said.joined && !thing.contains(" where ") => format!("{thing} is not yes"),
        _ if !said.joined && text.starts_with("among ") && text.matches("there is one where").count() == 1 => {
            text.replace("there is one where", "there is none where")
        }
        _ if !said.joined && text.matches(" matches ").count() == 1 => text.replace(" matches ", " does not match "),
        _ => format!("it is not so that {text}"),
    };
    Said::sentence(told)
}

struct Parser<'w> {
    words: &'w Words<'w>,
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    /// Variables of `exists`, `all` and the like.
    things: Vec<String>,
}

impl Parser<'_> {
    fn eat(&mut self, sign: &str) -> bool {
        let hit = matches!(self.tokens.get(self.at), Some(Token::Sign(found)) if *found == sign);
        self.at += usize::from(hit);
        hit
    }

    fn any(&mut self) -> Option<Said> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return None;
        }
        let test = self.or()?;
        let out = if self.eat("?") {
            let yes = self.any()?;
            self.eat(":").then_some(())?;
            let no = self.any()?;
            Said::sentence(format!("{} when {}, and otherwise {}", yes.text, test.holds(), no.text))
        } else {
            test
        };
        self.depth -= 1;
        Some(out)
    }

    fn or(&mut self) -> Option<Said> {
        self.join("||", " or ", Self::and)
    }

    fn and(&mut self) -> Option<Said> {
        self.join("&&", " and ", Self::compare)
    }

    fn join(&mut self, sign: &str, word: &str, below: fn(&mut Self) -> Option<Said>) -> Option<Said> {
        let first = below(self)?;
        if !self.eat(sign) {
            return Some(first);
        }
        let mut parts = vec![first];
        parts.push(below(self)?);
        while self.eat(sign) {
            parts.push(below(self)?);
        }
        let parts: Vec<String> =
            parts.into_iter().map(|part| if part.joined { format!("({})", part.text) } else { part.holds() }).collect();
        Some(Said { joined: true, ..Said::sentence(parts.join(word)) })
    }

    fn compare(&mut self) -> Option<Said> {
        let left = self.sum()?;
        let Some(token) = self.tokens.get(self.at).cloned() else { return Some(left) };
        let word = match &token {
            Token::Sign("==") => "is",
            Token::Sign("!=") => "is not",
            Token::Sign("<") => "is less than",
            Token::Sign("<=") => "is at most",
            Token::Sign(">") => "is more than",
            Token::Sign(">=") => "is at least",
            Token::Name(name) if name == "in" => "is one of",
            _ => return Some(left),
        };
        self.at += 1;
        let right = self.sum()?;
        let text = match (word, right.text.as_str()) {
            ("is", "null") => format!("{} is not filled in", left.text),
            ("is not", "null") => format!("{} is filled in", left.text),
            ("is", "yes") | ("is not", "no") => format!("{} is yes", left.text),
            ("is", "no") | ("is not", "yes") => format!("{} is no", left.text),
            ("is one of", list) if list.starts_with("the list") => format!("{} is on {list}", left.text),
            _ => format!("{} {word} {}", left.text, right.text),
        };
        Some(Said::sentence(text))
    }

    fn sum(&mut self) -> Option<Said> {
        let mut left = self.unary()?;
        loop {
            let word = match self.tokens.get(self.at) {
                Some(Token::Sign("+")) => "plus",
                Some(Token::Sign("-")) => "minus",
                Some(Token::Sign("*")) => "times",
                Some(Token::Sign("/")) => "divided by",
                _ => return Some(left),
            };
            self.at += 1;
            let right = self.unary()?;
            left = Said::value(format!("{} {word} {}", left.text, right.text));
        }
    }

    fn unary(&mut self) -> Option<Said> {
        if self.eat("!") {
            return self.unary().map(negate);
        }
        if self.eat("-") {
            return Some(Said::value(format!("minus {}", self.unary()?.text)));
        }
        self.path()
    }

    fn path(&mut self) -> Option<Said> {
        let mut said = self.primary()?;
        while self.eat(".") {
            let Some(Token::Name(name)) = self.tokens.get(self.at).cloned() else { return None };
            self.at += 1;
            said = if self.eat("(") {
                self.method(&said.text, &name)?
            } else {
                Said::value(super::words::part(&said.text, &name))
            };
        }
        Some(said)
    }

    fn primary(&mut self) -> Option<Said> {
        let token = self.tokens.get(self.at).cloned()?;
        self.at += 1;
        match token {
            Token::Text(text) => Some(Said::value(format!("“{text}”"))),
            Token::Number(number) => Some(Said::value(number)),
            Token::Sign("(") => {
                let inner = self.any()?;
                self.eat(")").then_some(inner)
            }
            Token::Sign("[") => Some(Said::value(crate::suggest::or(&self.arguments("]")?))),
            Token::Name(name) if self.eat("(") => {
                let at = self.at;
                let arguments = self.arguments(")")?;
                let literal = match self.tokens.get(at) {
                    Some(Token::Text(text)) => text.clone(),
                    _ => String::new(),
                };
                self.words.call(&name, &literal, &arguments).map(|(text, value)| Said { text, value, joined: false })
            }
            Token::Name(name) => self.variable(&name),
            Token::Sign(_) | Token::Unknown => None,
        }
    }

    fn variable(&mut self, name: &str) -> Option<Said> {
        if self.things.iter().any(|thing| thing == name) {
            return Some(Said::value("it"));
        }
        Some(Said::value(match name {
            "true" => "yes".to_owned(),
            "false" => "no".to_owned(),
            "null" | "today" | "now" => name.to_owned(),
            "actor" => "whoever does it".to_owned(),
            "form" => "the form".to_owned(),
            "school" => "the school".to_owned(),
            "param" => {
                self.eat(".").then_some(())?;
                let Some(Token::Name(param)) = self.tokens.get(self.at).cloned() else { return None };
                self.at += 1;
                self.words.param(&param)
            }
            // Within a list *it* is the thing of the list, so the subject is named.
            subject if !self.things.is_empty() && subject != "it" => {
                format!("the {}", self.words.register(&subject.replace('_', "-")))
            }
            _ => "it".to_owned(),
        }))
    }

    fn arguments(&mut self, close: &str) -> Option<Vec<String>> {
        let mut out = Vec::new();
        while !self.eat(close) {
            out.push(self.any()?.text);
            if !self.eat(",") && !matches!(self.tokens.get(self.at), Some(Token::Sign(sign)) if *sign == close) {
                return None;
            }
        }
        Some(out)
    }

    fn method(&mut self, of: &str, name: &str) -> Option<Said> {
        if matches!(name, "exists" | "all" | "exists_one" | "filter" | "map") {
            let Some(Token::Name(thing)) = self.tokens.get(self.at).cloned() else { return None };
            self.at += 1;
            self.eat(",").then_some(())?;
            self.things.push(thing);
            let inner = self.any()?;
            self.things.pop();
            self.eat(")").then_some(())?;
            let value = if inner.value { inner.text.clone() } else { String::new() };
            let holds = inner.holds();
            return Some(match name {
                "exists" => Said::sentence(format!("among {of} there is one where {holds}")),
                "exists_one" => Said::sentence(format!("among {of} there is exactly one where {holds}")),
                "all" => Said::sentence(format!("for each of {of}, {holds}")),
                "filter" => Said::value(format!("those of {of} where {holds}")),
                _ => Said::value(format!("{value} of each of {of}")),
            });
        }
        let arguments = self.arguments(")")?;
        let first = arguments.first().map_or("", |text| text.trim_matches(['“', '”']));
        Some(Said::value(match name {
            "size" | "count" => format!("the number of {of}"),
            "within" => format!("{of} of the last {first}"),
            "earlier" => format!("{of} of the {first} before"),
            _ => return None,
        }))
    }
}
