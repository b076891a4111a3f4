#!/usr/bin/env bash
# Installs the clients and trackers of the tests in this folder: from Debian, as root, and
# webtorrent with its tracker from npm into the user's cache (or $SWARMSIM_CLIENTS).
set -euo pipefail

missing=
need() { command -v "$1" >/dev/null || missing="$missing $2"; }
need aria2c aria2
need node nodejs
need npm npm
need opentracker opentracker
need qbittorrent-nox qbittorrent-nox
need rtorrent rtorrent
need transmission-daemon transmission-daemon
/usr/bin/python3 -c 'import libtorrent' 2>/dev/null || missing="$missing python3-libtorrent"
if [ -n "$missing" ]; then
  export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 # in runlevel 1 no service is started
  apt-get update -qq
  # shellcheck disable=SC2086 # a list
  apt-get install -y -qq --no-install-recommends ca-certificates $missing >/dev/null
fi

# The version of node-datachannel that webtorrent asks for has no binary in its package, and
# ip-set's script refuses npm.
folder=${SWARMSIM_CLIENTS:-${XDG_CACHE_HOME:-$HOME/.cache}/swarmsim}/webtorrent
if [ ! -e "$folder/node_modules/webtorrent/package.json" ]; then
  mkdir -p "$folder"
  cat >"$folder/package.json" <<'JSON'
{
  "private": true,
  "dependencies": {"webtorrent": "3.0.21"},
  "overrides": {"node-datachannel": "0.33.4"}
}
JSON
  (cd "$folder" && npm install --ignore-scripts --no-audit --no-fund --loglevel=error)
fi
