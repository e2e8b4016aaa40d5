#!/bin/sh
# Measures the memory and time that the queues of two absent subscribers cost: fills them with readings, restarts the broker, and
# counts the readings that are left. Uses a broker of its own, with the stack's image and mosquitto.conf, and removes it afterwards.
#   mosquitto/measure-queue.sh [readings]
set -eu
cd "$(dirname "$0")/.."
readings=${1:-1000000}
reading='{"type": "temp", "name": "TEMPSENS2", "value": 25.437712345678901, "time": 1700000000000}'
# After 65,535 messages the packet ids repeat, and mosquitto_pub mistakes an early acknowledgement for its last one.
part=50000
export MQTT_PUBLISH=127.0.0.1:0
compose() { docker compose -p sensorline-queue -f deploy/compose/broker.yaml "$@"; }
in_broker() { compose exec -T broker "$@"; }
memory() { in_broker cat /proc/1/status | awk '/VmRSS/ {printf "%d MiB", $2 / 1024}'; }
now() { date +%s; }
trap 'compose down -v 2>/dev/null' EXIT

compose up -d --wait 2>/dev/null
for subscriber in one two; do
  in_broker mosquitto_sub -i $subscriber -c -q 1 -t 'sensor/#' -E
done
echo "empty: $(memory)"
start=$(now)
published=0
while [ $published -lt "$readings" ]; do
  yes "$reading" | head -n $part | in_broker mosquitto_pub -q 1 -t sensor/TEMPSENS2 -l
  published=$((published + part))
done
echo "$published readings of ${#reading} bytes for each of two, published in $(($(now) - start)) s: $(memory)"
start=$(now)
compose restart 2>/dev/null
compose up -d --wait 2>/dev/null
echo "restarted in $(($(now) - start)) s: $(memory)"
for subscriber in one two; do
  echo "kept for $subscriber: $(in_broker mosquitto_sub -i $subscriber -c -q 1 -t 'sensor/#' -C $published -W 60 2>/dev/null | wc -l)"
done
