#!/usr/bin/env bash
# Starts a worker in a container. TILTH_FARM is the farm's address; the owner's key is TILTH_KEY, or comes from the
# farm.json that TILTH_FARM_FILE names.
set -euo pipefail

if [ -z "${TILTH_KEY:-}" ] && [ -n "${TILTH_FARM_FILE:-}" ]; then
  TILTH_KEY=$(sed -n 's/.*"key" *: *"\([^"]*\)".*/\1/p' "$TILTH_FARM_FILE")
fi
export TILTH_KEY

exec java @/opt/tilth/jvm.options -XX:MaxRAMPercentage=50 -cp '/opt/tilth/lib/*' farm.tilth.protocol.worker.WorkerMain \
  --farm "$TILTH_FARM" --data /data --name "${TILTH_NAME:-$HOSTNAME}" "$@"
