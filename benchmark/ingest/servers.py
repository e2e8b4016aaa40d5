"""The servers of a run, with the stack's settings, on free loopback ports: Mosquitto, InfluxDB 1.8 and Kafka."""

import base64
import http.client
import json
import os
import pwd
import re
import shutil
import socket
import subprocess
import threading
import time
import urllib.parse
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
STACK_BROKER = ROOT / "mosquitto" / "mosquitto.conf"
STACK_KAFKA = ROOT / "deploy" / "compose" / "kafka.yaml"
KAFKA_JARS = ROOT / "testing" / "kafka" / "target" / "lib"
# From the image apache/kafka, bin/kafka-run-class.sh.
KAFKA_JVM = ["-server", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20", "-XX:InitiatingHeapOccupancyPercent=35",
             "-XX:+ExplicitGCInvokesConcurrent"]
# Only the settings that a connection needs, as in the lab.
DEFAULT_BROKER = "allow_anonymous true\nlog_dest stderr\nlog_type error\nlog_type warning\nconnection_messages false\n"
START_LIMIT = 30  # seconds

DATABASE, USER, PASSWORD = "sensors", "telegraf", "telegraf"


def find(server):
    # Debian installs Mosquitto in a directory that only root has on the PATH.
    return shutil.which(server) or shutil.which(server, path="/usr/sbin:/usr/local/sbin")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(command, log, environment=None):
    # In its own session: a Ctrl-C ends the measurement, which then stops its servers.
    with open(log, "wb") as output:
        return subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                start_new_session=True)


def wait_for(what, log, process, condition, limit=START_LIMIT):
    deadline = time.monotonic() + limit
    while not condition():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{what} does not start:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.02)


class Broker:

    def __init__(self, directory, defaults):
        self.port = free_port()
        self._log = directory / "mosquitto.log"
        settings = DEFAULT_BROKER if defaults else "".join(
            line for line in STACK_BROKER.read_text().splitlines(keepends=True)
            if not re.match(r"listener |persistence_location ", line))
        # log_type subscribe shows when a contender has subscribed. Without user, Mosquitto started by root would switch to another
        # user, who may not write here.
        settings += (f"\nlistener {self.port} 127.0.0.1\nlog_type subscribe\n"
                     f"persistence_location {directory}/\nuser {pwd.getpwuid(os.getuid()).pw_name}\n")
        (directory / "mosquitto.conf").write_text(settings)
        self._command = [find("mosquitto"), "-c", directory / "mosquitto.conf"]
        self.restart()

    def restart(self):
        """Starts the broker, also after it has ended: on the same port, with what it has saved."""
        self.process = start(self._command, self._log)
        wait_for("mosquitto", self._log, self.process, lambda: accepts_connections(self.port))

    def subscriptions(self, topic_filter):
        """The number of clients that have subscribed to the topic filter so far."""
        return sum(line.endswith(" " + topic_filter) for line in self._log.read_text(errors="replace").splitlines())


class Influx:
    """InfluxDB with a password, like the lab's, with the lab's only user."""

    def __init__(self, directory):
        self.port = port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._of_thread = threading.local()
        self._log = directory / "influxd.log"
        self._environment = os.environ | {
            "INFLUXDB_REPORTING_DISABLED": "true", "INFLUXDB_MONITOR_STORE_ENABLED": "false",
            "INFLUXDB_HTTP_BIND_ADDRESS": f"127.0.0.1:{port}", "INFLUXDB_BIND_ADDRESS": f"127.0.0.1:{free_port()}",
            "INFLUXDB_HTTP_AUTH_ENABLED": "true", "INFLUXDB_HTTP_FLUX_ENABLED": "false",
            "INFLUXDB_HTTP_LOG_ENABLED": "false", "INFLUXDB_DATA_QUERY_LOG_ENABLED": "false",
            "INFLUXDB_META_DIR": f"{directory}/meta", "INFLUXDB_DATA_DIR": f"{directory}/data",
            "INFLUXDB_DATA_WAL_DIR": f"{directory}/wal"}
        self.restart()
        self.query(f"CREATE USER {USER} WITH PASSWORD '{PASSWORD}' WITH ALL PRIVILEGES")
        self.query(f"CREATE DATABASE {DATABASE}")

    def restart(self):
        """Starts InfluxDB, also after it has ended: on the same port, with its data."""
        self.process = start([find("influxd"), "run"], self._log, self._environment)
        wait_for("influxd", self._log, self.process, lambda: accepts_connections(self.port))

    def query(self, text):
        """The rows of the answer's only series, or an empty list."""
        body = urllib.parse.urlencode({"db": DATABASE, "epoch": "ns", "q": text})
        result = self._ask("POST", "/query", body)["results"][0]
        if "error" in result:
            raise RuntimeError(f"InfluxDB: {result['error']}")
        return result["series"][0]["values"] if "series" in result else []

    def points_taken(self):
        """Points accepted since its start, including repeated ones: InfluxDB counts them without a query."""
        return sum(part["values"]["pointsWrittenOK"]
                   for name, part in self._ask("GET", "/debug/vars").items() if name.startswith("httpd:"))

    def _ask(self, method, path, body=None):
        secret = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if not hasattr(self._of_thread, "connection"):
            self._of_thread.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection = self._of_thread.connection
        try:
            connection.request(method, path, body, {"Authorization": f"Basic {secret}",
                                                    "Content-Type": "application/x-www-form-urlencoded"})
            return json.loads(connection.getresponse().read())
        except (OSError, http.client.HTTPException):
            connection.close()  # The next request opens another one.
            raise


class Kafka:
    """One broker in KRaft mode, with the settings from the variables of the stack's container."""

    def __init__(self, directory):
        port, controller = free_port(), free_port()
        self.address = f"127.0.0.1:{port}"
        log = directory / "kafka.log"
        variables = stack_kafka()
        jvm = [*variables.pop("HEAP_OPTS").split(), *KAFKA_JVM]
        settings = {name.lower().replace("_", "."): value for name, value in variables.items()} | {
            "listeners": f"PLAINTEXT://{self.address},CONTROLLER://127.0.0.1:{controller}",
            "advertised.listeners": f"PLAINTEXT://{self.address}",
            "controller.quorum.voters": f"{variables['NODE_ID']}@127.0.0.1:{controller}",
            "log.dirs": directory / "kafka"}
        file = directory / "kafka.properties"
        file.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))

        def java(main, *arguments):
            return start(["java", "-cp", f"{KAFKA_JARS}/*", *jvm, main, *arguments], log)

        if java("kafka.tools.StorageTool", "format", "--cluster-id", "ingest-benchmark", "--config", file).wait() != 0:
            raise RuntimeError(f"Kafka cannot be set up:\n{log.read_text(errors='replace')[-2000:]}")
        self.process = java("kafka.Kafka", file)
        wait_for("kafka", log, self.process, lambda: accepts_connections(port))


def stack_kafka():
    """The variables KAFKA_… of the stack's service kafka, without that prefix, with the stack's defaults."""
    service = re.search(r"^  kafka:\n((?: {4}.*\n|\n)+)", STACK_KAFKA.read_text(), re.MULTILINE)[1]
    return {name: re.sub(r"\$\{\w+:-(.*?)}", r"\1", value).strip("\"'")
            for name, value in re.findall(r"^ {6}KAFKA_(\w+): (.*)$", service, re.MULTILINE)}


def accepts_connections(port):
    try:
        socket.create_connection(("127.0.0.1", port)).close()
        return True
    except ConnectionRefusedError:
        return False
