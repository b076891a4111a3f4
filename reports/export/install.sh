#!/usr/bin/env bash
# Installs tshark from Debian, as root, for the test of packet captures.
set -euo pipefail

if ! command -v tshark >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive # it asks whether all users may capture
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends tshark >/dev/null
fi
