//! `schoolkeeper serve`

use super::{Folder, KeyAt, Now, stop};
use crate::output;
use clap::Args;
use schoolkeeper_app::House;
use schoolkeeper_app::job::Pace;
use schoolkeeper_app::settings::PORT;
use schoolkeeper_web::{Certificates, Sockets};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// How often it looks whether a certificate is new.
const RENEW_EVERY: Duration = Duration::from_secs(5);

/// Show the pages: for this machine only, unless the folder's settings say otherwise.
#[derive(Debug, Args)]
pub struct Serve {
    #[command(flatten)]
    folder: Folder,
    #[command(flatten)]
    now: Now,
    /// A port of this machine, instead of the addresses in the settings [default: 8087]
    #[arg(long)]
    port: Option<u16>,
    /// Only show pages; `schoolkeeper work` does what happens by itself
    #[arg(long)]
    no_work: bool,
    /// Refuse to start with the records of an older version, instead of bringing them up to date
    #[arg(long)]
    no_migrate: bool,
}

impl Serve {
    /// Serves a folder that another command has made.
    pub fn over(data: std::path::PathBuf, now: Now, port: u16) -> Self {
        let folder = Folder { data, key: KeyAt::default() };
        Self { folder, now, port: Some(port), no_work: false, no_migrate: false }
    }

    /// Serves until interrupted.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let mut house = self.folder.open_as(&self.now, !self.no_migrate).await?;
        anyhow::ensure!(
            house.can_write(),
            "pages at a pretended instant would write false times: already signing in is written down\nhint: leave --now out, or try things out in a folder made by `schoolkeeper demo` or `init --sandbox`, where time may be pretended forward; commands that only look take --now everywhere"
        );
        let sockets = open(&house, self.port).await?;
        if let Some(socket) = sockets.pages.first() {
            house.listens_at(socket.local_addr()?.port());
        }
        let house = Arc::new(house);
        house.evaluate_due().await?;
        say(&house, &sockets)?;
        house.prints_with(output::note);
        say_code(&house).await?;
        let renew = sockets.tls.clone().map(|tls| tokio::spawn(renew(tls)));
        let works = !self.no_work;
        let work = works.then(|| tokio::spawn(house.clone().work(Pace::default(), stop())));
        let tried = works.then(|| tokio::spawn(try_out(house.clone())));
        let quiet = tokio::spawn(house.clone().let_go());
        let pages = schoolkeeper_web::router(schoolkeeper_web::App { house: house.clone() });
        schoolkeeper_web::serve(sockets, pages, house.base_url().clone(), stop()).await;
        if let Some(work) = work {
            work.await?;
        }
        quiet.abort();
        tried.inspect(tokio::task::JoinHandle::abort);
        renew.inspect(tokio::task::JoinHandle::abort);
        Ok(ExitCode::SUCCESS)
    }
}

/// Everything that can be refused is refused before the first page.
async fn open(house: &House, port: Option<u16>) -> anyhow::Result<Sockets> {
    let settings = house.settings();
    let local = |port| vec![SocketAddr::from((Ipv4Addr::LOCALHOST, port))];
    let pages = match port {
        Some(port) => local(port),
        None if settings.listen.is_empty() => local(PORT),
        None => settings.listen.clone(),
    };
    let tls = settings.tls.as_ref().map(Certificates::open).transpose()?.map(Arc::new);
    Ok(Sockets { pages: bind(&pages).await?, redirect: bind(&settings.redirect).await?, tls })
}

async fn bind(addresses: &[SocketAddr]) -> anyhow::Result<Vec<TcpListener>> {
    let mut out = Vec::new();
    for address in addresses {
        let bound = TcpListener::bind(address).await.map_err(|error| {
            let hint = match error.kind() {
                std::io::ErrorKind::AddrInUse => "another program listens there; stop it or choose another port",
                std::io::ErrorKind::PermissionDenied => {
                    "ports below 1024 need the right to bind them; the systemd unit gives it"
                }
                _ => "`listen` and `redirect` in the settings name addresses of this machine",
            };
            anyhow::anyhow!("{address} cannot be listened at: {error}\nhint: {hint}")
        })?;
        out.push(bound);
    }
    Ok(out)
}

fn say(house: &House, sockets: &Sockets) -> anyhow::Result<()> {
    output::note(&house.base_url().to_string());
    if house.settings().base_url.is_some() {
        for socket in &sockets.pages {
            output::note(&format!("listening at {}", socket.local_addr()?));
        }
        for socket in &sockets.redirect {
            output::note(&format!("sending on from {}", socket.local_addr()?));
        }
    }
    Ok(())
}

/// The first run: whoever reads this terminal makes the first person.
async fn say_code(house: &House) -> anyhow::Result<()> {
    if house.is_new().await? {
        output::note(&format!("Nobody can sign in yet. The set-up code is {}", house.setup_code().await?));
    }
    Ok(())
}

/// Tries out again, as at every start, that what the policies refuse is refused by this program.
async fn try_out(house: Arc<House>) {
    if let Err(error) = house.probe_all().await {
        tracing::error!(%error, "the policies could not be tried out");
    }
}

/// Takes a new certificate into use when its files change, or at once when told to (SIGHUP).
async fn renew(tls: Arc<Certificates>) {
    let Ok(mut told) = signal(SignalKind::hangup()) else { return };
    loop {
        let asked = tokio::select! {
            () = tokio::time::sleep(RENEW_EVERY) => false,
            _ = told.recv() => true,
        };
        match tls.renew(asked) {
            Ok(true) => output::note("the certificate was read again"),
            Ok(false) => {}
            Err(error) => output::note(&format!("the old certificate stays in use: {error}")),
        }
    }
}
