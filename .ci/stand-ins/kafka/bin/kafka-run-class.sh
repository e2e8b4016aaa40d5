#!/usr/bin/env bash
# kafka-run-class.sh [-name NAME] [-loggc] CLASS ARGUMENTS...: the JVM with the options that Kafka's own script gives it.
base=$(dirname "$0")/..
log_dir=${LOG_DIR:-$base/logs}
if [ -z "${KAFKA_LOG4J_OPTS:-}" ]; then
  KAFKA_LOG4J_OPTS="-Dlog4j2.configurationFile=$base/config/tools-log4j2.yaml"
else
  mkdir -p "$log_dir"
fi
jmx="${KAFKA_JMX_OPTS:--Dcom.sun.management.jmxremote=true -Dcom.sun.management.jmxremote.authenticate=false -Dcom.sun.management.jmxremote.ssl=false}"
performance="${KAFKA_JVM_PERFORMANCE_OPTS:--server -XX:+UseG1GC -XX:MaxGCPauseMillis=20 -XX:InitiatingHeapOccupancyPercent=35 -XX:+ExplicitGCInvokesConcurrent -XX:MaxInlineLevel=15 -Djava.awt.headless=true}"
name='' gc=''
while :; do
  case ${1:-} in
    -name) name=$2; shift 2 ;;
    -loggc) gc=yes; shift ;;
    *) break ;;
  esac
done
if [ -n "$gc" ] && [ -z "${KAFKA_GC_LOG_OPTS:-}" ]; then
  KAFKA_GC_LOG_OPTS="-Xlog:gc*:file=$log_dir/$name-gc.log:time,tags:filecount=10,filesize=100M"
fi
# A variable may contain several options, as in Kafka's own scripts.
# shellcheck disable=SC2086
exec "$JAVA_HOME/bin/java" ${KAFKA_HEAP_OPTS:--Xmx256M} $performance ${KAFKA_GC_LOG_OPTS:-} $jmx "-Dkafka.logs.dir=$log_dir" \
  $KAFKA_LOG4J_OPTS -cp "$base/libs/*" ${KAFKA_OPTS:-} "$@"
