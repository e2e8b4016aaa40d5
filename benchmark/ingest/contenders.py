"""The contenders: the ingestor, and Telegraf with two sets of settings; each as one process, or in two parts around Kafka."""

import os
import re
import shlex
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

from readings import PROBE
from servers import DATABASE, PASSWORD, ROOT, USER, free_port, start

TARGET = ROOT / "ingestor" / "target"
JVM_HEAP = ["-XX:+UseSerialGC", "-Xmx96m", "-Xmn24m"]  # the executable has its own: 64 MB, 24 of them young


@dataclass(frozen=True)
class Member:
    """A process of a contender."""

    role: str  # "whole", or over Kafka "bridge" (MQTT to Kafka) and "writer" (Kafka to InfluxDB)
    log: Path
    process: Popen


class Ingestor:

    measurement = "sensor"

    def __init__(self, name, command, members=1, variables=None):
        self.name = name
        self._command = command
        self._members = members
        self._variables = variables or {}

    def topic_filter(self, payload_format):
        return payload_format.filter if self._members == 1 else f"$share/ingestors/{payload_format.filter}"

    def probes(self, payload_format):
        return f"""{self.measurement} WHERE "{payload_format.tag}" = '{PROBE}'"""

    def start(self, broker, influx, kafka, case, directory):
        """Starts its members and returns them."""
        mqtt = {"MQTT_HOST": "127.0.0.1", "MQTT_PORT": str(broker.port), "MQTT_QOS": str(case.qos), **self._topics(case.format)}
        store = {"INFLUX_URL": influx.url, "INFLUX_DATABASE": DATABASE,
                 "INFLUX_USERNAME": USER, "INFLUX_PASSWORD": PASSWORD}
        if kafka:
            over = {"KAFKA_BOOTSTRAP_SERVERS": kafka.address, "KAFKA_COMPRESSION_TYPE": case.compression}
            return [self._member("bridge", mqtt | over | {"INGESTOR_ROLE": "bridge", "MQTT_CLIENT_ID": "bridge"}, directory),
                    self._member("writer", store | over | {"INGESTOR_ROLE": "writer"}, directory)]
        return [self._member("whole", mqtt | store | {"MQTT_CLIENT_ID": f"contender-{n}"}, directory, n)
                for n in range(self._members)]

    def _topics(self, payload_format):
        if payload_format.rule is None:
            return {"MQTT_TOPICS": self.topic_filter(payload_format)}
        rule = {"TOPIC": self.topic_filter(payload_format).replace("+", "{name}"), **payload_format.rule}
        return {"MQTT_TOPICS": "", **{f"INGESTOR_RULES_BENCHMARK_{key}": text for key, text in rule.items()}}

    def _member(self, role, variables, directory, number=0):
        others = {name: value for name, value in os.environ.items()
                  if not re.match("(MQTT|INFLUX|INGESTOR|KAFKA|HTTP|QUARKUS)_", name)}
        log = directory / f"{role}-{number}.log"
        return Member(role, log, start(self._command, log, others | variables | self._variables | {"HTTP_PORT": str(free_port())}))


