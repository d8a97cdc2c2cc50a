#!/usr/bin/env bash
# Runs a job on a node of a Ray cluster: `bash ray_job.sh COMMAND…`, in the folder that Ray unpacked. What the job makes goes into the folder
# STEPWISE_OUTPUT, which this node and the machine that submitted the job see under the same path; its log goes there and to Ray.
set -o pipefail

submitted="$STEPWISE_OUTPUT/ray.json"
names() { grep -qsF "\"$1" "$submitted"; }

seen=
# A network file system may show a new file some seconds late.
for _ in $(seq 10); do
  names "$STEPWISE_RAY_JOB\"" && seen=yes && break
  sleep 1
done
if [ -z "$seen" ]; then
  echo "$(hostname): does not see $STEPWISE_OUTPUT as the machine that submitted the job does"
  exit 66
fi

# A job that the cluster has lost and that is here all the same must not write beside its successor.
(
  while sleep 5 >/dev/null 2>&1; do
    if names stepwise- && ! names "$STEPWISE_RAY_JOB\""; then
      echo "$(hostname): another job has taken the place of this one"
      kill -TERM 0
    fi
  done
) &
watch=$!
"$@" 2>&1 | tee -a "$STEPWISE_OUTPUT/log.txt"
code=$?
kill "$watch"
exit "$code"
