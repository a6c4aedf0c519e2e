//! How long a whole trust takes: 100 schools of 150 people and 500 devices under 150 rules, on one core.
//!
//! Prints each expression by itself, then the whole beside what is promised. One school and one changed device by
//! themselves: the bench `standing`.
#![expect(clippy::unwrap_used, reason = "a bench stops at the first surprise")]

mod school;

use divan::Bencher;
use school::{RULES, School};
use schoolkeeper_rules::evaluate::evaluate;
use schoolkeeper_rules::expr::Scene;
use schoolkeeper_rules::{CompiledPack, Ctx};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// Schools of the trust.
const SCHOOLS: usize = 100;
/// Different ones; the others repeat them. Together they are larger than a core's cache.
const DIFFERENT: usize = 10;

fn main() {
    divan::main();
    whole_trust();
}

/// One test of one entry.
#[divan::bench(args = 0..RULES.len())]
fn expression(bencher: Bencher<'_, '_>, rule: usize) {
    let pack = school::pack();
    let school = School::new(&pack, 0);
    let ctx = Ctx { pack: &pack, params: &school.params, world: &school.world };
    let expression = pack.controls[format!("rule-{rule}").as_str()].expr("expect").unwrap();
    let register = school.world.schemas.index(RULES[rule].0).unwrap();
    let rows = school.world.table(register).rows.len();
    let mut row = 0;
    bencher.bench_local(|| {
        row = (row + 1) % rows;
        expression.test(&Scene::now(ctx).of(register, row))
    });
}

fn whole_trust() {
    let pack = school::pack();
    let schools: Vec<School> = (0..DIFFERENT).map(|number| School::new(&pack, number)).collect();
    let tests: usize = SCHOOLS * tests_of(&pack, &schools[0]);
    let alone = best_of(3, || expressions_alone(&pack, &schools));
    say("expressions alone", alone, Duration::from_secs(2));
    eprintln!("  {tests} tests, {} ns each", alone.as_nanos() / tests as u128);
    let cold = best_of(3, || {
        for number in 0..SCHOOLS {
            let school = &schools[number % DIFFERENT];
            divan::black_box(evaluate(&pack, &school.params, &school.world));
        }
    });
    say("whole trust, cold", cold, Duration::from_secs(2));
}

fn tests_of(pack: &CompiledPack, school: &School) -> usize {
    let rows = |control| school.world.table(school::register_of(control, &school.world)).rows.len();
    pack.controls.values().map(rows).sum()
}

fn expressions_alone(pack: &CompiledPack, schools: &[School]) {
    for number in 0..SCHOOLS {
        let school = &schools[number % DIFFERENT];
        let ctx = Ctx { pack, params: &school.params, world: &school.world };
        for control in pack.controls.values() {
            let expression = control.expr("expect").unwrap();
            let register = school::register_of(control, &school.world);
            for row in 0..school.world.table(register).rows.len() {
                divan::black_box(expression.test(&Scene::now(ctx).of(register, row)));
            }
        }
    }
}

/// Time of this core, not of the clock: other programs run on a developer's machine too.
fn spent() -> Duration {
    let on_core = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = on_core.as_deref().and_then(|text| text.split(' ').next()?.parse().ok());
    nanos.map_or_else(|| START.get_or_init(Instant::now).elapsed(), Duration::from_nanos)
}

static START: OnceLock<Instant> = OnceLock::new();

fn best_of(times: usize, mut run: impl FnMut()) -> Duration {
    let mut once = || {
        let start = spent();
        run();
        spent().saturating_sub(start)
    };
    (0..times).map(|_| once()).min().unwrap_or_default()
}

fn say(what: &str, took: Duration, promised: Duration) {
    let ratio = took.as_secs_f64() / promised.as_secs_f64();
    eprintln!("{what}: {took:.2?}, {ratio:.3} of the promised {promised:?}");
}
