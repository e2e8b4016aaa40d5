"""What is compared: the ingestor, and Telegraf with two sets of settings."""

import os
import re
import time
from pathlib import Path

from readings import PROBE
from servers import DATABASE, PASSWORD, USER, free_port, start


class Ingestor:

    measurement = "sensor"
    probes = f"""{measurement} WHERE "name" = '{PROBE}'"""

    def __init__(self, name, command, members):
        self.name = name
        self.topic_filter = "sensor/+" if members == 1 else "$share/ingestors/sensor/+"
        self._command = command
        self._members = members

    def start(self, broker, influx, case, directory):
        """The log and the process of each member."""
        others = {name: value for name, value in os.environ.items()
                  if not re.match("(MQTT|INFLUX|INGESTOR|HTTP|QUARKUS)_", name)}
        logs = [directory / f"contender-{n}.log" for n in range(self._members)]
        return [(log, start(self._command, log, others | {
            "MQTT_HOST": "127.0.0.1", "MQTT_PORT": str(broker.port), "MQTT_QOS": str(case.qos),
            "MQTT_TOPICS": self.topic_filter, "MQTT_CLIENT_ID": log.stem,
            "INFLUX_URL": influx.url, "INFLUX_DATABASE": DATABASE,
            "INFLUX_USERNAME": USER, "INFLUX_PASSWORD": PASSWORD, "HTTP_PORT": str(free_port())})) for log in logs]


class Telegraf:

    topic_filter = "sensor/#"
    measurement = "mqtt_consumer"
    probes = f"""{measurement} WHERE "topic" = 'sensor/{PROBE}'"""

    LAB = {"agent": "metric_batch_size = 1000\nmetric_buffer_limit = 10000\nflush_interval = '10s'", "input": ""}
    TUNED = {"agent": "metric_batch_size = 5000\nmetric_buffer_limit = 500000\nflush_interval = '1s'\n"
                      "omit_hostname = true",
             "input": "max_undelivered_messages = 100000"}

    def __init__(self, name, settings):
        self.name = name
        self._settings = settings

    def start(self, broker, influx, case, directory):
        qos = "qos = 1\nclient_id = 'telegraf'\npersistent_session = true" if case.qos else ""
        # As the ingestor: type is a tag, the name that of the topic.
        data_format = ("data_format = 'json'\ntag_keys = ['type']\njson_time_key = 'time'\njson_time_format = 'unix_ms'"
                       if case.json else "data_format = 'value'\ndata_type = 'float'")
        settings = directory / "telegraf.conf"
        settings.write_text(f"""
[agent]
interval = '10s'
round_interval = true
precision = '0s'
{self._settings["agent"]}
[[outputs.influxdb]]
urls = ['{influx.url}']
database = '{DATABASE}'
skip_database_creation = true
username = '{USER}'
password = '{PASSWORD}'
[[inputs.mqtt_consumer]]
servers = ['tcp://127.0.0.1:{broker.port}']
topics = ['{self.topic_filter}']
{qos}
{self._settings["input"]}
{data_format}
""")
        log = directory / "contender.log"
        return [(log, start(["telegraf", "--config", settings], log))]


def cpu_seconds(process):
    """All that the process has used, ended threads too, in ns resolution: /proc/PID/stat counts in steps of 10 ms."""
    cpu_clock = ~process.pid << 3 | 2  # clock_getcpuclockid(3) makes it so
    return time.clock_gettime(cpu_clock)


def memory(process, field):
    """Resident bytes: VmRSS now, VmHWM at the most."""
    return int(re.search(rf"{field}:\s+(\d+) kB", Path(f"/proc/{process.pid}/status").read_text())[1]) * 1024


def forget_peak(process):
    Path(f"/proc/{process.pid}/clear_refs").write_text("5")
