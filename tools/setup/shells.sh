#!/usr/bin/env bash
# Brings the shells whose completion is tested beside bash, as root on Debian. Elsewhere those that are installed are tested.
set -euo pipefail

missing=()
for shell in zsh fish; do
  command -v "$shell" >/dev/null || missing+=("$shell")
done
[ "${#missing[@]}" = 0 ] && exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null || ! grep -qsx 'ID=debian' /etc/os-release; then
  echo "not installed, so that completion is not tested in it: ${missing[*]}"
  exit 0
fi

echo "installing Debian's ${missing[*]} with apt-get for the tests of completion (about 30 MB on disk)"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
