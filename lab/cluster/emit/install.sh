#!/usr/bin/env bash
# Installs the schedulers of the tests of jobs, from Debian, as root. Snakemake is left out: it comes with
# 80 other packages. Its test is skipped without it.
set -euo pipefail

missing=
need() { command -v "$1" >/dev/null || missing="$missing $2"; }
need parallel parallel
need slurmctld slurmctld
need slurmd slurmd
need sbatch slurm-client
need munged munge
if [ -n "$missing" ]; then
  export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 # in runlevel 1 no service is started
  apt-get update -qq
  # shellcheck disable=SC2086 # a list
  apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi
