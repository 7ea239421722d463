//! What the load test compares the service to: the same schema over the same database, behind the handler that async-graphql-axum's
//! documentation shows. It has the resolvers, the loaders and the database of the service, and nothing of its edge.
//!
//! `plain_server PORT DATABASE_URL` answers `POST /graphql` for anonymous callers until it is stopped.

use std::{net::Ipv4Addr, sync::Arc};

use anyhow::{Context, Result};
use async_graphql_axum::{GraphQLRequest, GraphQLResponse};
use axum::{Router, extract::State, routing::post};
use rolegraph::{
    app::App,
    config::{Settings, Sources},
    domain::{access::Principal, clock::SystemClock},
    graphql::{self, ApiSchema, Limits, RequestId},
    service::Service,
};
use tokio::net::TcpListener;

#[derive(Clone)]
struct Plain {
    service: Arc<Service>,
    schema: ApiSchema,
}

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let port: u16 = arguments.next().context("which port?")?.parse().context("the port is a number")?;
    let database = arguments.next().context("which database?")?;
    let sources = Sources { flags: vec![("database_url".to_owned(), database)], ..Sources::default() };
    let app = App::start(Settings::load(&sources)?.settings, Arc::new(SystemClock)).await?;
    let service = Arc::clone(app.service());
    let schema = graphql::schema(Arc::clone(&service), &Limits::default());
    let router = Router::new().route("/graphql", post(answer)).with_state(Plain { service, schema });
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.context("the port is taken")?;
    axum::serve(listener, router).await.context("cannot serve")
}

async fn answer(State(plain): State<Plain>, request: GraphQLRequest) -> GraphQLResponse {
    let principal = Principal::anonymous();
    let loaders = plain.service.loaders(&principal);
    let request = request.into_inner().data(principal).data(loaders).data(RequestId("none".to_owned()));
    plain.schema.execute(request).await.into()
}
