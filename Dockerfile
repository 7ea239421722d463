# syntax=docker/dockerfile:1

# The web page.
FROM node:22-bookworm-slim AS web
WORKDIR /web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN --mount=type=cache,target=/root/.npm npm ci
COPY web ./
# What the console's operations are held against.
COPY schema.graphql /
RUN npm run build

# The binary. Dependencies and objects live in cache mounts, so that a change builds what it touches and no more.
FROM rust:1.95-slim-bookworm AS build
# For the allocator, which is C.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends make \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY . .
COPY --from=web /web/dist web/dist
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/build/target,sharing=locked \
    cargo build --release --locked --bin rolegraph \
    && cp target/release/rolegraph /usr/local/bin/rolegraph

# What runs: the binary, its data compiled in, and nobody's rights.
FROM debian:bookworm-slim
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="rolegraph" \
      org.opencontainers.image.description="A GraphQL gateway for occupation and job data in which every field says where it comes from." \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"

RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --home-dir /var/lib/rolegraph --create-home --shell /usr/sbin/nologin rolegraph

COPY --from=build /usr/local/bin/rolegraph /usr/local/bin/rolegraph
COPY LICENSE NOTICE /usr/share/doc/rolegraph/

ENV ROLEGRAPH_LISTEN="0.0.0.0:8080" \
    ROLEGRAPH_DATABASE_URL="sqlite:///var/lib/rolegraph/rolegraph.db?mode=rwc" \
    ROLEGRAPH_LOG__FORMAT="json"

USER 10001:10001
WORKDIR /var/lib/rolegraph
VOLUME ["/var/lib/rolegraph"]
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s --retries=3 CMD ["rolegraph", "health"]
ENTRYPOINT ["rolegraph"]
CMD ["serve"]
