//! Well-typed expressions, each in our words and in the words of the interpreter.
//!
//! The interpreter knows neither days, registers nor open lists: values come from `get`, which fails where a value is
//! absent; days and instants are whole numbers; an open list adds `|| open(…)`, which fails, to `exists`.

use crate::choices::Choices;

/// One expression in two languages.
#[derive(Clone, Debug)]
pub struct Both {
    pub ours: String,
    pub oracle: String,
}

fn both(ours: impl Into<String>, oracle: impl Into<String>) -> Both {
    Both { ours: ours.into(), oracle: oracle.into() }
}

/// An entry that can be spoken of, and how many references were followed to it.
#[derive(Clone, Debug)]
struct Entry {
    register: &'static str,
    words: Both,
    links: usize,
}

/// A test about a thing.
pub fn test(choices: &mut Choices<'_>, depth: usize) -> Both {
    let subject = Entry { register: "thing", words: both("thing", "0"), links: 0 };
    Generator { choices, variables: Vec::new(), subject }.test(depth)
}

struct Generator<'c, 'b> {
    choices: &'c mut Choices<'b>,
    variables: Vec<Entry>,
    subject: Entry,
}

impl Generator<'_, '_> {
    fn test(&mut self, depth: usize) -> Both {
        if depth == 0 {
            return self.leaf();
        }
        match self.choices.pick(9) {
            0 => self.leaf(),
            1 => self.pair(depth, "&&"),
            2 => self.pair(depth, "||"),
            3 => {
                let of = self.test(depth - 1);
                both(format!("!({})", of.ours), format!("!({})", of.oracle))
            }
            4 => {
                let (test, yes, no) = (self.test(depth - 1), self.test(depth - 1), self.test(depth - 1));
                both(
                    format!("(({}) ? ({}) : ({}))", test.ours, yes.ours, no.ours),
                    format!("(({}) ? ({}) : ({}))", test.oracle, yes.oracle, no.oracle),
                )
            }
            5 if self.variables.len() < 2 => self.profiles(),
            6 if self.variables.is_empty() => self.events_counted(depth),
            _ if self.variables.len() < 2 => self.events(depth),
            _ => self.leaf(),
        }
    }

    fn pair(&mut self, depth: usize, sign: &str) -> Both {
        let (left, right) = (self.test(depth - 1), self.test(depth - 1));
        both(format!("({}) {sign} ({})", left.ours, right.ours), format!("({}) {sign} ({})", left.oracle, right.oracle))
    }

    fn entry(&mut self) -> Entry {
        let at = self.choices.pick(self.variables.len() + 1);
        let mut entry = self.variables.get(at).cloned().unwrap_or_else(|| self.subject.clone());
        while entry.links < 2 && self.choices.pick(3) == 1 {
            let (field, register) = match entry.register {
                "thing" => ("place", "place"),
                "event" => ("thing", "thing"),
                _ => ("building", "place"),
            };
            let words = get(&entry, field);
            entry = Entry { register, words, links: entry.links + 1 };
        }
        entry
    }

    fn leaf(&mut self) -> Both {
        let entry = self.entry();
        match entry.register {
            "thing" => self.of_thing(&entry),
            "place" => match self.choices.pick(3) {
                0 => yes(&entry, "locked"),
                1 => self.numbers(&entry, "floor"),
                _ => self.same_entry(&entry, "building"),
            },
            _ => match self.choices.pick(4) {
                0 => yes(&entry, "ok"),
                1 => self.numbers(&entry, "size"),
                2 => self.instants(&entry, "at"),
                _ => self.same_entry(&entry, "thing"),
            },
        }
    }

