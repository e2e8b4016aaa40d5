#!/usr/bin/env bash
# The entry point of the public image's base: it only does more where USE_SYSTEM_CA_CERTS is set, which nobody does here.
set -e
[ -z "${USE_SYSTEM_CA_CERTS:-}" ] || { echo 'the stand-in does not know USE_SYSTEM_CA_CERTS' >&2; exit 1; }
exec "$@"
