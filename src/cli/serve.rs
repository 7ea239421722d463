//! `rolegraph serve`.

use std::sync::Arc;

use anyhow::{Context, Result};
use tokio::{net::TcpListener, signal, sync::watch};

use super::output;
use crate::{
    app::App,
    config::{Explore, Settings},
    domain::clock::SystemClock,
    work::Worker,
};

pub(super) async fn serve(settings: Settings, with_work: bool) -> Result<()> {
    let telemetry = super::log(&settings, "")?;
    let (listen, demo, explore) = (settings.listen, settings.demo, settings.explore());
    let public = settings.public_url.as_ref().map(|url| url.as_str().to_owned());
    let app = App::start(settings, Arc::new(SystemClock)).await?;
    if demo && app.service().load_demo().await.context("cannot load the demo")? {
        Worker::new(Arc::clone(app.service())).drain().await.context("cannot enrich the demo")?;
        output::note("Loaded the demo: 30 occupations and 8 featured roles.");
    }
    let listener = TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;
    let url = public.unwrap_or(format!("http://{}", listener.local_addr()?));
    let (admin, random) = app.admin_token();
    output::note(&format!("rolegraph {} is at {url}", env!("CARGO_PKG_VERSION")));
    output::note(&way_in(&url, random.as_deref(), explore));
    let (stop, stopping) = watch::channel(false);
    tokio::spawn(async move {
        stopped().await;
        stop.send_replace(true);
    });
    let asked = |mut stopping: watch::Receiver<bool>| async move { drop(stopping.wait_for(|stop| *stop).await) };
    let work = async {
        if with_work {
            app.work(asked(stopping.clone())).await;
        }
    };
    tokio::join!(app.serve(listener, admin, asked(stopping.clone())), work);
    telemetry.finish().await;
    Ok(())
}

/// How an admin gets in.
fn way_in(url: &str, random: Option<&str>, explore: Explore) -> String {
    let pages: &[(&str, &str)] = match explore {
        Explore::Everybody => &[("The console", "console"), ("GraphiQL", "graphiql")],
        _ => &[("The console", "console")],
    };
    let Some(token) = random else {
        return pages.iter().map(|(name, path)| format!("{name}: {url}/{path}")).collect::<Vec<_>>().join("\n");
    };
    let links = pages.iter().map(|(name, path)| format!("{name}, signed in as admin: {url}/{path}#token={token}\n")).collect::<String>();
    links + "(a random token, good until the next start; set ROLEGRAPH_ADMIN_TOKEN to keep one)"
}

/// Only works, for processes that answer no requests.
pub(super) async fn work(settings: Settings) -> Result<()> {
    let telemetry = super::log(&settings, "")?;
    let app = App::start(settings, Arc::new(SystemClock)).await?;
    output::note("Doing queued work.");
    app.work(stopped()).await;
    telemetry.finish().await;
    Ok(())
}

/// Done when the process is asked to stop.
pub(super) async fn stopped() {
    let interrupt = signal::ctrl_c();
    #[cfg(unix)]
    {
        let Ok(mut terminate) = signal::unix::signal(signal::unix::SignalKind::terminate()) else { return };
        tokio::select! { _ = interrupt => {}, _ = terminate.recv() => {} }
    }
    #[cfg(not(unix))]
    let _ = interrupt.await;
}
