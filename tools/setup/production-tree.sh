#!/usr/bin/env bash
# Puts what a running server needs, and nothing else, into an empty folder: built files and production packages. Node itself is not in it.
# usage: tools/setup/production-tree.sh FOLDER      (after `make build`)
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
into=${1:?usage: production-tree.sh FOLDER}
mkdir -p -- "$into"
if [ -n "$(ls -A -- "$into")" ]; then
  echo "$into is not empty; name a new folder." >&2
  exit 1
fi
for built in dist/cli.js frontend/dist/index.html; do
  if [ ! -f "$root/$built" ]; then
    echo "$built is missing: run \"make build\" first." >&2
    exit 1
  fi
done

cd -- "$root"
# The manifests of the workspaces are needed by npm only, to see that the lock file is the one that belongs to them.
for path in package.json package-lock.json .npmrc bin dist config.example.yaml LICENSE \
  frontend/package.json frontend/dist tools/runtime/package.json; do
  mkdir -p -- "$into/$(dirname -- "$path")"
  cp -R -- "$path" "$into/$path"
done
cd -- "$into"
npm ci --omit=dev --workspaces=false --loglevel=error
