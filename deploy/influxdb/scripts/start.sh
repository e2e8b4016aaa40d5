#!/usr/bin/env bash
# Starts InfluxDB: the container's entry point, with the image's own command as arguments. The first start, on an empty volume,
# creates the database, retention policies and users in a separate directory, checks them, and moves the result into place with one
# rename. A first start that is interrupted or fails leaves nothing that a later start would mistake for a finished one.
line=end
[ ${#line} = 3 ] || { echo 'start: the scripts have CRLF at the ends of their lines: run "git add --renormalize ." and "git checkout ." in the clone' >&2; exit 1; } # A CR here is part of this comment.
set -euo pipefail
# shellcheck source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

[[ ${1:-} != -* ]] || set -- influxd "$@"
[ "${1:-}" = influxd ] || exec /entrypoint.sh "$@"
meta=${INFLUXDB_META_DIR:-/var/lib/influxdb/meta}
data=${INFLUXDB_DATA_DIR:-/var/lib/influxdb/data}
wal=${INFLUXDB_DATA_WAL_DIR:-/var/lib/influxdb/wal}
volume=$(dirname "$meta")
new=$volume/first-start

# Another user wrote the volume: an InfluxDB that ran as root, or an archive unpacked there.
for folder in "$volume" "$meta" "$data" "$wal"; do
  [ -e "$folder" ] || continue
  depth=()
  [ "$folder" != "$volume" ] || depth=(-maxdepth 0)
  foreign=$(find "$folder" "${depth[@]}" '(' ! -writable -o ! -readable -o -type d ! -executable ')' -print -quit 2> /dev/null || true)
  [ -z "$foreign" ] || fail "$foreign belongs to user $(stat -c %u "$foreign"), and InfluxDB runs as user $(id -u): give it the volume, in compose with \
'docker compose run --rm --no-deps --user root --cap-add CHOWN --cap-add DAC_READ_SEARCH --entrypoint chown influxdb -R influxdb:influxdb $volume', then start it again"
done

if [ -d "$meta" ] && [ -z "$(ls -A "$meta")" ]; then rmdir "$meta"; fi
if [ ! -e "$meta" ]; then
  # New shards would reuse the numbers of the old ones.
  shard=$(find "$data" "$wal" -type f '(' -name '*.tsm' -o -name '*.wal' ')' -print -quit 2> /dev/null || true)
  [ -z "$shard" ] || fail "$volume has data ($shard) but no $meta: put the meta folder back, or restore a backup into an empty volume"
  read_passwords "${users[@]}"
  rm -rf "$new"
  mkdir "$new"
  # On loopback and a separate port, so that neither clients nor the health check reach it.
  url=http://127.0.0.1:8087
  ca_file=
  INFLUXDB_META_DIR=$new/meta INFLUXDB_DATA_DIR=$new/data INFLUXDB_DATA_WAL_DIR=$new/wal INFLUXDB_LOGGING_LEVEL=error \
    INFLUXDB_HTTP_BIND_ADDRESS=127.0.0.1:8087 INFLUXDB_HTTP_HTTPS_ENABLED=false INFLUXDB_HTTP_AUTH_ENABLED=true "$@" > "$new/log" 2>&1 &
  server=$!
  trap 'exit 143' TERM INT
  trap 'kill "$server" 2> /dev/null || true; cat "$new/log" >&2' EXIT
  until curl -sf --noproxy '*' -o /dev/null "$url/ping"; do
    kill -0 "$server" 2> /dev/null || fail 'first start: InfluxDB has ended; its reason is above'
    sleep 0.1
  done
  answer=$(query '' '' "CREATE USER \"$admin\" WITH PASSWORD $(literal "${passwords[$admin]}") WITH ALL PRIVILEGES") \
    || fail "first start: user $admin: $answer"
  must 'first start: influxdb-init.iql' "$(< "$(dirname "${BASH_SOURCE[0]}")/influxdb-init.iql")"
  for user in "${users[@]}"; do
    [ "$user" = "$admin" ] || must "first start: user $user" "CREATE USER \"$user\" WITH PASSWORD $(literal "${passwords[$user]}")"
  done
  set_rights
  verify
  kill "$server"
  wait "$server" || [ $? = 143 ] || fail 'first start: InfluxDB did not stop as it should'
  trap - EXIT TERM INT
  sync
  # The first start is complete from here on.
  mv -T "$new/meta" "$meta"
  echo "first start: database $database and users ${users[*]} are ready"
fi
# Also removes what a backup or restore left behind when the container stopped.
rm -rf "$new" "$volume"/sensorline-backup.?????? "$volume"/sensorline-restore.??????
exec /entrypoint.sh "$@"
