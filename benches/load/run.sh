#!/usr/bin/env bash
# The load test: builds the release, starts the real binary on this machine, measures how long it takes to be ready and what
# it holds in memory, then asks three operations under load, each next to a bare axum handler that answers the same bytes,
# and next to the library's own handler over the same schema and a copy of the database. Then four times as many requests as can
# be answered, then a long run whose memory is looked at. Last comes what durable work does by the clock: items a second, and
# what thirty occupations cost upstreams.
#
#   benches/load/run.sh [--no-build] [--no-work] [--seconds N] [--soak SECONDS] [--connections "4 32"]
#
# It writes into a temporary folder only, and ends only what it started. Prints Markdown.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

build=true work=true seconds=5 soak=60 connections="4 32" starts=3
while (($#)); do
  case $1 in
    --no-build) build=false; shift ;;
    --no-work) work=false; shift ;;
    --seconds) seconds=$2; shift 2 ;;
    --soak) soak=$2; shift 2 ;;
    --connections) connections=$2; shift 2 ;;
    *) echo "unknown: $1" >&2; exit 2 ;;
  esac
done

say() { echo "$*" >&2; }

for tool in wrk curl; do
  command -v "$tool" >/dev/null && continue
  if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
    say "installing $tool"
    apt-get install --yes --no-install-recommends "$tool" >&2 || { apt-get update >&2 && apt-get install --yes --no-install-recommends "$tool" >&2; }
  else
    say "$tool is missing: install it (Debian: apt-get install $tool), then try again"
    exit 1
  fi
done

if $build; then
  cargo build --release ${CI:+--locked} --bin rolegraph --example static_server --example plain_server --example overload >&2
fi
target=${CARGO_TARGET_DIR:-target}/release
service=$target/rolegraph static=$target/examples/static_server plain=$target/examples/plain_server overload=$target/examples/overload

folder=$(mktemp -d)
service_pid='' static_pid='' plain_pid='' resting_pid=''
stop() {
  local pid=$1
  [[ -n $pid ]] || return 0
  kill "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
}
cleanup() {
  stop "$service_pid"
  stop "$static_pid"
  stop "$plain_pid"
  stop "$resting_pid"
  rm -rf "$folder"
}
trap cleanup EXIT

free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 30000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
}

port=$(free_port)
# Nothing of the environment's settings but what is set here.
for name in $(compgen -e | grep '^ROLEGRAPH_' || true); do unset "$name"; done
export ROLEGRAPH_ADMIN_TOKEN=a-token-for-the-load-test
# One caller asks for everything; and each answer is made, but where kept ones are measured.
export ROLEGRAPH_RATES__ANONYMOUS=0 ROLEGRAPH_CACHE__ANSWERS_BYTES=0

# CPU time of a process so far, in clock ticks. Its name may hold spaces, so count from behind the bracket.
ticks() { sed 's/.*) //' "/proc/$1/stat" | awk '{ print $12 + $13 }'; }
hertz=$(getconf CLK_TCK)

# start DATABASE [FLAG…]: starts the service. Leaves the milliseconds until it was ready in `took`, those of CPU in `spent`.
start() {
  local database=$1 began=${EPOCHREALTIME/./} ended
  shift
  "$service" serve --listen "127.0.0.1:$port" --database-url "sqlite://$database?mode=rwc" "$@" 2>"$folder/log" &
  service_pid=$!
  until curl --silent --fail --output /dev/null "http://127.0.0.1:$port/health/ready"; do
    kill -0 "$service_pid" 2>/dev/null || { cat "$folder/log" >&2; exit 1; }
    sleep 0.01
  done
  ended=${EPOCHREALTIME/./}
  took=$(((ended - began) / 1000))
  spent=$(($(ticks "$service_pid") * 1000 / hertz))
}

memory() { awk -v key="$2:" '$1 == key { printf "%.1f", $2 / 1024 }' "/proc/$1/status"; }
middle() { printf '%s\n' "$@" | sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }

say "measuring starts"
nothing=() migrated=() nothing_spent=() migrated_spent=()
for ((i = 1; i <= starts; i++)); do
  start "$folder/nothing-$i.db" --demo
  nothing+=("$took")
  nothing_spent+=("$spent")
  stop "$service_pid"
done
for ((i = 1; i <= starts; i++)); do
  start "$folder/nothing-1.db" --demo
  migrated+=("$took")
  migrated_spent+=("$spent")
  stop "$service_pid"
