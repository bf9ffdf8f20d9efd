#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Make one lane of radar, metal detector and pose, with its truth.
#
# usage: calib/lanes/make.sh FOLDER SEED [LENGTH_M]
#
# FOLDER/SEED-00.sigmf-collection appears last: where it is, the lane is whole. Not made again.
set -eu
folder=$1 seed=$2 length=${3:-8.0} python=/usr/bin/python3
[ ! -e "$folder/$seed-00.sigmf-collection" ] || exit 0
programs=$(cd "$(dirname "$0")" && pwd)
raw=$(mktemp -d "$folder/raw-XXXXXX")
trap 'rm -rf "$raw"' EXIT
cc -O3 -march=native -ffast-math -shared -fPIC -o "$raw/libfdtd.so" "$programs/fdtd.c" -lm
export PYTHONDONTWRITEBYTECODE=1
"$python" "$programs/make_lanes.py" "$raw" "$seed-" "$seed" 1 "$length" --so="$raw/libfdtd.so"
"$python" "$programs/make_md.py" "$raw" "$seed-" "$seed" 1 "$length" >"$raw/told"
"$python" "$programs/export.py" "$raw" "$folder" "$seed-" 0 1
