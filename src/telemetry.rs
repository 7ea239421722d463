//! Traces for OpenTelemetry: spans of requests, of their root fields and of calls to upstreams, sent to a collector by OTLP over
//! HTTP. Off unless a collector is named. They carry names, ids and statuses; never a document, a variable or a credential.

use std::time::Duration;

use anyhow::{Context, Result};
use opentelemetry::{propagation::TextMapPropagator, trace::TracerProvider as _};
use opentelemetry_http::{HeaderExtractor, Request};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{
    Resource,
    propagation::TraceContextPropagator,
    trace::{BatchConfigBuilder, BatchSpanProcessor, Sampler, SdkTracerProvider, Tracer},
};
use tracing::{Level, Metadata, Span, Subscriber};
use tracing_opentelemetry::{OpenTelemetryLayer, OpenTelemetrySpanExt};
use tracing_subscriber::{Layer, filter::filter_fn, registry::LookupSpan};

use crate::{config, net::Collector};

/// What the service is called in traces.
const SERVICE: &str = "rolegraph";

/// The most spans that wait to be sent; more are dropped.
const WAITING: usize = 4_096;

/// The most spans in a message.
const BATCH: usize = 512;

/// How long the last spans may take when the process ends.
const FAREWELL: Duration = Duration::from_secs(2);

/// Who sends traces, if anybody does.
#[derive(Debug)]
pub struct Telemetry(Option<SdkTracerProvider>);

impl Telemetry {
    /// As the settings say. To be called within a Tokio runtime.
    ///
    /// # Errors
    /// When there is no HTTP client: the machine's certificates cannot be read, as a rule.
    pub fn new(settings: &config::Telemetry) -> Result<Self> {
        let Some(endpoint) = &settings.otlp_endpoint else { return Ok(Self(None)) };
        let mut url = endpoint.url();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(["v1", "traces"]);
        }
        let collector = Collector::new(&url, settings.otlp_authorization.as_ref().map(config::Credential::secret))?;
        let exporter =
            SpanExporter::builder().with_http().with_http_client(collector).with_endpoint(url).with_protocol(Protocol::HttpBinary);
        let exporter = exporter.build().context("cannot send traces")?;
        let batches = BatchConfigBuilder::default().with_max_queue_size(WAITING).with_max_export_batch_size(BATCH).build();
        let version = opentelemetry::KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
        let provider = SdkTracerProvider::builder()
            .with_span_processor(BatchSpanProcessor::builder(exporter).with_batch_config(batches).build())
            .with_sampler(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(settings.sampled.get()))))
            .with_resource(Resource::builder().with_service_name(SERVICE).with_attribute(version).build())
            .build();
        Ok(Self(Some(provider)))
    }

    /// What takes spans out of the log's stream. Events are not sent: the log has them.
    pub fn layer<S: Subscriber + for<'a> LookupSpan<'a>>(&self) -> Option<impl Layer<S> + use<S>> {
        let tracer = self.0.as_ref()?.tracer(SERVICE);
        let layer: OpenTelemetryLayer<S, Tracer> = tracing_opentelemetry::layer().with_tracer(tracer);
        let ours = |of: &Metadata<'_>| of.is_span() && of.target().starts_with(SERVICE) && *of.level() <= Level::INFO;
        Some(layer.with_location(false).with_threads(false).with_tracked_inactivity(false).with_filter(filter_fn(ours)))
    }

    /// Sends what is left. To be called before the process ends.
    pub async fn finish(self) {
        let Some(provider) = self.0 else { return };
        let ended = tokio::task::spawn_blocking(move || provider.shutdown_with_timeout(FAREWELL)).await;
        match ended {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!("the last traces were not sent: {error}"),
            Err(error) => tracing::warn!("the last traces were not sent: {error}"),
        }
    }
}

/// Makes the span of a request part of its caller's trace, when the caller sends one by W3C's `traceparent`.
pub fn continue_trace<B>(span: &Span, request: &Request<B>, id: &str) {
    let caller = TraceContextPropagator::new().extract(&HeaderExtractor(request.headers()));
    // Without a collector there is nothing to be part of.
    drop(span.set_parent(caller));
    span.set_attribute("http.request.method", request.method().to_string());
    span.set_attribute("url.path", request.uri().path().to_owned());
    span.set_attribute("request.id", id.to_owned());
}

/// Notes how a request was answered.
pub fn answered(span: &Span, status: u16) {
    span.set_attribute("http.response.status_code", i64::from(status));
    if status >= 500 {
        span.set_status(opentelemetry::trace::Status::error(""));
    }
}