done
start "$folder/fresh.db" --demo
sleep 3
idle_first=$(memory "$service_pid" VmRSS) peak_first=$(memory "$service_pid" VmHWM)
stop "$service_pid"
start "$folder/fresh.db" --demo
sleep 3
idle=$(memory "$service_pid" VmRSS)

# One more, that nobody asks anything until the end: it has loaded the demo, and given back what it needed for that.
resting_port=$(free_port)
"$service" serve --listen "127.0.0.1:$resting_port" --database-url "sqlite://$folder/resting.db?mode=rwc" --demo 2>/dev/null &
resting_pid=$! rests_since=$EPOCHSECONDS
until curl --silent --fail --output /dev/null "http://127.0.0.1:$resting_port/health/ready"; do sleep 0.05; done
sleep 3

declare -A body
arguments=()
for name in job_page job_list coverage; do
  node -e 'const fs = require("fs"); fs.writeFileSync(process.argv[2], JSON.stringify({ query: fs.readFileSync(process.argv[1], "utf8") }))' \
    "benches/queries/$name.graphql" "$folder/$name.request"
  curl --silent --fail --header 'Content-Type: application/json' --data-binary "@$folder/$name.request" \
    --output "$folder/$name.answer" "http://127.0.0.1:$port/graphql"
  if grep -q '"errors"' "$folder/$name.answer"; then cat "$folder/$name.answer" >&2; exit 1; fi
  body[$name]=$(wc -c <"$folder/$name.answer")
  arguments+=("$name=$folder/$name.answer")
done
static_port=$(free_port)
"$static" "$static_port" "${arguments[@]}" &
static_pid=$!
until curl --silent --output /dev/null "http://127.0.0.1:$static_port/"; do sleep 0.05; done

cp "$folder/fresh.db" "$folder/plain.db"
plain_port=$(free_port)
"$plain" "$plain_port" "sqlite://$folder/plain.db?mode=rwc" &
plain_pid=$!
until curl --silent --output /dev/null "http://127.0.0.1:$plain_port/"; do sleep 0.05; done

# load PID URL REQUEST CONNECTIONS SECONDS: prints requests/s, median and p99 in ms, CPU µs per request.
load() {
  local before after out
  before=$(ticks "$1")
  out=$(wrk --threads 1 --connections "$4" --duration "${5}s" --timeout 10s --script benches/load/post.lua "$2" -- "$3" | grep '^numbers ')
  after=$(ticks "$1")
  awk -v out="$out" -v ticks="$((after - before))" -v hertz="$hertz" 'BEGIN {
    split(out, n, " ")
    if (n[6] > 0 || n[2] == 0) { print n[6] " of " n[2] " answers were errors" > "/dev/stderr"; exit 1 }
    printf "%.1f %.2f %.2f %.0f\n", n[2] / n[3], n[4] / 1000, n[5] / 1000, ticks * 1e6 / hertz / n[2]
  }'
}

rows=()
for name in job_page job_list coverage; do
  load "$service_pid" "http://127.0.0.1:$port/graphql" "$folder/$name.request" 4 1 >/dev/null
  for count in $connections; do
    say "load: $name over $count connections"
    bare=$(load "$static_pid" "http://127.0.0.1:$static_port/$name" "$folder/$name.request" "$count" "$seconds")
    real=$(load "$service_pid" "http://127.0.0.1:$port/graphql" "$folder/$name.request" "$count" "$seconds")
    stock=$(load "$plain_pid" "http://127.0.0.1:$plain_port/graphql" "$folder/$name.request" "$count" "$seconds")
    rows+=("$(awk -v name="$name" -v bytes="${body[$name]}" -v count="$count" -v real="$real" -v stock="$stock" -v bare="$bare" 'BEGIN {
      split(real, r, " "); split(stock, p, " "); split(bare, b, " ")
      printf "| %s | %d | %d | %.0f | %s | %s | %d | %.0f | %s | %s | %d | %.0f | %d | %.2f | 1 : %.1f |", name, bytes, count,
        r[1], r[2], r[3], r[4], p[1], p[2], p[3], p[4], b[1], b[4], r[4] / p[4], r[4] / b[4]
    }')")
  done
done
loaded=$(memory "$service_pid" VmRSS)
stop "$service_pid"
stop "$static_pid"
stop "$plain_pid"
static_pid='' plain_pid=''

say "kept answers"
ROLEGRAPH_CACHE__ANSWERS_BYTES=16777216 start "$folder/fresh.db" --demo
kept=()
for name in job_page job_list coverage; do
  read -r rate p50 p99 cpu <<<"$(load "$service_pid" "http://127.0.0.1:$port/graphql" "$folder/$name.request" 32 "$seconds")"
  kept+=("| $name | $rate | $p50 | $p99 | $cpu |")
