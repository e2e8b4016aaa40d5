#!/usr/bin/env bash
# Restores the database from an archive of backup.sh on standard input, or from a tar archive of the files that "influxd backup
# -portable -db sensors" wrote. The backup is first restored beside the database, then replaces its content.
#   docker compose exec -T influxdb bash /sensorline/restore.sh < backup.tar
# The volume needs room for the archive and twice its content.
set -euo pipefail
# shellcheck source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
export INFLUX_TIMEOUT=600

[ ! -t 0 ] || fail 'standard input must be a backup: docker compose exec -T influxdb bash /sensorline/restore.sh < backup.tar'
read_passwords "${users[@]}"
for user in "${users[@]}"; do
  logs_in "$user" "${passwords[$user]}" || fail "$user cannot log in with its password: run users.sh before; nothing has been changed"
done
volume=$(dirname "${INFLUXDB_META_DIR:-/var/lib/influxdb/meta}")
work=$(mktemp -d "$volume/sensorline-restore.XXXXXX")
trial=$database-restore-trial
trap 'rm -rf "$work"' EXIT
trap 'exit 143' TERM INT HUP
tar -xf - --no-same-owner --no-same-permissions -C "$work" || fail 'standard input is not a tar archive, or not a whole one; nothing has been changed'
manifest=$(find "$work" -name '*.manifest' -print -quit)
[ -n "$manifest" ] || fail 'the archive has no manifest of "influxd backup -portable", or not all of it; nothing has been changed'
archive=$(dirname "$manifest")
if [ -e "$archive/SHA256SUMS" ]; then
  (cd "$archive" && sha256sum --quiet --strict -c SHA256SUMS >&2) || fail 'the archive is damaged or not whole; nothing has been changed'
fi
rm -f "$archive/SHA256SUMS"
# InfluxDB skips a missing file without an error.
while read -r name; do
  [ -e "$archive/$name" ] || fail "the archive has no file $name, which its manifest names; nothing has been changed"
done < <(grep -ohE '"fileName": *"[^"/]+"' "$archive"/*.manifest | cut -d '"' -f 4)
# InfluxDB does not restore a database that has no shard.
ls "$archive"/*.tar.gz > /dev/null 2>&1 || fail "the backup has no readings; nothing has been changed"

restore() { # options of influxd restore
  influxd restore -portable -host 127.0.0.1:8088 -db "$database" "$@" "$archive" > "$work/log" 2>&1 && ! grep -qi 'error' "$work/log"
}
ask "DROP DATABASE \"$trial\"" > /dev/null || true
restore -newdb "$trial" || { cat "$work/log" >&2; ask "DROP DATABASE \"$trial\"" > /dev/null || true; fail "the backup cannot be restored; nothing has been changed"; }
must 'the trial' "DROP DATABASE \"$trial\""
must "database $database" "DROP DATABASE \"$database\""
restore || { cat "$work/log" >&2; fail "database $database is not restored, and its content is gone; run restore.sh again"; }

# A backup does not contain the continuous query or the users' rights; a backup of the lab has no one-minute points either. The
# retention of the readings stays as it was where the backup was made.
init=$(dirname "${BASH_SOURCE[0]}")/influxdb-init.iql
present=$(ask "SHOW RETENTION POLICIES ON \"$database\"") || fail "retention policies: $present"
[[ $present == *'["minutes",'* ]] || must 'retention policy minutes' "$(grep '^CREATE RETENTION POLICY "minutes"' "$init")"
present=$(ask 'SHOW CONTINUOUS QUERIES') || fail "continuous queries: $present"
[[ $present == *'["sensor_minutes",'* ]] || must 'continuous query sensor_minutes' "$(grep '^CREATE CONTINUOUS QUERY "sensor_minutes"' "$init")"
set_rights
verify
echo "database $database is restored, and users ${users[*]} have their rights"
