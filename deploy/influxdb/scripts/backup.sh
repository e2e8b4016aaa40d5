#!/usr/bin/env bash
# Writes a backup of the database to standard output, as a tar archive. InfluxDB keeps running.
#   docker compose exec -T influxdb bash /sensorline/backup.sh > backup.tar
# The volume needs room for the backup until it is written. Users and passwords are not part of it.
set -euo pipefail
# shellcheck source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

[ ! -t 1 ] || fail 'standard output must be a file: docker compose exec -T influxdb bash /sensorline/backup.sh > backup.tar'
volume=$(dirname "${INFLUXDB_META_DIR:-/var/lib/influxdb/meta}")
work=$(mktemp -d "$volume/sensorline-backup.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 143' TERM INT HUP
# This port listens only on the container's loopback address, and needs no password.
influxd backup -portable -host 127.0.0.1:8088 -db "$database" "$work" > "$work/log" 2>&1 || { cat "$work/log" >&2; fail "no backup of $database"; }
rm "$work/log"
ls "$work"/*.manifest > /dev/null 2>&1 || fail "no backup of $database: InfluxDB wrote no manifest"
cd "$work"
# First in the archive, so that a truncated archive is detected.
files=(*)
sums=$(sha256sum -- "${files[@]}")
printf '%s\n' "$sums" > SHA256SUMS
tar -cf - SHA256SUMS "${files[@]}"
echo "backup of database $database: ${#files[@]} files, $(du -sh . | cut -f1)" >&2