done
stop "$service_pid"

say "overload"
start "$folder/fresh.db" --demo
page=$folder/job_page.request url=http://127.0.0.1:$port/graphql
# What two cores can answer is measured with as many connections as wrk needs for it; what an unloaded one takes, with one.
read -r capacity _ <<<"$(load "$service_pid" "$url" "$page" 8 "$seconds")"
capacity=${capacity%.*}
calm_memory=$(memory "$service_pid" VmRSS)
overloads=()
# A crowd is known as one within a twentieth of a second: long enough that what comes before is less than one in a hundred.
stream=15
for factor in 0.1 0.5 4; do
  rate=$(awk -v c="$capacity" -v f="$factor" 'BEGIN { printf "%d", c * f }')
  read -r taken p50 p99 refused refused99 retry lost <<<"$("$overload" "$url" "$page" "$rate" "$stream")"
  overloads+=("| $factor x | $rate | $taken | $p50 | $p99 | $refused | $refused99 | $retry | $lost | $(memory "$service_pid" VmRSS) |")
done

# Who asks again as soon as it is refused keeps a crowd a crowd, for a while; so the next ones come when it is over.
sleep 1
say "soak for $soak s"
soaked=()
for ((part = 1; part <= 4; part++)); do
  read -r rate p50 p99 cpu <<<"$(load "$service_pid" "$url" "$page" 8 $((soak / 4)))"
  soaked+=("| $part of 4 | $rate | $p50 | $p99 | $cpu | $(memory "$service_pid" VmRSS) |")
done
stop "$service_pid"
service_pid=''

# The ranker is given back after two minutes.
((EPOCHSECONDS - rests_since >= 150)) || sleep $((150 - (EPOCHSECONDS - rests_since)))
rested=$((EPOCHSECONDS - rests_since)) idle_rested=$(memory "$resting_pid" VmRSS)
stop "$resting_pid"
resting_pid=''

if $work; then
  say "durable work"
  cargo bench ${CI:+--locked} --bench work | grep '^|' >"$folder/work"
fi

cat <<END
$(date --utc '+%Y-%m-%d %H:%M') UTC, commit $(git rev-parse --short HEAD 2>/dev/null || echo unknown), $(nproc) cores, load average $(cut -d' ' -f1-3 /proc/loadavg)

| what | measured | goal |
|---|---:|---:|
| ready from nothing with the demo, median of $starts (${nothing[*]} ms) | $(middle "${nothing[@]}") ms | 10,000 ms |
| CPU time of that start, median | $(middle "${nothing_spent[@]}") ms | |
| ready on a migrated database, median of $starts (${migrated[*]} ms) | $(middle "${migrated[@]}") ms | 2,000 ms |
| CPU time of that start, median | $(middle "${migrated_spent[@]}") ms | |
| idle memory (RSS), 3 s after a start on a migrated database | $idle MiB | 100 MiB |
| idle memory (RSS), 3 s after the demo was loaded | $idle_first MiB | 100 MiB |
| idle memory (RSS), $rested s after the demo was loaded | $idle_rested MiB | 100 MiB |
| peak memory while the demo was loaded | $peak_first MiB | |
| memory (RSS) after the load below | $loaded MiB | |

Per operation: the service without kept answers, then the library's own handler over the same schema and data, then the bare axum
handler with the same bytes. CPU is user and system time of the process per request.

| operation | bytes | connections | requests/s | p50 ms | p99 ms | CPU µs | plain requests/s | p50 ms | p99 ms | CPU µs | bare requests/s | CPU µs | CPU, ratio to plain | to bare |
|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|
$(printf '%s\n' "${rows[@]}")

With kept answers, 32 connections:

| operation | requests/s | p50 ms | p99 ms | CPU µs |
|---|---:|---:|---:|---:|
$(printf '%s\n' "${kept[@]}")

Job pages in a steady stream, in multiples of the $capacity a second that are answered over 8 connections ($calm_memory MiB before). The
sender shares the two cores.

| load | sent/s | answered | p50 ms | p99 ms | refused | p99 ms | with Retry-After | came to nothing | memory MiB |
|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|
$(printf '%s\n' "${overloads[@]}")

Job pages over 8 connections for $soak s:

| part | requests/s | p50 ms | p99 ms | CPU µs | memory MiB |
|---|---:|---:|---:|---:|---:|
$(printf '%s\n' "${soaked[@]}")
END

if $work; then
  printf '\nDurable work: the rows of `cargo bench --bench work`.\n\n'
  cat "$folder/work"
fi