    fn of_thing(&mut self, entry: &Entry) -> Both {
        match self.choices.pick(13) {
            0 => yes(entry, "flag"),
            1 => yes(entry, "fresh"),
            2 => yes(entry, "shared"),
            3 => self.numbers(entry, "count"),
            4 => self.instants(entry, "seen_at"),
            5 => self.days(entry, "bought_on"),
            6 => self.lengths(entry),
            7 => self.same_entry(entry, "place"),
            8 => {
                let (left, sign) = (get(entry, "kind"), ["==", "!="][self.choices.pick(2)]);
                both(format!("{} {sign} 'tablet'", left.ours), format!("{} {sign} 'tablet'", left.oracle))
            }
            9 => {
                let left = get(entry, "kind");
                both(format!("{} in ['laptop', 'phone']", left.ours), format!("{} in ['laptop', 'phone']", left.oracle))
            }
            10 => {
                let (left, right) = (get(entry, "name"), get(entry, "tags"));
                both(format!("{} in {}", left.ours, right.ours), format!("{} in items({})", left.oracle, right.oracle))
            }
            11 => {
                let field = ["flag", "count", "place", "tags"][self.choices.pick(3)];
                let (of, sign) = (get(entry, field), ["==", "!="][self.choices.pick(2)]);
                both(format!("{} {sign} null", of.ours), format!("{} {sign} null", of.oracle))
            }
            _ => {
                let (of, sign, right) = (get(entry, "flag"), ["==", "!="][self.choices.pick(2)], get(entry, "shared"));
                both(format!("{} {sign} {}", of.ours, right.ours), format!("{} {sign} {}", of.oracle, right.oracle))
            }
        }
    }

