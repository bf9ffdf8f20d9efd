# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # lists that ./dev uses, and its functions
# Read by ./dev: which Debian packages are needed, and how they are installed.

# What building, the demo and the core tests need.
core_packages="gcc g++ procps libc6-dev make cmake pkg-config libfftw3-dev libiio-dev libzmq3-dev
 libsqlite3-dev libjansson-dev libcyaml-dev libyaml-dev libpng-dev libmd-dev libcmocka-dev
 libgsl-dev libgps-dev libhdf5-dev libmatio-dev libsegyio-dev libseccomp-dev zlib1g-dev
 libncurses-dev libasound2-dev libwebsockets-dev libsystemd-dev libjs-leaflet
 libjs-dygraphs scdoc libiio-utils iiod iproute2 python3 python3-zmq python3-jsonschema
 python3-websocket python3-yaml"
lint_packages="python3 universal-ctags clang-format"
package_packages="dpkg-dev file fakeroot"
# What `test --all` needs beyond the core.
all_packages="$lint_packages shellcheck clang libclang-rt-14-dev python3-numpy python3-scipy
 gpsd gpsd-clients
 python3-selenium chromium chromium-driver tmux gdal-bin python3-gdal lintian debootstrap
 systemd-container $package_packages"

packages_missing() {
    for package in "$@"; do
        state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) || state=
        [ "$state" = installed ] || printf '%s ' "$package"
    done
}

# With status 101, no package's script starts its service.
services_hold() {
    if [ ! -e /usr/sbin/policy-rc.d ]; then
        policy=placed
        printf '#!/bin/sh\n# While ./dev of Groundwatch installs packages.\nexit 101\n' |
            as_root tee /usr/sbin/policy-rc.d >/dev/null
        as_root chmod 755 /usr/sbin/policy-rc.d
    fi
}

# usage: service_disable PACKAGE UNIT...
service_disable() {
    package=$1
    shift
    if [ -d /run/systemd/system ]; then
        as_root systemctl stop "$@" || return 1
    fi
    as_root env DPKG_MAINTSCRIPT_PACKAGE="$package" deb-systemd-helper disable "$@"
}

# The tests run iiod and gpsd by hand, on loopback ports: the service of the one would offer this
# machine's own devices to the network from the next boot on, that of the other take its receivers.
# usage: services_release PACKAGES
services_release() {
    case " $1 " in
    *" iiod "*)
        service_disable iiod iiod.service && as_root update-rc.d iiod disable || return 1
        ;;
    esac
    case " $1 " in
    *" gpsd "*) service_disable gpsd gpsd.socket gpsd.service || return 1 ;;
    esac
    [ -z "$policy" ] || as_root rm -f /usr/sbin/policy-rc.d || return 1
    policy=
}

apt_get() {
    as_root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 apt-get -q \
        -o DPkg::Lock::Timeout=300 "$@" </dev/null
}

# The number of packages that an installation brings; fails when apt cannot tell.
apt_count() {
    apt-get -s -q install --no-install-recommends "$@" >build/install.plan 2>>"$log" || return 1
    grep -c '^Inst ' build/install.plan || true
}

# usage: need WHAT-FOR PACKAGE...
need() {
    purpose=$1
    shift
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        say "not a Debian system: going on without checking for packages: $*"
        return
    fi
    missing=$(packages_missing "$@")
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
        fail 69 "missing packages, and neither root nor sudo to install them: $missing"
    fi
    mkdir -p build
    log=build/install.log
    : >"$log"
    # shellcheck disable=SC2086 # names of packages, split on purpose
    count=$(apt_count $missing) || {
        say "reading the package lists (apt-get update)"
        apt_get update >>"$log" 2>&1 || true
        count=$(apt_count $missing) ||
            fail 69 "apt-get does not know all of: $missing(or no network: see $log)"
    }
    say "$purpose: installing $count Debian packages with apt-get, no service started: $missing"
    # shellcheck disable=SC2086
    apt_get install -y --no-install-recommends --download-only $missing >>"$log" 2>&1 || {
        apt_get update >>"$log" 2>&1 || true
        apt_get install -y --no-install-recommends --download-only $missing >>"$log" 2>&1 || {
            tail -n 5 "$log" >&2
            fail 69 "the packages could not be fetched: is there a network? see $log"
        }
    }
    services_hold
    # shellcheck disable=SC2086
    apt_get install -y --no-install-recommends $missing >>"$log" 2>&1 || {
        tail -n 15 "$log" >&2
        fail 74 "the packages could not be installed: see $log"
    }
    services_release "$missing" >>"$log" 2>&1 ||
        fail 74 "a service (iiod, gpsd) could not be turned off: see $log"
}
