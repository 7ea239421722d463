//! The only place where parts are put together.

use std::{sync::Arc, time::Duration};

use anyhow::{Context, Result, anyhow};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use futures::FutureExt;
use tokio::net::TcpListener;

use crate::{
    config::{FilePath, Settings},
    domain::{clock::Clock, precedence::Precedence},
    graphql::{self, Limits},
    http::{self, AdminToken, ConnectionLimits, HttpOptions, TrustedDocuments},
    metrics,
    service::{Service, ServiceOptions},
    store::{DatabaseOptions, Store},
    work::{self, Worker},
};

/// How often to look for reference data that another process imported, and to write down how the providers are.
const REFRESH: Duration = Duration::from_secs(5);

/// How long requests that have begun may take after the service was asked to stop.
const GRACE: Duration = Duration::from_secs(8);

/// The service with everything around it.
#[derive(Debug, Clone)]
pub struct App {
    service: Arc<Service>,
    trusted: Arc<TrustedDocuments>,
    settings: Settings,
}

/// Connects to the database of the settings.
pub async fn connect(settings: &Settings) -> Result<Store> {
    let options = DatabaseOptions {
        url: settings.database_url.expose().to_owned(),
        max_connections: settings.database.max_connections,
        busy_timeout: Duration::from_secs(settings.database.busy_timeout_seconds),
        lease: TimeDelta::seconds(i64::from(settings.work.lease_seconds)),
        precedence: Precedence::new(|field| settings.providers.order.of(field).to_vec()),
    };
    Store::connect(&options).await.context("cannot connect to the database")
}

fn limits(settings: &Settings) -> Limits {
    Limits { depth: settings.limits.depth, complexity: settings.limits.complexity, cost: settings.limits.cost }
}

/// The documents that are known beforehand.
fn trusted(settings: &Settings) -> Result<TrustedDocuments> {
    let (limits, wrong) = (limits(settings), |why| anyhow!("the list of documents is not usable: {why}"));
    let built_in = TrustedDocuments::built_in(&limits).map_err(wrong)?;
    let Some(path) = settings.documents.manifest.as_ref().map(FilePath::as_path) else { return Ok(built_in) };
    let manifest = std::fs::read_to_string(path).with_context(|| format!("cannot read the manifest {}", path.display()))?;
    built_in.with(&manifest, &limits).map_err(wrong).with_context(|| path.display().to_string())
}

impl App {
    /// Connects, brings the schema up to date, and puts the parts together.
    pub async fn start(settings: Settings, clock: Arc<dyn Clock>) -> Result<Self> {
        let options = ServiceOptions::from(&settings);
        Box::pin(Self::start_with(settings, clock, options)).await
    }

    /// The same, with options that the settings do not tell.
    pub async fn start_with(settings: Settings, clock: Arc<dyn Clock>, options: ServiceOptions) -> Result<Self> {
        let trusted = Arc::new(trusted(&settings)?);
        let store = connect(&settings).await?;
        store.migrate().await.context("cannot bring the database's schema up to date")?;
        let service = Service::new(store, clock, options).await.context("cannot read the reference data")?;
        Ok(Self { service: Arc::new(service), trusted, settings })
    }

    /// The service.
    pub fn service(&self) -> &Arc<Service> {
        &self.service
    }

    /// The routes, for a platform admin with that token.
    pub fn router(&self, admin: AdminToken) -> axum::Router {
        let limits = limits(&self.settings);
        let options = HttpOptions {
            operation: limits,
            body_bytes: self.settings.limits.body_bytes,
            deadline: Duration::from_secs(self.settings.limits.request_seconds),
            concurrent: self.settings.limits.at_once(self.service.store().is_over_network()),
            anonymous_rate: self.settings.rates.anonymous,
            signed_in_rate: self.settings.rates.signed_in,
            trusted_proxies: self.settings.http.trusted_proxies,
            origins: self.settings.http.origins.as_ref().map(|origins| origins.as_slice().to_vec()).unwrap_or_default(),
            explore: self.settings.explore(),
            answers_bytes: self.settings.cache.answers_bytes,
            exports: self.settings.limits.concurrent_exports,
            trusted: Arc::clone(&self.trusted),
            mode: self.settings.documents.mode,
            persisted_bytes: self.settings.documents.persisted_bytes,
            traced: self.settings.telemetry.otlp_endpoint.is_some(),
        };
        let schema = if self.settings.telemetry.otlp_endpoint.is_some() { graphql::traced_schema } else { graphql::schema };
        http::router(Arc::clone(&self.service), schema(Arc::clone(&self.service), &limits), admin, options)
    }

