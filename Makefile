# `make` lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:

# In CI the lock files are the law.
LOCKED := $(if $(CI),--locked)

# What npm and Vite write last tells whether they have to run again.
WEB_MODULES := web/node_modules/.package-lock.json
WEB_PAGE := web/dist/graphiql/index.html
WEB_SOURCES := schema.graphql $(shell find web -type f -not -path 'web/node_modules/*' -not -path 'web/dist/*' -not -path 'web/e2e/*' \
	-not -path 'web/console/generated/*')

.PHONY: help run test lint bench fuzz schema web clean packages nextest

help: ## List the targets
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

run: web ## Build everything and start with the demo's jobs on http://127.0.0.1:8080
	cargo run --release $(LOCKED) -- serve --demo

test: web packages nextest ## Run all tests: SQLite, PostgreSQL, the browser
	cargo test --workspace --doc $(LOCKED)
	cargo nextest run --workspace $(LOCKED)

lint: $(WEB_MODULES) ## Check format, lints, types and docs
	cargo fmt --all --check
	cargo clippy --workspace --all-targets $(LOCKED) -- -D warnings
	RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps --document-private-items $(LOCKED)
	npm --prefix web run check

bench: web ## Measure: Criterion's micro-benchmarks, then the running service under load
	cargo bench $(LOCKED) --bench micro
	benches/load/run.sh

fuzz: web ## Ask the release binary 11,000 made-up questions, and hold the answers against the schema
	tests/fuzz/run.sh --as admin --cases 110
	tests/fuzz/run.sh --as nobody --cases 110

schema: ## Print the API into schema.graphql
	mkdir -p target
	cargo run --quiet $(LOCKED) -- schema > target/schema.graphql
	mv target/schema.graphql schema.graphql

web: $(WEB_PAGE) ## Build the web page into web/dist, when it is stale

clean: ## Remove what was built
	cargo clean
	rm -rf web/dist web/node_modules

$(WEB_PAGE): $(WEB_MODULES) $(WEB_SOURCES)
	npm --prefix web run build
	touch $@

$(WEB_MODULES): web/package.json web/package-lock.json
	npm --prefix web ci
	touch $@

packages:
	@.ci/packages

nextest:
	@cargo nextest --version >/dev/null 2>&1 || cargo install --locked cargo-nextest