    fn order(&mut self) -> &'static str {
        ["<", "<=", ">", ">=", "==", "!="][self.choices.pick(6)]
    }

    fn numbers(&mut self, entry: &Entry, field: &str) -> Both {
        let (left, order) = (get(entry, field), self.order());
        let right = match self.choices.pick(3) {
            0 => Both { ours: self.choices.small().to_string(), oracle: String::new() },
            1 => get(&self.subject.clone(), "limit"),
            _ => {
                let (of, number) = (get(&self.subject.clone(), "count"), self.choices.small());
                let sign = ["+", "-", "*"][self.choices.pick(3)];
                both(format!("({} {sign} {number})", of.ours), format!("calc({}, '{sign}', {number})", of.oracle))
            }
        };
        let right = if right.oracle.is_empty() { both(right.ours.clone(), right.ours) } else { right };
        compared(&left, order, &right)
    }

    fn instants(&mut self, entry: &Entry, field: &str) -> Both {
        let (left, order, hours) = (get(entry, field), self.order(), self.choices.small() * 25);
        match self.choices.pick(3) {
            0 => compared(
                &left,
                order,
                &both(format!("now - hours({hours})"), format!("now - {}", hours * 3_600_000_000)),
            ),
            1 => {
                let other = get(&self.subject.clone(), "seen_at");
                compared(&left, order, &other)
            }
            _ => {
                let age = both(format!("age({})", left.ours), format!("calc(now, '-', {})", left.oracle));
                compared(&age, order, &both(format!("hours({hours})"), (hours * 3_600_000_000).to_string()))
            }
        }
    }

    fn days(&mut self, entry: &Entry, field: &str) -> Both {
        let (left, order, days) = (get(entry, field), self.order(), self.choices.small());
        if self.choices.pick(2) == 0 {
            return compared(&left, order, &both(format!("today - days({days})"), format!("today - {days}")));
        }
        let left = both(format!("add({}, '{days} days')", left.ours), format!("calc({}, '+', {days})", left.oracle));
        compared(&left, order, &both("today", "today"))
    }

    fn lengths(&mut self, entry: &Entry) -> Both {
        let (length, seen, order) = (get(entry, "silence"), get(entry, "seen_at"), self.order());
        let age = both(format!("age({})", seen.ours), format!("calc(now, '-', {})", seen.oracle));
        if self.choices.pick(2) == 0 { compared(&age, order, &length) } else { compared(&length, order, &age) }
    }

    fn same_entry(&mut self, entry: &Entry, field: &'static str) -> Both {
        let left = get(entry, field);
        let sign = ["==", "!="][self.choices.pick(2)];
        let right = match (field, self.choices.pick(2)) {
            ("thing", _) => self.subject.words.clone(),
            (_, 0) => both("null", "null"),
            _ => get(&self.subject.clone(), "place"),
        };
        both(format!("{} {sign} {}", left.ours, right.ours), format!("{} {sign} {}", left.oracle, right.oracle))
    }

    /// `exists`, `all` or `exists_one` of the events of the thing, or of its place's things.
    fn events(&mut self, depth: usize) -> Both {
        let name = ["e", "f"][self.variables.len()];
        let (of, field, register) = match (self.variables.last().cloned(), self.choices.pick(2)) {
            (None, 0) => {
                let place = Entry { register: "place", words: get(&self.subject, "place"), links: 1 };
                (place, "things", "thing")
            }
            (Some(outer), _) if outer.register == "thing" && outer.links < 3 => (outer, "events", "event"),
            _ => (self.subject.clone(), "events", "event"),
        };
        let recent = (register == "event" && self.choices.pick(3) == 1).then(|| self.choices.small().abs() * 25);
        self.variables.push(Entry { register, words: both(name, name), links: of.links + 1 });
        let body = self.test(depth - 1);
        self.variables.pop();
        let list = format!("{}.{field}", of.words.ours);
        let place = format!("'{}', {}, '{field}'", of.register, of.words.oracle);
        let (list, rows, unsure) = match recent {
            None => (list, format!("rows({place})"), format!("open({place})")),
            Some(hours) => (
                format!("{list}.within(hours({hours}))"),
                format!("within(rows({place}), {hours})"),
                format!("(open({place}) || unsure(rows({place})))"),
            ),
        };
        match self.choices.pick(3) {
            0 => both(
                format!("{list}.exists({name}, {})", body.ours),
                format!("({rows}.exists({name}, {}) || {unsure})", body.oracle),
            ),
            1 => both(
                format!("{list}.all({name}, {})", body.ours),
                format!("({rows}.all({name}, {}) && !{unsure})", body.oracle),
            ),
            _ => both(
                format!("{list}.exists_one({name}, {})", body.ours),
                format!("(!{unsure} ? {rows}.exists_one({name}, {}) : false)", body.oracle),
            ),
        }
    }

    /// Sizes, sums and the like of filtered events.
    fn events_counted(&mut self, depth: usize) -> Both {
        self.variables.push(Entry { register: "event", words: both("e", "e"), links: 1 });
        let body = self.test(depth - 1);
        self.variables.pop();
        let place = "'thing', 0, 'events'";
        let (order, number) = (self.order(), self.choices.small());
        let kept = format!("(open({place}) ? [] : rows({place}).filter(e, {}))", body.oracle);
        let left = match self.choices.pick(3) {
            0 => both(format!("thing.events.filter(e, {}).size()", body.ours), format!("size({kept})")),
            1 => both(
                format!("sum(thing.events.filter(e, {}).map(e, e.size))", body.ours),
                format!("total({kept}.map(e, get('event', e, 'size')))"),
            ),
            _ => both(
                format!("thing.events.filter(e, {}).map(e, e.size).max()", body.ours),
                format!("most({kept}.map(e, get('event', e, 'size')))"),
            ),
        };
        compared(&left, order, &both(number.to_string(), number.to_string()))
    }

    fn profiles(&mut self) -> Both {
        let list = get(&self.subject, "profiles");
        let (ours, oracle) = (list.ours, format!("items({})", list.oracle));
        match self.choices.pick(3) {
            0 => both(format!("{ours}.all(p, p.on)"), format!("{oracle}.all(p, yes(p.on))")),
            1 => both(
                format!("{ours}.exists(p, p.on && p.name == 'a')"),
                format!("{oracle}.exists(p, yes(p.on) && p.name == 'a')"),
            ),
            _ => both(format!("{ours}.exists_one(p, p.name == 'a')"), format!("{oracle}.exists_one(p, p.name == 'a')")),
        }
    }
}

fn get(entry: &Entry, field: &str) -> Both {
    both(
        format!("{}.{field}", entry.words.ours),
        format!("get('{}', {}, '{field}')", entry.register, entry.words.oracle),
    )
}

fn yes(entry: &Entry, field: &str) -> Both {
    let of = get(entry, field);
    both(of.ours, format!("yes({})", of.oracle))
}

fn compared(left: &Both, order: &str, right: &Both) -> Both {
    let ours = format!("{} {order} {}", left.ours, right.ours);
    match order {
        "==" | "!=" => both(ours, format!("{} {order} {}", left.oracle, right.oracle)),
        _ => both(ours, format!("ordered({}, '{order}', {})", left.oracle, right.oracle)),
    }
}