    /// The platform admin's token: the one of the settings, or a random one that has to be told.
    pub fn admin_token(&self) -> (AdminToken, Option<String>) {
        if let Some(token) = &self.settings.admin_token {
            return (AdminToken::new(token.expose()), None);
        }
        let random = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 24]>());
        (AdminToken::new(&random), Some(random))
    }

    /// Answers requests until `stop` is done. Requests that have begun are answered to the end, if that comes soon enough:
    /// whoever reads a stream for ever is cut off.
    pub async fn serve(&self, listener: TcpListener, admin: AdminToken, stop: impl Future<Output = ()> + Send + 'static) {
        metrics::start();
        let refresh = tokio::spawn(refresh(Arc::clone(&self.service)));
        let feed = tokio::spawn(feed(Arc::clone(&self.service)));
        let stale = tokio::spawn(work::refresh_seen_stale(Arc::clone(&self.service)));
        let reference = self.service.reference();
        tokio::task::spawn_blocking(move || {
            reference.search();
        });
        let stop = stop.shared();
        let overdue = stop.clone().then(|()| tokio::time::sleep(GRACE));
        let service = Arc::clone(&self.service);
        let stop = async move {
            stop.await;
            service.close_subscriptions();
        };
        let limits = &self.settings.limits;
        let connections = ConnectionLimits {
            connections: limits.connections,
            head: Duration::from_secs(limits.head_seconds),
            stalled: Duration::from_secs(limits.stalled_seconds),
        };
        tokio::select! {
            () = http::serve(listener, self.router(admin), connections, stop) => {}
            () = overdue => {
                tracing::warn!("cut off what was not answered {} s after the service was asked to stop", GRACE.as_secs());
            }
        }
        self.service.subscriptions_closed().await;
        refresh.abort();
        feed.abort();
        stale.abort();
        self.note_providers().await;
    }

    /// Does queued work until `stop` is done, and then what was begun, or gives it back.
    pub async fn work(&self, stop: impl Future<Output = ()>) {
        let schedule = tokio::spawn(work::schedule(Arc::clone(&self.service)));
        let refresh = tokio::spawn(refresh(Arc::clone(&self.service)));
        let deliver = tokio::spawn(work::deliver(Arc::clone(&self.service)));
        Worker::new(Arc::clone(&self.service)).run(stop).await;
        schedule.abort();
        deliver.abort();
        refresh.abort();
        self.note_providers().await;
    }

    /// Writes down how the upstreams are, for other processes to tell. To be done before a process ends.
    pub async fn note_providers(&self) {
        note_providers(&self.service).await;
    }
}

async fn note_providers(service: &Service) {
    if let Err(error) = service.note_providers().await {
        tracing::warn!("cannot write down how the providers are: {error:#}");
    }
}

/// Takes over what other processes import, tells them how the providers are, forgets what was kept long enough, and gives back
/// the memory of a ranker that nobody asks.
async fn refresh(service: Arc<Service>) {
    let mut ticks = tokio::time::interval(REFRESH);
    ticks.tick().await;
    loop {
        ticks.tick().await;
        service.rest_ranker();
        note_providers(&service).await;
        match service.refresh_reference().await {
            Ok(true) => tracing::info!("took over imported reference data"),
            Ok(false) => {}
            Err(error) => tracing::warn!("cannot look for imported reference data: {error:#}"),
        }
        if let Err(error) = service.forget_keys().await {
            tracing::warn!("cannot forget answers that were kept long enough: {error:#}");
        }
    }
}

/// Tells the subscribers of this process what happens.
async fn feed(service: Arc<Service>) {
    service.tell_subscribers().await;
}
