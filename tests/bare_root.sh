#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Runs ./dev commands as the first ones ever in a bare Debian 12, and measures them. As root, with
# debootstrap:
#
#     tests/bare_root.sh FOLDER test demo 'test --all'
#
# FOLDER/base is made once, from this machine's own package source, and kept. Each command gets a
# fresh copy of it and a fresh clone of this repository; with SAME=1 they share one. SHARED=FOLDER
# is laid beside the clone as shared/.
set -eu
repository=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)
shift
base=$folder/base run=$folder/run

base_make() {
    # shellcheck disable=SC2016 # apt's own variable
    source=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' |
        grep -v security | head -n 1)
    rm -rf "$base.part"
    debootstrap --variant=minbase bookworm "$base.part" "$source" >"$folder/debootstrap.log"
    # How this machine reaches its package source: proxies and the like.
    grep -ls '^Acquire::http\|^Acquire::https\|^Acquire::Check' /etc/apt/apt.conf.d/* |
        while read -r file; do cp "$file" "$base.part/etc/apt/apt.conf.d/"; done
    cp -L /etc/resolv.conf "$base.part/etc/resolv.conf"
    mv "$base.part" "$base"
}

run_make() {
    rm -rf --one-file-system "$run"
    cp -a "$base" "$run"
    mkdir "$run/opt/src"
    git clone -q --no-hardlinks "$repository" "$run/opt/src/groundwatch"
    if [ -n "${SHARED:-}" ]; then
        cp -a "$SHARED" "$run/opt/src/shared"
    fi
}

packages() {
    chroot "$run" dpkg-query -W -f '.' | wc -c
}

# What an installation must not leave behind.
leftovers() {
    if [ -e "$run/usr/sbin/policy-rc.d" ]; then
        echo "left behind: policy-rc.d"
    fi
    find "$run/etc/systemd/system" "$run"/etc/rc[2-5].d -name '*iiod*' ! -name 'K*' 2>/dev/null |
        sed 's/^/left enabled: /'
    find "$run/tmp" -mindepth 1 | sed 's/^/left in its folder for temporary files: /'
}

# In namespaces of its own; what still runs at the end is printed, and ends with them.
command_run() {
    # shellcheck disable=SC2016 # $1 and $2 are the inner shell's
    unshare --mount --pid --fork sh -c '
        mount --rbind /dev "$1/dev" && mount -t proc proc "$1/proc" || exit 1
        chroot "$1" env -i HOME=/opt/src TERM=dumb PATH=/usr/sbin:/usr/bin:/sbin:/bin sh -c \
            "cd /opt/src/groundwatch && ./dev $2" </dev/null
        status=$?
        for process in "$1"/proc/[0-9]*/comm; do
            case $(cat "$process") in
            sh | cat) ;;
            *) echo "left running: $(cat "$process")" ;;
            esac
        done
        exit $status' sh "$run" "$1"
}

[ -d "$base" ] || base_make
failed=0
for command in "$@"; do
    if [ -z "${SAME:-}" ] || [ ! -d "$run" ]; then
        run_make
    fi
    before=$(packages)
    size=$(du -sm --exclude="$run/opt" "$run" | cut -f 1)
    begin=$(date +%s)
    status=0
    command_run "$command" || status=$?
    printf 'bare root: ./dev %s: exit %d after %d s, %d packages before, %d after, %d MB more\n' \
        "$command" "$status" $(($(date +%s) - begin)) "$before" "$(packages)" \
        $(($(du -sm --exclude="$run/opt" "$run" | cut -f 1) - size))
    leftovers
    [ "$status" -eq 0 ] || failed=1
done
exit "$failed"
