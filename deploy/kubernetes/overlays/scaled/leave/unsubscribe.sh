#!/bin/bash
# Takes a member that is not running out of the shared subscription: what comes from now on is for the others, what it has had
# waits for it. MQTT 3.1.1 by hand, because a client would acknowledge, and so lose, what the broker sends it on connecting.
set -euo pipefail

# shellcheck disable=SC2059
packet() { printf "\x$1\x$(printf %02x "$2")"; }  # type, bytes that follow (fewer than 128)
text() { printf "\x00\x$(printf %02x ${#1})%s" "$1"; }

exec 3<>"/dev/tcp/$MQTT_HOST/$MQTT_PORT"
{
  # CONNECT: keep the session, 60 s.
  packet 10 $((12 + ${#MQTT_CLIENT_ID})); text MQTT; printf '\x04\x00\x00\x3c'; text "$MQTT_CLIENT_ID"
  # UNSUBSCRIBE, as packet 1; DISCONNECT. The broker takes one after the other.
  packet a2 $((4 + ${#MQTT_TOPICS})); printf '\x00\x01'; text "$MQTT_TOPICS"
  packet e0 0
} >&3
case $(head -c 4 <&3 | od -An -tx1) in
  ' 20 02 01 00') echo "$MQTT_CLIENT_ID has left $MQTT_TOPICS" ;;
  ' 20 02 00 00') echo "the broker has no session of $MQTT_CLIENT_ID" ;;
  *) echo "the broker refuses $MQTT_CLIENT_ID" >&2; exit 1 ;;
esac
# Until the broker has closed: then it has seen all of the above.
cat <&3 > /dev/null
