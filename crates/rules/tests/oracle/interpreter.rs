//! The interpreter of the crate `cel`, with the world behind functions. Absent is an error there.

use crate::support::Small;
use cel::extractors::Arguments;
use cel::{Context, ExecutionError, Program, Value as Cel};
use schoolkeeper_core::id::EntryId;
use schoolkeeper_core::schema::FieldType;
use schoolkeeper_core::value::Value;
use schoolkeeper_core::world::World;
use schoolkeeper_rules::expr::Truth;
use std::sync::Arc;

type Answer = Result<Cel, ExecutionError>;

fn absent() -> Answer {
    Err(ExecutionError::function_error("get", "absent"))
}

/// What the interpreter gives; an error is *unknown*.
pub fn ask(small: &Small, text: &str) -> Truth {
    let mut context = Context::default();
    let world = Arc::new(small.world.clone());
    context.add_variable_from_value("now", world.now.as_microsecond());
    context.add_variable_from_value("today", day(world.calendar.day(world.now)));
    over_the_world(&mut context, &world);
    over_values(&mut context);
    let program = compile(text);
    match program.execute(&context) {
        Ok(Cel::Bool(true)) => Truth::True,
        Ok(Cel::Bool(false)) => Truth::False,
        Ok(other) => panic!("{text} gave {other:?}"),
        Err(ExecutionError::FunctionError { .. } | ExecutionError::NoSuchKey(_)) => Truth::Unknown,
        Err(error) => panic!("{text}: {error}"),
    }
}

/// The parser needs a large stack when it is not optimised.
fn compile(text: &str) -> Program {
    let on_large_stack = std::thread::Builder::new().stack_size(256 << 20);
    std::thread::scope(|scope| {
        let parse = || Program::compile(text).unwrap_or_else(|errors| panic!("{text}: {errors}"));
        on_large_stack.spawn_scoped(scope, parse).unwrap().join().unwrap()
    })
}

fn day(date: jiff::civil::Date) -> i64 {
    let epoch = jiff::civil::date(1970, 1, 1);
    i64::from(date.since((jiff::Unit::Day, epoch)).unwrap().get_days())
}

fn over_the_world(context: &mut Context<'_, '_>, world: &Arc<World>) {
    let known = world.clone();
    let get = move |Arguments(args): Arguments| get(&known, &args[0], &args[1], &args[2]);
    context.add_function("get", get).unwrap();
    let known = world.clone();
    let list = move |Arguments(args): Arguments| Ok::<_, ExecutionError>(rows(&known, &args));
    context.add_function("rows", list).unwrap();
    let known = world.clone();
    let open = move |Arguments(args): Arguments| match (&args[1], is_closed(&known, &args)) {
        (Cel::Null, _) | (_, true) => Ok(Cel::Bool(false)),
        _ => absent(),
    };
    context.add_function("open", open).unwrap();
    let known = world.clone();
    let within = move |Arguments(args): Arguments| {
        let (Cel::List(rows), Cel::Int(hours)) = (&args[0], &args[1]) else { panic!("{args:?}") };
        let now = known.now.as_microsecond();
        let inside = |row: &&Cel| match time(&known, row) {
            Ok(Cel::Int(at)) => at <= now && now - at <= hours * 3_600_000_000,
            _ => false,
        };
        Ok::<_, ExecutionError>(Cel::List(Arc::new(rows.iter().filter(inside).cloned().collect())))
    };
    context.add_function("within", within).unwrap();
    let known = world.clone();
    let unsure = move |Arguments(args): Arguments| {
        let Cel::List(rows) = &args[0] else { panic!("{args:?}") };
        if rows.iter().any(|row| time(&known, row).is_err()) { absent() } else { Ok(Cel::Bool(false)) }
    };
    context.add_function("unsure", unsure).unwrap();
}

fn time(world: &World, row: &Cel) -> Answer {
    get(world, &Cel::String(Arc::new("event".into())), row, &Cel::String(Arc::new("at".into())))
}

fn get(world: &World, register: &Cel, row: &Cel, field: &Cel) -> Answer {
    let (Cel::String(register), Cel::String(field)) = (register, field) else { panic!("{register:?}.{field:?}") };
    match row {
        Cel::Null => Ok(Cel::Null),
        Cel::Int(row) => {
            world.value(register, *row as usize, field).map_or_else(absent, |value| Ok(plain(world, value)))
        }
        other => panic!("{other:?} is no row"),
    }
}

