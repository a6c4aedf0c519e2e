//! `schoolkeeper demo`

use super::Now;
use super::serve::Serve;
use crate::output;
use clap::Args;
use schoolkeeper_app::House;
use schoolkeeper_app::demo::{self, MONTHS_MAX, SCHOOLS_MAX};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

/// Make a made-up trust with a year behind it, and show it.
#[derive(Debug, Args)]
pub struct Demo {
    /// Data folder; must not hold a school yet
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Port on this machine
    #[arg(long, default_value_t = 8087)]
    port: u16,
    /// How many schools; from 20 on they are as large as real ones, and that takes its time
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=SCHOOLS_MAX as i64))]
    schools: u8,
    /// How many months it looks back on
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=MONTHS_MAX as i64))]
    months: u8,
    /// The same seed makes the same trust
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Instead, one small school as it is today under the smallest policy: made in seconds
    #[arg(long, conflicts_with_all = ["schools", "months"])]
    small: bool,
    /// Only make it
    #[arg(long)]
    no_serve: bool,
    #[command(flatten)]
    now: Now,
}

impl Demo {
    /// Everything goes in through the product's own imports and acts.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let bar = output::spinner("Making a school");
        let begun = Instant::now();
        let (house, name, more) = if self.small {
            let say = |list: &str| bar.set_message(format!("Bringing in {list}"));
            (House::demo(&self.data, self.seed, self.now.now, say).await?, demo::SCHOOL, String::new())
        } else {
            let (schools, months) = (self.schools.into(), self.months.into());
            let plan = demo::Plan { schools, months, seed: self.seed, now: self.now.now };
            let told = House::demo_trust(&self.data, plan, |what| bar.set_message(what.to_owned())).await?;
            let more =
                format!(": {} schools, {} months, {} rows of lists, {} acts", schools, months, told.rows, told.acts);
            (told.house, demo::TRUST, more)
        };
        bar.finish_and_clear();
        let seconds = begun.elapsed().as_secs_f64();
        output::note(&format!("{name} is in {}{more}; made in {seconds:.1} s", self.data.display()));
        output::note(&format!("Made-up people who can sign in, all with the password {}:", demo::PASSWORD));
        let seats = house.seats().await?;
        for seat in seats.iter().take(SEATS_SAID) {
            output::note(&format!("  {} of {}: {}", seat.role, seat.place, seat.email));
        }
        if seats.len() > SEATS_SAID {
            output::note(&format!("  and {} more, on the sign-in page", seats.len() - SEATS_SAID));
        }
        drop(house);
        if self.no_serve {
            return Ok(ExitCode::SUCCESS);
        }
        Serve::over(self.data, self.now, self.port).run().await
    }
}

/// How many people are named on the terminal.
const SEATS_SAID: usize = 12;
