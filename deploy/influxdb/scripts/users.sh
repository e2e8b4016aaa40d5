#!/usr/bin/env bash
# Sets the passwords and rights of InfluxDB's users, and creates missing users. Run it after the passwords have changed, or on a
# volume of an earlier version. If the administrator's password has changed, the script asks for the one that InfluxDB still has, or
# reads it from standard input:
#   docker compose exec influxdb bash /sensorline/users.sh
#   docker compose exec -T influxdb bash /sensorline/users.sh < old
set -euo pipefail
# shellcheck source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
read_passwords "${users[@]}"

wanted=${passwords[$admin]}
if ! logs_in "$admin" "$wanted"; then
  [ ! -t 0 ] || printf 'Password that the InfluxDB user %s has now: ' "$admin" >&2
  IFS= read -rs old || true
  [ ! -t 0 ] || echo >&2
  old=${old%$'\r'}
  logs_in "$admin" "$old" || fail "$admin logs in neither with its new password nor with the one given as the old one"
  passwords["$admin"]=$old
fi
present=$(ask 'SHOW USERS') || fail "users: $present"
for user in "${users[@]}"; do
  [ "$user" != "$admin" ] || continue
  if [[ $present != *"[\"$user\","* ]]; then
    must "user $user" "CREATE USER \"$user\" WITH PASSWORD $(literal "${passwords[$user]}")"
    echo "made user $user"
  elif ! logs_in "$user" "${passwords[$user]}"; then
    must "password of $user" "SET PASSWORD FOR \"$user\" = $(literal "${passwords[$user]}")"
    echo "set the password of $user"
  fi
done
set_rights
# Last, because the statements above still ran with this user's old password.
if [ "${passwords[$admin]}" != "$wanted" ]; then
  must "password of $admin" "SET PASSWORD FOR \"$admin\" = $(literal "$wanted")"
  passwords["$admin"]=$wanted
  echo "set the password of $admin"
fi
verify
echo "users ${users[*]} have their passwords and rights"