fn plain(world: &World, value: &Value) -> Cel {
    match value {
        Value::Empty => Cel::Null,
        Value::Bool(value) => Cel::Bool(*value),
        Value::Int(value) => Cel::Int(*value),
        Value::Text(text) => Cel::String(Arc::new(text.to_string())),
        Value::Date(date) => Cel::Int(day(*date)),
        Value::Instant(at) => Cel::Int(at.as_microsecond()),
        Value::Seconds(seconds) => Cel::Int(seconds * 1_000_000),
        Value::Ref(id) => Cel::Int(row_of(world, *id)),
        Value::List(items) => Cel::List(Arc::new(items.iter().map(|item| plain(world, item)).collect())),
        Value::Map(map) => {
            let map: std::collections::HashMap<String, Cel> =
                map.iter().map(|(name, value)| (name.to_string(), plain(world, value))).collect();
            map.into()
        }
        Value::Number(number) => Cel::Float(*number),
    }
}

fn row_of(world: &World, id: EntryId) -> i64 {
    world.find(id).unwrap().1 as i64
}

fn back(world: &World, register: &str, field: &str) -> (usize, usize, usize) {
    let at = world.schemas.index(register).unwrap();
    let (field, schema) = world.schemas.all()[at].field(field).unwrap();
    let FieldType::Back { from, .. } = &schema.kind else { panic!("{register}.{field} is no list") };
    (at, field, world.schemas.index(from).unwrap())
}

fn is_closed(world: &World, args: &[Cel]) -> bool {
    let (Cel::String(register), Cel::String(field)) = (&args[0], &args[2]) else { panic!("{args:?}") };
    let (_, _, from) = back(world, register, field);
    world.table(from).closed_until(world.now).is_some()
}

fn rows(world: &World, args: &[Cel]) -> Cel {
    let (Cel::String(register), Cel::String(field)) = (&args[0], &args[2]) else { panic!("{args:?}") };
    let Cel::Int(row) = &args[1] else { return Cel::List(Arc::default()) };
    let (at, field, _) = back(world, register, field);
    let rows = world.table(at).back(field, *row as usize).iter().map(|&row| Cel::Int(i64::from(row)));
    Cel::List(Arc::new(rows.collect()))
}

/// Functions in which our language says what CEL leaves as an error: empty is *no*, and neither less nor more.
fn over_values(context: &mut Context<'_, '_>) {
    let yes = |Arguments(args): Arguments| Ok::<_, ExecutionError>(Cel::Bool(matches!(args[0], Cel::Bool(true))));
    context.add_function("yes", yes).unwrap();
    let items = |Arguments(args): Arguments| {
        Ok::<_, ExecutionError>(match &args[0] {
            Cel::List(_) => args[0].clone(),
            _ => Cel::List(Arc::default()),
        })
    };
    context.add_function("items", items).unwrap();
    let ordered = |Arguments(args): Arguments| {
        let Cel::String(sign) = &args[1] else { panic!("{args:?}") };
        let (Cel::Int(a), Cel::Int(b)) = (&args[0], &args[2]) else { return Ok::<_, ExecutionError>(Cel::Bool(false)) };
        Ok(Cel::Bool(match sign.as_str() {
            "<" => a < b,
            "<=" => a <= b,
            ">" => a > b,
            _ => a >= b,
        }))
    };
    context.add_function("ordered", ordered).unwrap();
    let calc = |Arguments(args): Arguments| {
        let Cel::String(sign) = &args[1] else { panic!("{args:?}") };
        let (Cel::Int(a), Cel::Int(b)) = (&args[0], &args[2]) else { return Ok::<_, ExecutionError>(Cel::Null) };
        Ok(Cel::Int(match sign.as_str() {
            "+" => a + b,
            "-" => a - b,
            _ => a * b,
        }))
    };
    context.add_function("calc", calc).unwrap();
    let total = |Arguments(args): Arguments| Ok::<_, ExecutionError>(sum(&args[0]));
    context.add_function("total", total).unwrap();
    let most = |Arguments(args): Arguments| Ok::<_, ExecutionError>(greatest(&args[0]));
    context.add_function("most", most).unwrap();
}

/// Empty makes the sum empty.
fn sum(list: &Cel) -> Cel {
    let Cel::List(items) = list else { panic!("{list:?}") };
    items.iter().fold(Cel::Int(0), |sum, item| match (sum, item) {
        (Cel::Int(a), Cel::Int(b)) => Cel::Int(a + b),
        _ => Cel::Null,
    })
}

/// The first one stays unless another is more; empty is not.
fn greatest(list: &Cel) -> Cel {
    let Cel::List(items) = list else { panic!("{list:?}") };
    let more = |best: Cel, item: &Cel| match (&best, item) {
        (Cel::Int(a), Cel::Int(b)) if b > a => item.clone(),
        _ => best,
    };
    items.split_first().map_or(Cel::Null, |(first, rest)| rest.iter().fold(first.clone(), more))
}
