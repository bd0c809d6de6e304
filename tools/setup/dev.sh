#!/usr/bin/env bash
# The server and Vite side by side, each with reload. Ending one, or this script, ends both.
set -euo pipefail

node --watch-path=src src/cli.ts serve &
server=$!
vite frontend &
vite=$!
trap 'kill "$server" "$vite" 2>/dev/null || true; wait' EXIT
trap 'exit 0' INT TERM
wait -n
