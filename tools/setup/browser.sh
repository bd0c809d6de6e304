#!/usr/bin/env bash
# Makes sure that the browser tests find a browser. A failure is told here and counted there: the suite says what is missing.
bash "$(dirname -- "${BASH_SOURCE[0]}")/system-deps.sh" || true
