#!/usr/bin/env bash
# The influx shell as the administrator, or with arguments one command of it:
#   docker compose exec influxdb bash /sensorline/influx.sh
#   docker compose exec influxdb bash /sensorline/influx.sh -execute 'SHOW RETENTION POLICIES'
set -euo pipefail
# shellcheck source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
read_passwords "$admin"
secure=()
[ -z "$ca_file" ] || secure=(-ssl)
# Keep no history file on the volume.
INFLUX_USERNAME=$admin INFLUX_PASSWORD=${passwords[$admin]} HOME='' SSL_CERT_FILE=$ca_file \
  exec influx -host 127.0.0.1 "${secure[@]}" -database "$database" -precision rfc3339 "$@"
