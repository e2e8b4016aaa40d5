#!/usr/bin/env bash
# Completes the one-minute points (retention policy "minutes") from readings that the continuous query missed: it looks back only
# ten minutes, and it does not run while InfluxDB is away.
#   minutes.sh                looks back once over MINUTES_LOOK_BACK: each hour with more readings than its one-minute points count
#   minutes.sh every          the same every MINUTES_EVERY, forever
#   minutes.sh FROM TO        all hours from FROM to TO, as 2026-11-26T08:00Z or "3 days ago" and now
# INFLUX_URL, INFLUX_DATABASE (sensors), INFLUX_USERNAME (minutes), INFLUX_PASSWORD or INFLUX_PASSWORD_FILE, INFLUX_CA_FILE,
# MINUTES_LOOK_BACK (24h), MINUTES_EVERY (15m). The user needs only read and write access to the database. It can run at any time
# and any number of times.
set -euo pipefail
# shellcheck source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

user=${INFLUX_USERNAME:-minutes}
usage() { sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2; exit 2; }

seconds() { # DURATION, as 90m, 24h or 7d
  [[ $1 =~ ^([1-9][0-9]{0,5})(s|m|h|d)$ ]] || return 1
  case ${BASH_REMATCH[2]} in s) echo "${BASH_REMATCH[1]}" ;; m) echo $((BASH_REMATCH[1] * 60)) ;; h) echo $((BASH_REMATCH[1] * 3600)) ;; d) echo $((BASH_REMATCH[1] * 86400)) ;; esac
}
look_back=$(seconds "${MINUTES_LOOK_BACK:-24h}") || fail "MINUTES_LOOK_BACK=${MINUTES_LOOK_BACK}: must be a number and s, m, h or d, as 24h"
every=$(seconds "${MINUTES_EVERY:-15m}") || fail "MINUTES_EVERY=${MINUTES_EVERY}: must be a number and s, m, h or d, as 15m"

stated() { # STATEMENTS, as the user of this script; prints errors
  local password=${INFLUX_PASSWORD:-}
  # Read each time, because the password may have changed.
  if [ -n "${INFLUX_PASSWORD_FILE:-}" ]; then
    password=$(< "$INFLUX_PASSWORD_FILE") || return 1
    password=${password%$'\r'}
  fi
  local answer
  if ! answer=$(INFLUX_TIMEOUT=300 query "$user" "$password" "$1"); then
    case $answer in
      *'authorization failed'*) answer="$user cannot log in with its password. If InfluxDB's volume is older than this user, or the password has changed: docker compose exec influxdb bash /sensorline/users.sh" ;;
    esac
    printf 'minutes: %s: %s\n' "$url" "${answer:0:500}" >&2
    return 1
  fi
  printf '%s' "$answer"
}

counts() { # JSON: "hour count" a line
  grep -oE '\[[0-9]+,[0-9]+\]' <<< "$1" | tr -d '[]' | tr , ' ' || true
}

recompute() { # FROM TO, in seconds. No point for a minute without a reading.
  stated "SELECT mean(\"value\") AS \"mean\", min(\"value\") AS \"min\", max(\"value\") AS \"max\", count(\"value\") AS \"count\" \
INTO \"$database\".\"minutes\".\"sensor\" FROM \"$database\".\"autogen\".\"sensor\" WHERE time >= ${1}s AND time < ${2}s GROUP BY time(1m), * fill(none)" > /dev/null
}

# The continuous query computes the latest minutes.
now() { date +%s; }
closed() { echo $((($(now) - 600) / 60 * 60)); }

look() { # FROM TO: recomputes the hours that differ
  local readings minutes hour count end
  local -A stored=()
  readings=$(stated "SELECT count(\"value\") FROM \"$database\".\"autogen\".\"sensor\" WHERE time >= ${1}s AND time < ${2}s GROUP BY time(1h) fill(0)") || return 1
  minutes=$(stated "SELECT sum(\"count\") FROM \"$database\".\"minutes\".\"sensor\" WHERE time >= ${1}s AND time < ${2}s GROUP BY time(1h) fill(0)") || return 1
  while read -r hour count; do stored[$hour]=$count; done < <(counts "$minutes")
  while read -r hour count; do
    # Fewer readings than the one-minute points count were deleted or have expired: there is nothing to compute from.
    [ "$count" -gt "${stored[$hour]:-0}" ] || continue
    end=$((hour + 3600 < $2 ? hour + 3600 : $2))
    recompute "$((hour > $1 ? hour : $1))" "$end" || return 1
    printf 'minutes: %s: %s of %s readings were in the one-minute points; computed again\n' "$(date -u -d "@$hour" +%FT%RZ)" "${stored[$hour]:-0}" "$count"
  done < <(counts "$readings")
}

look_once() {
  local to
  to=$(closed)
  look "$(((to - look_back) / 3600 * 3600))" "$to"
}

case $# in
  0) look_once ;;
  1)
    [ "$1" = every ] || usage
    trap 'exit 0' TERM INT
    while true; do
      # In the background, so that a query does not delay the handling of SIGTERM.
      look_once &
      wait $! || true
      sleep "$every" &
      wait $!
    done
    ;;
  2)
    from=$(date -d "$1" +%s) || usage
    to=$(date -d "$2" +%s) || usage
    [ "$to" -le "$(closed)" ] || to=$(closed)
    from=$((from / 3600 * 3600))
    to=$(((to + 59) / 60 * 60))
    [ "$from" -lt "$to" ] || fail "$1 must be before $2, and more than ten minutes ago"
    for ((hour = from; hour < to; hour += 3600)); do
      recompute "$hour" "$((hour + 3600 < to ? hour + 3600 : to))"
    done
    printf 'minutes: computed from %s to %s\n' "$(date -u -d "@$from" +%FT%RZ)" "$(date -u -d "@$to" +%FT%RZ)"
    ;;
  *) usage ;;
esac
