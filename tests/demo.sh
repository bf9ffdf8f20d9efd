#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The demo of ./dev: an emulated lane from libiio to a subscriber. usage: demo.sh BIN SCENE
# Ends by itself within a minute; exit 0 only if the whole lane was sensed.
set -eu
bin=$1
scene=$2
here=$(mktemp -d "${TMPDIR:-/tmp}/groundwatch-demo.XXXXXX")
emulator=
daemon=

finish() {
    for pid in $daemon $emulator; do
        kill -TERM "$pid" 2>/dev/null || true
    done
    for pid in $daemon $emulator; do
        wait "$pid" 2>/dev/null || true
    done
    daemon=
    emulator=
}
trap finish EXIT
trap 'exit 130' INT TERM

"$bin/groundwatch" record --scene "$scene" "$here/demo" >/dev/null 2>"$here/record.log" ||
    { cat "$here/record.log" >&2; exit 70; }
"$bin/groundwatch" emulate --port 0 --port-file "$here/port" "$scene" 2>"$here/emulate.log" &
emulator=$!
tries=0
while [ ! -s "$here/port" ]; do
    tries=$((tries + 1))
    if [ $tries -gt 100 ] || ! kill -0 "$emulator" 2>/dev/null; then
        cat "$here/emulate.log" >&2
        echo "demo: the emulator did not start" >&2
        exit 70
    fi
    sleep 0.1
done
port=$(cat "$here/port")
"$bin/groundwatchd" --source "iio:ip:127.0.0.1:$port" --live "ipc://$here/live" \
    --replay "ipc://$here/replay" --journal "$here/journal.sqlite" 2>"$here/daemon.log" &
daemon=$!
status=0
"$bin/groundwatch" watch --history --live "ipc://$here/live" --replay "ipc://$here/replay" \
    --truth "$here/demo.truth.csv" --until "$(sed -n 's/^length_m: *//p' "$scene")" --timeout 50 ||
    status=$?
if ! kill -0 "$daemon" 2>/dev/null; then
    tail -n 20 "$here/daemon.log" >&2
    status=70
fi
finish
echo "journal: $here/journal.sqlite   (log of the daemon: $here/daemon.log)"
exit $status
