# Functions of the scripts beside this file. Sourced by them; needs bash and curl, which the influxdb image has.
# shellcheck shell=bash

database=${INFLUX_DATABASE:-sensors}
if [ -n "${INFLUX_KEYS:-}" ]; then
  # With TLS and authentication: a directory with ca.pem and a password file for each user.
  url=${INFLUX_URL:-https://127.0.0.1:8086}
  ca_file=${INFLUX_CA_FILE:-$INFLUX_KEYS/ca.pem}
  admin="admin"
  users=(admin telegraf ingestor grafana minutes console)
else
  # The demo: Telegraf's user has all rights, as in the lab.
  url=${INFLUX_URL:-http://127.0.0.1:8086}
  ca_file=${INFLUX_CA_FILE:-}
  admin=telegraf
  users=(telegraf ingestor grafana minutes console)
fi

fail() {
  printf '%s: %s\n' "$(basename "$0" .sh)" "$*" >&2
  exit 1
}

password_of() { # USER: prints the password that this user must have
  if [ -n "${INFLUX_KEYS:-}" ]; then
    [ -r "$INFLUX_KEYS/$1" ] || fail "$INFLUX_KEYS/$1 cannot be read: it must hold the password of the InfluxDB user $1; run deploy/secure/make-keys"
    local password
    password=$(< "$INFLUX_KEYS/$1")
    printf %s "${password%$'\r'}"
  else
    local variable=INFLUX_${1^^}_PASSWORD
    printf %s "${!variable-}"
  fi
}

read_passwords() { # USER...: into the array passwords
  declare -gA passwords
  local user
  for user; do
    passwords[$user]=$(password_of "$user")
    if [ -z "${passwords[$user]}" ]; then
      fail "the password of the InfluxDB user $user is empty: set $([ -n "${INFLUX_KEYS:-}" ] && echo "$INFLUX_KEYS/$user" || echo "INFLUX_${user^^}_PASSWORD")"
    fi
  done
}

# A password is never an argument, because other users of the host see those: curl reads it from a pipe.
quoted() { # TEXT: prints it as a string of curl's configuration
  local text=${1//\\/\\\\}
  text=${text//\"/\\\"}
  printf '"%s"' "${text//$'\n'/\\n}"
}

literal() { # TEXT: prints it as a string of InfluxQL
  local text=${1//\\/\\\\}
  text=${text//\'/\\\'}
  printf "'%s'" "${text//$'\n'/\\n}"
}

options() { # USER PASSWORD: prints curl's configuration. HTTP_PROXY in the environment is for other hosts.
  printf 'silent\nshow-error\nnoproxy = "*"\n'
  [ -z "$1" ] || printf 'user = %s\n' "$(quoted "$1:$2")"
  [ -z "$ca_file" ] || printf 'cacert = %s\n' "$(quoted "$ca_file")"
}

query() { # USER PASSWORD STATEMENTS: prints InfluxDB's answer as JSON; fails if a statement fails, and the answer contains the reason
  local answer
  answer=$(curl -K <(options "$1" "$2") --max-time "${INFLUX_TIMEOUT:-60}" "$url/query?db=$database&epoch=s" \
    --data-urlencode q@<(printf %s "$3") 2>&1) || { printf '%s\n' "$answer"; return 1; }
  printf '%s\n' "$answer"
  [[ $answer == '{"results":'* && $answer != *'"error":'* ]]
}

ask() { query "$admin" "${passwords[$admin]}" "$1"; } # STATEMENTS, as the administrator

must() { # WHAT STATEMENTS, as the administrator
  local answer
  answer=$(ask "$2") || fail "$1: ${answer:0:500}"
}

logs_in() { query "$1" "$2" 'SHOW DATABASES' > /dev/null; } # USER PASSWORD

may_read() { query "$1" "$2" "SHOW MEASUREMENTS ON \"$database\" LIMIT 1" > /dev/null; } # USER PASSWORD

may_administer() { query "$1" "$2" 'SHOW USERS' > /dev/null; } # USER PASSWORD

may_write() { # USER PASSWORD. Sends only a comment of the line protocol, so nothing is written.
  [ "$(curl -K <(options "$1" "$2") --max-time 60 -o /dev/null -w '%{http_code}' "$url/write?db=$database" --data-binary '# nothing')" = 204 ]
}

role() { # USER: prints its rights
  case $1 in
    "$admin") echo administer read write ;;
    telegraf | ingestor) echo write ;;
    grafana | console) echo read ;;
    minutes) echo read write ;;
  esac
}

set_rights() { # for all users; the database must exist
  [ "$admin" = telegraf ] || must "rights of telegraf" "REVOKE ALL PRIVILEGES FROM \"telegraf\"; GRANT WRITE ON \"$database\" TO \"telegraf\""
  must 'rights of the users' "GRANT WRITE ON \"$database\" TO \"ingestor\"; GRANT READ ON \"$database\" TO \"grafana\"; GRANT READ ON \"$database\" TO \"console\"; GRANT ALL ON \"$database\" TO \"minutes\""
}

verify() { # checks passwords, rights, retention policies and the continuous query; fails at the first mistake
  local user right answer
  for user in "${users[@]}"; do
    logs_in "$user" "${passwords[$user]}" || fail "$user cannot log in with its password"
    for right in administer read write; do
      if "may_$right" "$user" "${passwords[$user]}"; then
        [[ " $(role "$user") " == *" $right "* ]] || fail "$user may $right, and must not"
      else
        [[ " $(role "$user") " == *" $right "* ]] && fail "$user may not $right, and must"
      fi
    done
    # The demo's passwords are public.
    if [ -n "${INFLUX_KEYS:-}" ] && logs_in "$user" "$user"; then fail "$user logs in with the demo's password"; fi
  done
  if may_read '' ''; then fail 'InfluxDB can be read without a password'; fi
  answer=$(ask "SHOW RETENTION POLICIES ON \"$database\"") || fail "database $database: $answer"
  [[ $answer == *'["autogen",'* ]] || fail "database $database has no retention policy autogen"
  [[ $answer == *'["minutes",'* ]] || fail "database $database has no retention policy minutes"
  answer=$(ask 'SHOW CONTINUOUS QUERIES') || fail "continuous queries: $answer"
  [[ $answer == *'["sensor_minutes",'* ]] || fail "database $database has no continuous query sensor_minutes"
}
