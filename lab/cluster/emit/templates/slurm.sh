#!/usr/bin/env bash
{{template "about" .}}
#
#   bash THIS-FILE [--partition=short --account=mine ...]
#
# submits an array of tasks, and a step that merges their results when all have ended. Options are
# passed to sbatch. Call it where the sweep's command is right, in a folder that all nodes share.
#
# A task that fails (exit code 1) is queued again, up to $retries times. A sweep that is wrong (exit code
# 2) is not: it would fail again. Finished runs are never repeated: after any accident submit
# the same file once more. If runs are missing, the last step lists them and fails.
set -euo pipefail

{{template "settings" .}}
retries=3
log=$shards.log # a folder, with a file for each task

case ${1:-} in
task)
  set -- "$SLURM_ARRAY_TASK_ID"
  code=0
  {{template "play" .}} || code=$?
  if [ "$code" = 1 ] && [ "${SLURM_RESTART_COUNT:-0}" -lt "$retries" ]; then
    scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
  fi
  exit "$code"
  ;;
merge)
  {{template "merge" .}}
  exit
  ;;
esac

here=$(cd -- "$(dirname -- "$0")" && pwd)/$(basename -- "$0")
mkdir -p -- "$log"
common=(--parsable --nodes=1 --ntasks=1 --cpus-per-task={{.Cores}} --requeue --open-mode=append)

# Memory: {{template "need" .}}.
{{- if .TaskTime}}
# Time: a multiple of the estimate, in minutes.
{{- else}}
# Time: no run was timed, so the partition's limit holds. Add --time=MINUTES if it is too short.
{{- end}}
tasks=$(sbatch "${common[@]}" --job-name={{label .Name}} --array=1-{{.Tasks}} --mem={{mb .Memory}}M{{if .TaskTime}} --time={{.Limit}}{{end}} \
  --output="${log//%/%%}/%a.txt" "$@" "$here" task)
merge=$(sbatch "${common[@]}" --job-name={{label .Name}}-merge --dependency="afterany:${tasks%%;*}" --mem={{mb .MergeMemory}}M{{if .TaskTime}} --time={{.MergeLimit}}{{end}} \
  --output="${log//%/%%}/merge.txt" "$@" "$here" merge)
printf 'array %s of {{count .Tasks "task"}}, merge %s; results will be in %s, messages in %s\n' "${tasks%%;*}" "${merge%%;*}" "$results" "$log"
