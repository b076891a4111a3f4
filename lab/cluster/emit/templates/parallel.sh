#!/usr/bin/env bash
{{template "about" .}}
#
#   bash THIS-FILE [--jobs 8 | --sshloginfile nodes --workdir . ...]
#
# plays the tasks with GNU parallel, a task for each {{if eq .Cores 1}}core{{else}}{{.Cores}} cores{{end}} at a time, and merges their results. Options are
# passed to parallel. Call it where the sweep's command is right; other machines (--sshloginfile) need
# the same folder there, such as one that is shared.
#
# A task that fails (exit code 1) is tried three times. A sweep that is wrong (exit code 2) ends the
# job: no other task is begun, since it would fail too. Finished runs are never repeated: after any
# accident call the same file once more. What became of each task is in the joblog.
set -euo pipefail

# task plays a task. It is called on the machine that parallel chooses.
task() {
  local program=${SWARMSIM:-swarmsim} shards={{sh .Shards}} code=0
  {{template "play" .}} || code=$?
  if [ "$code" = 2 ]; then
    kill -TERM "$PARALLEL_PID" || true # no new task; those that play may end
  fi
  return "$code"
}
export -f task
export SHELL=$BASH

{{template "settings" .}}
joblog=$shards.joblog
mkdir -p -- "$(dirname -- "$joblog")"

# Memory: a task begins when {{mb .Memory}} MiB are free, {{template "need" .}}.
parallel --will-cite --env task --env SWARMSIM --joblog "$joblog" --retries 3 --memfree {{mb .Memory}}M \
  --jobs {{if eq .Cores 1}}100%{{else}}"$(((($(nproc) - 1) / {{.Cores}}) + 1))"{{end}} "$@" task ::: $(seq {{.Tasks}}) || {
  echo "not all tasks have succeeded: $joblog has their exit codes" >&2
  exit 1
}
{{template "merge" .}}