class Telegraf:

    measurement = "mqtt_consumer"

    LAB = {"agent": "metric_batch_size = 1000\nmetric_buffer_limit = 10000\nflush_interval = '10s'", "input": ""}
    TUNED = {"agent": "metric_batch_size = 5000\nmetric_buffer_limit = 500000\nflush_interval = '1s'\n"
                      "omit_hostname = true",
             "input": "max_undelivered_messages = 100000"}

    KAFKA_TOPIC = "telegraf-points"
    KAFKA_VERSION = "3.6.0"  # of the protocol; Kafka 4 has removed 0.10.2, the default of kafka_consumer (KIP-896)
    CODECS = {"none": 0, "gzip": 1, "snappy": 2, "lz4": 3, "zstd": 4}

    def __init__(self, name, settings):
        self.name = name
        self._settings = settings

    @staticmethod
    def topic_filter(payload_format):
        return payload_format.telegraf_filter

    def probes(self, payload_format):
        return f"""{self.measurement} WHERE "topic" = '{payload_format.topic.format(name=PROBE)}'"""

    def start(self, broker, influx, kafka, case, directory):
        """Starts its members and returns them."""
        from_mqtt, to_influx = self._mqtt_consumer(broker, case), self._influxdb(influx)
        if kafka:
            return [self._member("bridge", from_mqtt + self._to_kafka(kafka, case), directory),
                    self._member("writer", self._from_kafka(kafka) + to_influx, directory)]
        return [self._member("whole", from_mqtt + to_influx, directory)]

    def _member(self, role, plugins, directory):
        settings = directory / f"telegraf-{role}.conf"
        settings.write_text(f"""
[agent]
interval = '10s'
round_interval = true
precision = '0s'
{self._settings["agent"]}
{plugins}""")
        log = directory / f"{role}.log"
        return Member(role, log, start(["telegraf", "--config", settings], log))

    def _mqtt_consumer(self, broker, case):
        qos = "qos = 1\nclient_id = 'telegraf'\npersistent_session = true" if case.qos else ""
        return f"""
[[inputs.mqtt_consumer]]
servers = ['tcp://127.0.0.1:{broker.port}']
topics = ['{self.topic_filter(case.format)}']
{qos}
{self._settings["input"]}
name_override = '{self.measurement}'
{case.format.telegraf}
"""

    @staticmethod
    def _influxdb(influx):
        return f"""
[[outputs.influxdb]]
urls = ['{influx.url}']
database = '{DATABASE}'
skip_database_creation = true
username = '{USER}'
password = '{PASSWORD}'
"""

    def _to_kafka(self, kafka, case):
        # As in the ingestor: all in-sync replicas acknowledge, and a sensor always uses the same partition.
        return f"""
[[outputs.kafka]]
brokers = ['{kafka.address}']
version = '{self.KAFKA_VERSION}'
topic = '{self.KAFKA_TOPIC}'
routing_tag = 'topic'
required_acks = -1
compression_codec = {self.CODECS[case.compression]}
data_format = 'influx'
"""

    def _from_kafka(self, kafka):
        return f"""
[[inputs.kafka_consumer]]
brokers = ['{kafka.address}']
kafka_version = '{self.KAFKA_VERSION}'
topics = ['{self.KAFKA_TOPIC}']
consumer_group = 'writers'
offset = 'oldest'
data_format = 'influx'
{self._settings["input"]}
"""


def ingestors(settings):
    """Names and commands of the chosen ingestors."""
    if "native" in settings.contenders:
        executables = sorted(TARGET.glob("*-runner"), key=lambda file: file.stat().st_mtime)
        if executables:
            yield "native", [executables[-1]]
        else:
            say("SKIPPED native: no ingestor/target/*-runner, `mvn package -Dnative` makes it")
    if "jvm" in settings.contenders:
        jar = TARGET / "quarkus-app" / "quarkus-run.jar"
        if jar.exists():
            yield "JVM", ["java", *JVM_HEAP, "-jar", jar]
        else:
            say("SKIPPED JVM: no ingestor/target/quarkus-app/quarkus-run.jar, `mvn package` makes it")
    for also in settings.also:
        name, command = also.split("=", 1)
        yield name, shlex.split(command)


def say(text):
    print(text, file=sys.stderr, flush=True)


def cpu_seconds(process):
    """CPU time of the process, including ended threads, in ns resolution: /proc/PID/stat counts in steps of 10 ms."""
    cpu_clock = ~process.pid << 3 | 2  # as in clock_getcpuclockid(3)
    return time.clock_gettime(cpu_clock)


def memory(process, field):
    """Resident bytes: VmRSS now, VmHWM at the peak."""
    return int(re.search(rf"{field}:\s+(\d+) kB", Path(f"/proc/{process.pid}/status").read_text())[1]) * 1024


def forget_peak(process):
    Path(f"/proc/{process.pid}/clear_refs").write_text("5")
