#!/bin/sh
# Starts the broker on copies of its configuration and keys that only its own user owns, as Mosquitto requires for an ACL file: a
# mounted file has the owner and mode that it has on the host. Runs inside the broker's container, as the broker's user.
#   run.sh [start]   copies, then becomes the broker
#   run.sh reload    copies again, then tells the running broker to reload: changed configuration, renewed certificates
# Copies CONFIG_SOURCE to /mosquitto/config and, if it is set, KEYS_SOURCE to /run/keys. README.md says what must be mounted.
set -eu
umask 077
config_source=${CONFIG_SOURCE:-/run/source/mosquitto}
config=${CONFIG_TARGET:-/mosquitto/config}
keys_source=${KEYS_SOURCE:-}
keys=${KEYS_TARGET:-/run/keys}

fail() { printf 'run.sh: %s\n' "$*" >&2; exit 1; }

wanted() { # FILE: is it for the broker? The directory in the repository also contains documentation, scripts and kustomize's files.
  case $1 in
    *.md | *.sh | */kustomization.yaml) return 1 ;;
    *) [ ! -d "$1" ] ;;
  esac
}

check() { # FOLDER: fails unless the broker's files in it are readable
  if [ ! -r "$1" ] || [ ! -x "$1" ]; then unreadable "$1"; fi
  [ -n "$(ls "$1")" ] || fail "$1 is empty. On the host: is what is mounted there in its place? Keys are made by deploy/secure/make-keys"
  for file in "$1"/*; do
    if wanted "$file"; then [ -r "$file" ] || unreadable "$file"; fi
  done
}

unreadable() {
  fail "user $(id -u) cannot read $1. On the host: chmod -R a+rX on what is mounted there (in a clone: mosquitto). SELinux: mount it with :z"
}

copy() { # FROM TO: a file gets its name only when it is complete
  [ -w "$2" ] || fail "user $(id -u) cannot write to $2: mount a tmpfs or emptyDir there that belongs to this user"
  for file in "$1"/*; do
    if wanted "$file"; then
      cat "$file" > "$2/.new"
      mv -f "$2/.new" "$2/${file##*/}"
    fi
  done
}

broker() { # the process id of the running broker
  for process in /proc/[0-9]*; do
    if [ "$(cat "$process/comm" 2> /dev/null)" = mosquitto ]; then
      echo "${process#/proc/}"
      return
    fi
  done
  fail 'there is no running broker in this container'
}

command=${1:-start}
case $command in
  start | reload) ;;
  *) fail "$command: must be start or reload" ;;
esac
check "$config_source"
[ -r "$config_source/mosquitto.conf" ] || fail "there is no mosquitto.conf in $config_source"
[ -z "$keys_source" ] || check "$keys_source"
copy "$config_source" "$config"
[ -z "$keys_source" ] || copy "$keys_source" "$keys"
case $command in
  start) exec mosquitto -c "$config/mosquitto.conf" ;;
  reload) process=$(broker) && kill -HUP "$process" ;;
esac
