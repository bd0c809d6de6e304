#!/usr/bin/env bash
# Makes sure that there is a browser for the tests: the one that CHROMIUM_PATH names, an installed one, or, as root on Debian, apt's.
# Exit code 1 when there is none and it cannot be brought; the browser tests then say the same.
set -euo pipefail

if [ -n "${CHROMIUM_PATH:-}" ]; then
  if [ -x "$CHROMIUM_PATH" ]; then
    echo "browser for the tests: $CHROMIUM_PATH"
    exit 0
  fi
  echo "CHROMIUM_PATH names $CHROMIUM_PATH, which cannot be run." >&2
  exit 1
fi

for name in chromium chromium-browser google-chrome google-chrome-stable; do
  if found=$(command -v "$name"); then
    echo "browser for the tests: $found"
    exit 0
  fi
done

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null || ! grep -qsx 'ID=debian' /etc/os-release; then
  echo "No Chromium found; the browser tests need one. Install it, or name one in CHROMIUM_PATH." >&2
  exit 1
fi

echo "installing Debian's chromium with apt-get for the browser tests (about 400 MB on disk)"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends chromium >/dev/null
echo "browser for the tests: $(command -v chromium)"
