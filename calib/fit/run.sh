#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Fit anew the radar's likeness models, the depths of reference that rest on them, and fusion:
# training lanes and scenes, features, fits.
#
# usage: calib/fit/run.sh [FOLDER [FIRST_SEED COUNT]]
#
# Lanes of radar, metal detector and pose go to FOLDER (build/fit), seeds 5000..5087, 5120..5129 and
# 5140..5149, or those named; those that are there stay. About a minute a lane and core. Writes
# dsp/likeness_fitted.h and likeness_stepped.h, builds with them, writes dsp/reference_fitted.h, and
# dsp/fuse_fitted.h; build and test after it.
#
# usage: calib/fit/run.sh --likeness [FOLDER [FIRST_SEED COUNT]]
#
# The likeness of impulse radars alone, and then what blank ground gives under it: with another
# likeness the usual levels (dsp/usual.c) and the table (dsp/far.c) are other ones. They are entered
# by hand; the depths of reference and fusion rest on them, so that all of it is run after that.
#
# Bands of the echo's frequency are compared by fit.py --frequency narrow, wide or both (as it is
# written); stages.py has them with limits.
set -eu
cd "$(dirname "$0")/../.."
only=
if [ "${1:-}" = --likeness ]; then
    only=likeness
    shift
fi
folder=${1:-build/fit} python=/usr/bin/python3
if [ $# -gt 1 ]; then
    seeds=$(seq "$2" $(($2 + ${3:-1} - 1)))
else
    seeds=$(seq 5000 5087; seq 5120 5129; seq 5140 5149)
fi
mkdir -p "$folder"
cmake -S . -B build >/dev/null
cmake --build build --target features groundwatch
printf '%s\n' "$seeds" | xargs -P "$(nproc)" -I SEED calib/lanes/make.sh "$folder" SEED
lanes=$(for seed in $seeds; do
    printf '%s\n' "$folder/$seed-00.sigmf-collection"
done)
# shellcheck disable=SC2086 # names without spaces
set -- $lanes
"$python" calib/fit/fit.py --write dsp/likeness_fitted.h build/calib/features "$@"
if [ "$only" ]; then
    cmake --build build --target features
    exec "$python" calib/fit/far.py build/calib/features "$folder/blank"
fi
mkdir -p "$folder/stepped"
# shellcheck disable=SC2046
set -- $("$python" calib/fit/stepped.py build/bin/groundwatch "$folder/stepped")
"$python" calib/fit/fit.py --stepped --write dsp/likeness_stepped.h build/calib/features "$@"
cmake --build build --target features
"$python" calib/fit/reference.py --write dsp/reference_fitted.h build/calib/features \
    "$folder/reference"
cmake --build build --target groundwatch
# shellcheck disable=SC2086
set -- $lanes
"$python" calib/fit/fuse.py --write dsp/fuse_fitted.h --scenes "$folder/fields" \
    build/bin/groundwatch "$@"
