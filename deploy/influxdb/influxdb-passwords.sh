#!/bin/bash
# Gives the users of influxdb-init.iql the passwords of .env. Run by the image after that file, once, when the volume is
# empty; by hand later, with OLD_PASSWORD the one that telegraf has then.
set_password() {
  local password=${2//\\/\\\\}
  influx -host 127.0.0.1 -username telegraf -password "${OLD_PASSWORD:-telegraf}" \
    -execute "SET PASSWORD FOR \"$1\" = '${password//\'/\\\'}'"
}
set_password ingestor "$INFLUX_INGESTOR_PASSWORD"
set_password grafana "$INFLUX_GRAFANA_PASSWORD"
# Last: until now it was this user who set them.
set_password telegraf "$INFLUX_TELEGRAF_PASSWORD"
