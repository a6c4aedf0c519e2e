//! `schoolkeeper serve`

use super::{Folder, KeyAt, Now};
use crate::output;
use clap::Args;
use schoolkeeper_app::House;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

/// How often it looks whether a standing has run out or records have changed.
const LOOK_EVERY: Duration = Duration::from_secs(20);

/// Show the pages at http://localhost:PORT, for this machine only.
#[derive(Debug, Args)]
pub struct Serve {
    #[command(flatten)]
    folder: Folder,
    #[command(flatten)]
    now: Now,
    /// Port on this machine
    #[arg(long, default_value_t = 8087)]
    port: u16,
}

impl Serve {
    /// Serves a folder that another command has made.
    pub fn over(data: std::path::PathBuf, now: Now, port: u16) -> Self {
        Self { folder: Folder { data, key: KeyAt::default() }, now, port }
    }

    /// Serves until interrupted.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let mut house = self.folder.open(&self.now).await?;
        let address = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), self.port);
        let listener = tokio::net::TcpListener::bind(address).await?;
        house.listens_at(listener.local_addr()?.port());
        let house = Arc::new(house);
        house.evaluate_due().await?;
        output::note(&format!("http://localhost:{}", listener.local_addr()?.port()));
        output::note("There is no sign-in yet, so the pages answer only this machine.");
        let watch = tokio::spawn(keep_current(house.clone()));
        let pages = schoolkeeper_web::router(schoolkeeper_web::App { house });
        schoolkeeper_web::serve(listener, pages, stop()).await?;
        watch.abort();
        Ok(ExitCode::SUCCESS)
    }
}

/// Evaluates again what time or another process has changed; a failure is logged and tried again.
async fn keep_current(house: Arc<House>) {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        if let Err(error) = house.evaluate_due().await {
            tracing::error!(%error, "the standing could not be worked out");
        }
    }
}

async fn stop() {
    let interrupt = tokio::signal::ctrl_c();
    let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) else {
        let _ = interrupt.await;
        return;
    };
    tokio::select! { _ = interrupt => {}, _ = terminate.recv() => {} }
}
