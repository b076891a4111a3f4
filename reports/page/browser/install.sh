#!/usr/bin/env bash
# Installs the browser of the tests in this folder: Chromium from Debian, as root.
set -euo pipefail

command -v chromium >/dev/null && exit
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null
