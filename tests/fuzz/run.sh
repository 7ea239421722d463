#!/usr/bin/env bash
# Asks the running service what schemathesis makes up from schema.graphql, and holds every answer against the schema.
#
#   tests/fuzz/run.sh [--binary FILE] [--cases N] [--seed N] [--as admin|nobody]
#
# The service has the demo's jobs, the limits of its defaults and a schema that only admins may look at; rates are off. Cases are
# a number for each root field. It writes below target/fuzz and into a temporary folder, and ends only what it started.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

binary='' cases=70 seed=1 who=admin
while (($#)); do
  case $1 in
    --binary) binary=$2 ;;
    --cases) cases=$2 ;;
    --seed) seed=$2 ;;
    --as) who=$2 ;;
    *) echo "unknown: $1" >&2; exit 2 ;;
  esac
  shift 2
done

if [[ -z $binary ]]; then
  cargo build --release ${CI:+--locked} --bin rolegraph >&2
  binary=${CARGO_TARGET_DIR:-target}/release/rolegraph
fi
binary=$(realpath "$binary")

here=$PWD tools=$PWD/target/fuzz/venv
if ! cmp -s tests/fuzz/requirements.txt "$tools/installed"; then
  python3 -m venv --clear "$tools" >&2
  "$tools/bin/pip" install --quiet --disable-pip-version-check -r tests/fuzz/requirements.txt >&2
  cp tests/fuzz/requirements.txt "$tools/installed"
fi

PYTHONDONTWRITEBYTECODE=1 "$tools/bin/python" tests/fuzz/test_answers.py >&2

folder=$(mktemp -d) pid=''
cleanup() {
  [[ -z $pid ]] || { kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null; } || true
  rm -rf "$folder"
}
trap cleanup EXIT

token=$(head -c 24 /dev/urandom | base64 | tr '+/' '-_')
(cd "$folder" && ROLEGRAPH_ADMIN_TOKEN=$token ROLEGRAPH_DEMO=true ROLEGRAPH_HTTP__EXPLORE=admins ROLEGRAPH_RATES__ANONYMOUS=0 \
  ROLEGRAPH_RATES__SIGNED_IN=0 exec "$binary" serve --listen 127.0.0.1:0) >"$folder/log" 2>&1 &
pid=$!
for _ in $(seq 1200); do
  url=$(sed -n 's/.* is at \(http.*\)/\1/p' "$folder/log")
  [[ -n $url ]] && curl --silent --fail --output /dev/null "$url/health/ready" && break
  kill -0 "$pid" || { cat "$folder/log" >&2; exit 1; }
  sleep 0.1
done

ask='{ jobs(first: 60) { nodes { id } } companies(first: 20) { nodes { id } } }'
curl --silent --fail "$url/graphql" --header 'content-type: application/json' --data "{\"query\": \"$ask\"}" |
  grep -o '"id":"[^"]*"' | cut -d: -f2 >"$folder/ids.txt"
cp tests/fuzz/schemathesis.toml "$folder"

headers=()
[[ $who == admin ]] && headers=(--header "Authorization: Bearer $token")
export ROLEGRAPH_FUZZ_SCHEMA=$here/schema.graphql SCHEMATHESIS_HOOKS=hooks PYTHONPATH=$here/tests/fuzz PYTHONDONTWRITEBYTECODE=1
cd "$folder"
"$tools/bin/st" --config-file schemathesis.toml run "$here/schema.graphql" --url "$url/graphql" --checks the_answer_fits_the_schema --phases fuzzing --mode positive \
  --max-examples "$cases" --seed "$seed" --generation-database none --no-shrink --continue-on-failure --suppress-health-check all \
  "${headers[@]}"
kill -0 "$pid" || { echo "the service ended" >&2; exit 1; }
