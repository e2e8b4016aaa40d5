#!/bin/bash
# The users of influxdb-init.iql in the locked stack: with the passwords of /run/keys, Telegraf's may only write, and admin is the
# one who may do everything. Run by the image after that file, once, when the volume is empty; by hand after the passwords
# have been made anew, with the one that admin has had on standard input. No password is in an argument, which others can see.
quoted() { # USER: its password as a string of InfluxQL
  local password
  password=$(< "/run/keys/$1")
  password=${password//\\/\\\\}
  printf "'%s'" "${password//\'/\\\'}"
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  IFS= read -r INFLUX_PASSWORD || true
  export INFLUX_USERNAME=admin INFLUX_PASSWORD SSL_CERT_FILE=/run/keys/ca.pem
  for user in telegraf ingestor grafana admin; do
    printf 'SET PASSWORD FOR "%s" = %s;\n' $user "$(quoted $user)"
  done | influx -ssl -host influxdb
else
  # As the user that the image has made; nobody but this script reaches InfluxDB yet.
  INFLUX_USERNAME=telegraf INFLUX_PASSWORD=telegraf influx -host 127.0.0.1 << END
SET PASSWORD FOR "ingestor" = $(quoted ingestor);
SET PASSWORD FOR "grafana" = $(quoted grafana);
SET PASSWORD FOR "telegraf" = $(quoted telegraf);
CREATE USER "admin" WITH PASSWORD $(quoted admin) WITH ALL PRIVILEGES;
REVOKE ALL PRIVILEGES FROM "telegraf";
GRANT WRITE ON "sensors" TO "telegraf";
END
fi
