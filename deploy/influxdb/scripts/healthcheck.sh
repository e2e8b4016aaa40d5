#!/usr/bin/env bash
# The container's health check: InfluxDB answers, and its users can log in with their passwords. The users "minutes" and "console" are
# not checked: readings and dashboards work without them, and a volume of an earlier version does not have them yet.
set -euo pipefail
# shellcheck source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
mapfile -t users < <(printf '%s\n' "${users[@]}" | grep -vxE 'minutes|console')
read_passwords "${users[@]}"

requests() { # sends all of them with one curl
  local user separator=
  for user in "${users[@]}"; do
    printf '%s' "$separator"
    separator=$'next\n'
    options "$user" "${passwords[$user]}"
    printf 'url = %s\nmax-time = 4\nwrite-out = "\\n%s %%{http_code}\\n"\n' \
      "$(quoted "$url/query?q=SHOW+$([ "$user" = "$admin" ] && echo USERS || echo DATABASES)")" "$user"
  done
}

answer=$(curl -K <(requests) 2>&1) || fail "InfluxDB does not answer at $url: $(grep -m 1 '^curl:' <<< "$answer")"
for user in "${users[@]}"; do
  [[ $answer == *$'\n'"$user 200"* ]] \
    || fail "$user cannot log in with its password; see Passwords in deploy/influxdb/README.md"
done
[ "$admin" = telegraf ] || [[ $answer != *'["telegraf",true]'* ]] || fail 'telegraf is an administrator, and must not be'
