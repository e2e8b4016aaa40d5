#!/usr/bin/env bash
# The entry point of the public image's base. The original does more only if USE_SYSTEM_CA_CERTS is set, which is never the case
# here.
set -e
[ -z "${USE_SYSTEM_CA_CERTS:-}" ] || { echo 'the stand-in does not know USE_SYSTEM_CA_CERTS' >&2; exit 1; }
exec "$@"
