#!/bin/sh
# Starts Telegraf in its container with the configuration beside this file. Arguments are passed on (--test).
#   TELEGRAF_READINGS              true: also stores readings (readings.conf); false: does not subscribe to them
#   INFLUX_TELEGRAF_PASSWORD_FILE  a file with the password. Telegraf reads it only from a variable, which no other process has.
set -eu
cd "$(dirname "$0")"
fail() { printf 'run.sh: %s\n' "$*" >&2; exit 2; }

for file in telegraf.conf readings.conf ${INFLUX_TELEGRAF_PASSWORD_FILE:+"$INFLUX_TELEGRAF_PASSWORD_FILE"}; do
  [ -r "$file" ] || fail "user $(id -u) cannot read $file. On the host: chmod -R a+rX on what is mounted there (in a clone: deploy/telegraf)"
done
readings=readings.conf
case " $* " in *' --test '*) readings=/dev/stdin ;; esac
case ${TELEGRAF_READINGS:-true} in
  true) set -- --config "$readings" "$@" ;;
  false) ;;
  *) fail "TELEGRAF_READINGS=$TELEGRAF_READINGS: must be true or false" ;;
esac
if [ -n "${INFLUX_TELEGRAF_PASSWORD_FILE:-}" ]; then
  INFLUX_TELEGRAF_PASSWORD=$(cat "$INFLUX_TELEGRAF_PASSWORD_FILE")
  export INFLUX_TELEGRAF_PASSWORD
fi
# Variables are inserted as values and not as configuration text, whatever characters a password contains.
set -- telegraf --strict-env-handling --config telegraf.conf "$@"
[ "$readings" = /dev/stdin ] || exec "$@"
# A test must not take over the session of the running Telegraf: it has a client id of its own, and the broker queues nothing for
# it.
sed -e 's/client_id = "telegraf"/client_id = "telegraf-test"/' -e 's/persistent_session = true/persistent_session = false/' readings.conf | "$@"
