#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Fit the radar's likeness model anew: training lanes, features, fit.
#
# usage: calib/fit/run.sh [FOLDER [FIRST_SEED COUNT]]
#
# Lanes go to FOLDER (build/fit), seeds 5000..5119; those that are there stay. About a minute a lane
# and core. Writes dsp/likeness_fitted.h; build and test after it.
set -eu
cd "$(dirname "$0")/../.."
folder=${1:-build/fit} first=${2:-5000} count=${3:-120} python=/usr/bin/python3
mkdir -p "$folder"
cmake -S . -B build >/dev/null
cmake --build build --target features
cc -O3 -march=native -ffast-math -shared -fPIC -o "$folder/libfdtd.so" calib/fit/fdtd.c -lm
seq "$first" $((first + count - 1)) | while read -r seed; do
    [ -e "$folder/$seed.sigmf-collection" ] || echo "$seed"
done | xargs -P "$(nproc)" -I SEED \
    "$python" calib/fit/lanes.py "$folder/libfdtd.so" "$folder" SEED 1
set --
for seed in $(seq "$first" $((first + count - 1))); do
    set -- "$@" "$folder/$seed.sigmf-collection"
done
"$python" calib/fit/fit.py --write dsp/likeness_fitted.h build/calib/features "$@"
