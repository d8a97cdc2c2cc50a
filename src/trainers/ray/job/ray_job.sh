#!/usr/bin/env bash
# Runs a job on a node of a Ray cluster: `bash ray_job.sh COMMAND…`, in the folder that Ray unpacked. What the job makes goes into the folder
# STEPWISE_OUTPUT, which this node and the machine that submitted the job see under the same path; its log goes there and to Ray.
set -o pipefail

seen=
# A network file system may show a new file some seconds late.
for _ in $(seq 10); do
  grep -qsF "\"$STEPWISE_RAY_JOB\"" "$STEPWISE_OUTPUT/ray.json" && seen=yes && break
  sleep 1
done
if [ -z "$seen" ]; then
  echo "$(hostname): does not see $STEPWISE_OUTPUT as the machine that submitted the job does"
  exit 66
fi
"$@" 2>&1 | tee -a "$STEPWISE_OUTPUT/log.txt"
