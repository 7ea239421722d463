#!/bin/sh
# Makes the throw-away PostgreSQL cluster of one test run, and takes it away when the run is over, however it ended.
#
#   PASSWORD=… sh guardian.sh RUNNER PORT…
#
# Runs in the cluster's own folder, as the account that may run PostgreSQL. RUNNER is the id of the process whose end is
# the end of the run; the PORTs are tried in turn. Files of the folder:
#   bin        written by a test: where initdb and postgres are
#   url        written here: the server answers at this address
#   failed     written by either: there is no server, and why
#   processes  written here: ids and start times of this process and the server, for a later run to clear up after a kill -9
#   data, log  the cluster, and what was said while it was made and served
set -u
umask 077
exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- # what make or a shell above left open: somebody may wait for its end
trap '' HUP INT QUIT
trap 'leave' TERM

home=$PWD
runner=$1
shift

# When process $1 started: ids are used again, ids with start times are not. Fails when it is gone, or dead but not waited for.
started() {
    if [ -r /proc/self/stat ]; then
        { IFS= read -r stat < "/proc/$1/stat"; } 2>/dev/null || return 1
        # The name, second and in parentheses, may hold anything; after it come the state and, 19 on, the start time.
        set -- ${stat##*) }
        [ "$1" != Z ] && [ "$1" != X ] || return 1
        shift 19
        echo "$1"
    else
        set -- $(ps -o stat= -o lstart= -p "$1" 2>/dev/null)
        case ${1:-Z} in Z*) return 1 ;; esac
        shift
        (IFS=_; echo "$*")
    fi
}

# Is process $1, which started at $2, still there?
alive() { [ -n "$2" ] && [ "$(started "$1")" = "$2" ]; }

# A file appears whole or not at all.
write() { printf '%s\n' "$2" > "$1.new" && mv "$1.new" "$1"; }

nap() { sleep 0.05 2>/dev/null || sleep 1; }

# Ends the server $1, which started at $2: by an immediate shutdown, as nothing is worth saving. Asks more than once: a server
# that is just being born does not hear.
stop() {
    tries=0
    while alive "$1" "$2"; do
        [ $tries -lt 200 ] || kill -KILL "$1"
        [ $((tries % 10)) -ne 0 ] || kill -QUIT "$1"
        tries=$((tries + 1))
        nap
    done 2>/dev/null
}

postmaster=0
postmaster_start=
leave() {
    trap '' TERM
    stop "$postmaster" "$postmaster_start"
    cd /
    for _ in 1 2 3 4 5; do
        rm -rf "$home" 2>/dev/null
        [ -e "$home" ] || break
        sleep 1 # a test that outlived its runner was writing there
    done
    exit 0
}

# What runs left whose guardian was killed.
sweep() {
    for left in "${home%/*}"/rolegraph-postgres-*/processes; do
        [ -f "$left" ] && [ -O "$left" ] || continue
        read -r guardian guardian_start server server_start < "$left" || continue
        alive "$guardian" "$guardian_start" && continue
        stop "$server" "$server_start"
        rm -rf "${left%/*}" 2>/dev/null
    done
}

# Serves on port $1; fails when the server ends before it is ready.
serve() {
    # stdin, stdout and stderr are not the test's: nextest would wait for whoever holds them.
    "$bin/postgres" -D data -p "$1" -c listen_addresses=127.0.0.1 -c unix_socket_directories='' \
        -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0 \
        -c max_connections=200 -c shared_buffers=64MB -c autovacuum=off -c jit=off -c timezone=UTC &
    postmaster=$!
    postmaster_start=$(started "$postmaster")
    write processes "$$ $(started $$) $postmaster $postmaster_start"
    until grep -q '^ready' data/postmaster.pid 2>/dev/null; do
        alive "$postmaster" "$postmaster_start" || return 1
        alive "$runner" "$runner_start" || leave
        nap
    done
}

# The cluster, its address in `url`; or the reason in `failed`.
start() {
    until [ -e bin ]; do
        [ -e failed ] && return
        alive "$runner" "$runner_start" || leave
        nap
    done
    read -r bin < bin
    printf '%s\n' "$PASSWORD" > password
    # `password`, not SCRAM: on 127.0.0.1 nobody listens, and each of many connections is cheaper.
    "$bin/initdb" -D data -U postgres --pwfile=password --auth=password --encoding=UTF8 --locale=C --no-sync ||
        { write failed "initdb failed"; return; }
    for port; do
        serve "$port" && { write url "postgres://postgres:$PASSWORD@127.0.0.1:$port"; return; }
    done
    write failed "postgres did not start"
}

mkdir data 2>/dev/null || exit 0 # another guardian has this folder
write processes "$$ $(started $$) 0 0"
sweep
if runner_start=$(started "$runner"); then
    start "$@"
else
    write failed "the server's account cannot see process $runner, whose end it would wait for"
    sleep 2
fi
while alive "$runner" "$runner_start"; do sleep 1; done
leave
