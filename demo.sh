#!/bin/sh
# Builds what is missing and runs the whole pipeline on this machine: six sensors, a broker, the ingestor, a database, the console with
# its page, and a table of the readings that arrive. Needs JDK 17 or later and Maven. With MQTT_HOST and INFLUX_URL it uses real servers instead.
set -eu
cd "$(dirname "$0")"

demo=demo/target/sensorline-embedded.jar

up_to_date() {
  [ -f "$demo" ] || return 1
  for service in simulator ingestor console; do
    [ -f "$service/target/quarkus-app/quarkus-run.jar" ] || return 1
  done
  changed=$(find pom.xml console demo ingestor libraries simulator testing -newer "$demo" \
    \( -path '*/src/main/*' -o -name pom.xml \) -type f -not -path '*/target/*' | head -n 1)
  [ -z "$changed" ]
}

if ! up_to_date; then
  echo "Building, which takes a minute or two the first time ..."
  mvn -q -B -DskipTests -Dgates=off package
  touch "$demo"
fi

terminal=false
[ -t 1 ] && terminal=true
exec java -Xmx160m -Xss512k -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:MaxDirectMemorySize=64m \
  -Dsensorline.root="$PWD" -Dsensorline.terminal=$terminal -jar "$demo" demo
