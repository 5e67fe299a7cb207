#!/bin/sh
# Builds the dashboard into the folder given as the only argument; does nothing when no source is newer than the last build.
set -eu
[ $# -eq 1 ] || { echo "usage: build.sh <out-dir>" >&2; exit 2; }
mkdir -p "$1"
out=$(cd "$1" && pwd)
cd "$(dirname "$0")"

built="$out/manifest.json"
if [ -f "$built" ] && [ -z "$(find src package.json package-lock.json tsconfig.json vite.config.ts build.sh -newer "$built" -print -quit)" ]; then
    exit 0
fi

installed=node_modules/.berth-lock
if ! cmp -s package-lock.json "$installed"; then
    npm ci --prefer-offline --no-audit --no-fund --loglevel=error >&2
    cp package-lock.json "$installed"
fi

node_modules/.bin/tsc --noEmit
# Only what an earlier build left is cleared: the folder may hold other files.
rm -rf "$out/assets" "$built"
node_modules/.bin/vite build --logLevel warn --outDir "$out" --emptyOutDir=false
