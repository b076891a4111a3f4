#!/usr/bin/env bash
# A step of the sweep {{comment .Name}}: task INDEX, from 0, or merge.
set -euo pipefail

{{template "settings" .}}
cd -- {{sh .Dir}} # where the sweep's command is right

case ${1:-} in
task)
  set -- $(($2 + 1))
  {{template "play" .}}
  ;;
merge)
  {{template "merge" .}}
  ;;
*)
  echo "task INDEX or merge" >&2
  exit 2
  ;;
esac
