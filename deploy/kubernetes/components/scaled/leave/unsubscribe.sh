#!/bin/bash
# Removes a member that is not running from the shared subscription: from now on the others get its share. What the broker has kept
# for it stays there. This script writes the packets of MQTT 3.1.1 itself, because a client would acknowledge, and so lose, what the
# broker sends after the connect. With MQTT_CA_FILE it uses TLS, for which the image needs openssl.
set -euo pipefail

# shellcheck disable=SC2059
packet() { printf "\x$1\x$(printf %02x "$2")"; }  # type, bytes that follow (fewer than 128)
text() { printf "\x00\x$(printf %02x ${#1})%s" "$1"; }

if [ -n "${MQTT_CA_FILE:-}" ]; then
  coproc broker {
    exec openssl s_client -quiet -verify_quiet -verify_return_error -connect "$MQTT_HOST:$MQTT_PORT" \
      -verify_hostname "$MQTT_HOST" -CAfile "$MQTT_CA_FILE" -cert "$MQTT_CERTIFICATE_FILE" -key "$MQTT_KEY_FILE"
  }
  # shellcheck disable=SC2154
  exec 3<&"${broker[0]}" 4>&"${broker[1]}"
else
  exec 3<>"/dev/tcp/$MQTT_HOST/$MQTT_PORT" 4>&3
fi
{
  # CONNECT: keep the session, 60 s.
  packet 10 $((12 + ${#MQTT_CLIENT_ID})); text MQTT; printf '\x04\x00\x00\x3c'; text "$MQTT_CLIENT_ID"
  # UNSUBSCRIBE, as packet 1; DISCONNECT. The broker processes them in order.
  packet a2 $((4 + ${#MQTT_TOPICS})); printf '\x00\x01'; text "$MQTT_TOPICS"
  packet e0 0
} >&4
case $(head -c 4 <&3 | od -An -tx1) in
  ' 20 02 01 00') echo "$MQTT_CLIENT_ID has left $MQTT_TOPICS" ;;
  ' 20 02 00 00') echo "the broker has no session of $MQTT_CLIENT_ID" ;;
  *) echo "the broker refuses $MQTT_CLIENT_ID" >&2; exit 1 ;;
esac
# Until the broker closes the connection: then it has processed all of the above.
cat <&3 > /dev/null
