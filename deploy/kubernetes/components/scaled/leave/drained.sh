#!/bin/bash
# Waits until the ingestor beside it has written everything that the broker kept for it: nothing received for five seconds, and
# nothing in flight.
set -euo pipefail

state() {
  local name value
  exec 3<>"/dev/tcp/127.0.0.1/$HTTP_PORT" || return
  printf 'GET /q/metrics HTTP/1.0\r\n\r\n' >&3
  while read -r name value; do
    case $name in
      sensorline_broker_connected | sensorline_store_accepting | sensorline_queue_readings | sensorline_batches_in_flight \
        | sensorline_readings_received_total) printf '%s %s\n' "$name" "$value" ;;
    esac
  done <&3
}

seconds=0
until [ $seconds -eq 5 ]; do
  sleep 1
  before=${now:-}
  now=$(state 2>/dev/null || true)
  if [[ $now == "$before" && $now == *'broker_connected 1'* && $now == *'store_accepting 1'* \
    && $now == *'queue_readings 0'* && $now == *'batches_in_flight 0'* ]]; then
    seconds=$((seconds + 1))
  else
    seconds=0
  fi
done
printf '%s\n' "$now"
