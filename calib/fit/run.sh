#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Fit the radar's likeness model anew, and fusion after it: training lanes, features, fits.
#
# usage: calib/fit/run.sh [FOLDER [FIRST_SEED COUNT]]
#
# Lanes of radar, metal detector and pose go to FOLDER (build/fit), seeds 5000..5119; those that are
# there stay. About a minute a lane and core. Writes dsp/likeness_fitted.h, builds with it, and
# writes dsp/fuse_fitted.h; build and test after it.
set -eu
cd "$(dirname "$0")/../.."
folder=${1:-build/fit} first=${2:-5000} count=${3:-120} python=/usr/bin/python3
last=$((first + count - 1))
mkdir -p "$folder"
cmake -S . -B build >/dev/null
cmake --build build --target features
seq "$first" "$last" | xargs -P "$(nproc)" -I SEED calib/lanes/make.sh "$folder" SEED
set --
for seed in $(seq "$first" "$last"); do
    set -- "$@" "$folder/$seed-00.sigmf-collection"
done
"$python" calib/fit/fit.py --write dsp/likeness_fitted.h build/calib/features "$@"
cmake --build build --target groundwatch
"$python" calib/fit/fuse.py --write dsp/fuse_fitted.h --scenes "$folder/fields" \
    build/bin/groundwatch "$@"
