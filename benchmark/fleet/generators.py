"""The load generators: the simulator, and publishers on the client libraries of other languages."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from contenders import say
from servers import ROOT, start

HERE = Path(__file__).resolve().parent
PEERS, TARGET = HERE / "peers", HERE / "target"
SIMULATOR = ROOT / "simulator" / "target"
JVM = ["java", "-XX:+UseSerialGC", "-Xmx512m", "-jar"]  # The executable has a heap of 512 MB, too.

MQTTJS_VERSION, PAHO_VERSION = "4.3.7", "2.2.0"
HIGHEST_RATE = 10_000_000  # readings a second, which the simulator takes but never reaches
CONNECT_RATE = 500  # connections a second
OF_A_THREAD = 10_000  # sensors

FLEET = """
seed: 17
groups:
  load:
    name: load-{{n}}
    count: {sensors}
    period: {period}
    qos: {qos}
    waveform: {{sine: {{mean: 20, amplitude: 5, period: 1m}}}}
    decimals: 2
"""


@dataclass(frozen=True)
class Load:
    """What a generator is to publish: readings of sensors in turn, or as many as it can."""

    sensors: int
    period: float  # seconds between two readings of a sensor; of no meaning if it is not paced
    seconds: float
    qos: int = 0
    has_own_connections: bool = False
    is_paced: bool = True
    readings: int | None = None  # to publish, by generators that end by number and not by time
    window: int = 10_000  # readings in flight on a connection

    @property
    def shared_connections(self):
        """As many as the simulator has by default."""
        return max(1, min(os.cpu_count(), -(-self.sensors // OF_A_THREAD)))

    @property
    def asked(self):
        """Readings a second; None if as many as possible."""
        return self.sensors / self.period if self.is_paced else None


class Simulator:

    ends_by_number = True  # and not by time, when it publishes as much as it can
    paces = True

    def __init__(self, name, command):
        self.name = name
        self._command = command

    def start(self, load, port, directory):
        fleet = directory / "fleet.yaml"
        fleet.write_text(FLEET.format(sensors=load.sensors, period=load.period, qos=load.qos))
        variables = {"SIM_CONNECTIONS": "sensor" if load.has_own_connections else str(load.shared_connections),
                     "SIM_CONNECT_RATE": str(CONNECT_RATE), "SIM_TOLERANCE": "1"}
        if load.is_paced:
            variables["SIM_DURATION"] = f"{load.seconds:g}"
        else:
            # Always late, so it sends as fast as it can, and nothing is skipped.
            variables |= {"SIM_RATE": str(HIGHEST_RATE), "SIM_LATE": "1h", "SIM_INFLIGHT": str(load.window),
                          "SIM_READINGS": str(-(-load.readings // load.sensors))}
        return self.run(variables, fleet, port, directory / "generator.log")

    def run(self, variables, fleet, port, log):
        """Starts a fleet; its report is the last line that is an object."""
        return start(self._command, log, without_settings() | variables | {
            "SIM_FILE": str(fleet), "SIM_HOST": "127.0.0.1", "SIM_PORT": str(port), "SIM_REPORT": "json"})

    def verify(self, *arguments):
        """Returns the report of verify."""
        done = subprocess.run([*self._command, "verify", "--json", *arguments], capture_output=True, text=True, env=without_settings())
        if done.returncode > 1:
            raise RuntimeError(f"verify fails: {done.stdout}{done.stderr}")
        return json.loads(done.stdout)


def without_settings():
    return {name: value for name, value in os.environ.items()
            if not re.match("(SIM|MQTT|INFLUX|INGESTOR|KAFKA|HTTP|QUARKUS)_", name)}


class Peer:
    """A publisher of ours on another library. The job is its only argument, in JSON."""

    ends_by_number = False

    def __init__(self, name, command, environment=None, paces=True):
        self.name = name
        self.paces = paces  # whether it can publish at a given rate
        self._command = command
        self._environment = environment or {}

    def start(self, load, port, directory):
        clients = load.sensors if load.has_own_connections else load.shared_connections
        job = {"port": port, "sensors": load.sensors, "period": load.period, "seconds": load.seconds, "qos": load.qos,
               "clients": clients, "workers": load.shared_connections, "connect_rate": CONNECT_RATE, "window": load.window,
               "is_paced": load.is_paced}
        return start([*self._command, json.dumps(job)], directory / "generator.log", dict(os.environ) | self._environment)


class MqttBenchmark:
    """The crate mqtt-benchmark: one topic and one payload, as fast as it can."""

    PAYLOAD = '{"type":"load","name":"load-10000","value":20.00,"time":1764000000000,"seq":100,"sent":1764000000000}'

    name = "mqtt-benchmark"
    ends_by_number = True
    paces = False

    def __init__(self, program):
        self._program = program

    def start(self, load, port, directory):
        return start([self._program, "--broker", f"127.0.0.1:{port}", "--topic", "sensor/load-10000", "--payload", self.PAYLOAD,
                      "--qos", str(load.qos), "--size", str(load.readings), "--client-num", "1"], directory / "generator.log")


def report(log):
    """The last object of JSON in the output of a generator, or that of its only step; None if there is none."""
    for line in reversed(log.read_text(errors="replace").splitlines()):
        if line.startswith("{"):
            found = json.loads(line)
            return found.get("steps", [found])[0]
    return None


# What there is on this machine

def simulator(is_jvm):
    """Name and command of the simulator; None if it is not built."""
    if is_jvm:
        jar = SIMULATOR / "quarkus-app" / "quarkus-run.jar"
        if jar.exists():
            return "simulator, JVM", [*JVM, jar]
        say("SKIPPED simulator: no simulator/target/quarkus-app/quarkus-run.jar, `mvn package` makes it")
        return None
    executables = sorted(SIMULATOR.glob("*-runner"), key=lambda file: file.stat().st_mtime)
    if executables:
        return "simulator", [executables[-1]]
    say("SKIPPED simulator: no simulator/target/*-runner: `mvn package -Dnative` makes it, and --jvm does without")
    return None


def simulators(settings):
    if found := simulator(settings.jvm):
        yield Simulator(*found)
    for also in settings.also:
        name, command = also.split("=", 1)
        yield Simulator(name, shlex.split(command))


def generators(settings):
    if "simulator" in settings.contenders:
        yield from simulators(settings)
    for contender, install in INSTALLED.items():
        if contender in settings.contenders:
            TARGET.mkdir(exist_ok=True)
            try:
                yield install()
            except (OSError, Missing, subprocess.CalledProcessError) as failure:
                say(f"SKIPPED {contender}: {failure}")


class Missing(Exception):
    """Something that a contender needs is not installed."""


def need(program):
    if not shutil.which(program):
        raise Missing(f"no {program} on the PATH")


def quietly(*command, **more):
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=sys.stderr, **more)


def go():
    need("go")
    program, source = TARGET / "publish_go", PEERS / "go"
    if not program.exists() or program.stat().st_mtime < max(file.stat().st_mtime for file in source.iterdir()):
        say("Building the publisher in Go ...")
        quietly("go", "build", "-o", program, ".", cwd=source)
    version = re.search(r"paho.mqtt.golang v(\S+)", (source / "go.mod").read_text())[1]
    return Peer(f"paho.mqtt.golang {version}", [program])


def mqttjs():
    need("node")
    modules = TARGET / "mqttjs" / "node_modules"
    if not (modules / "mqtt").exists():
        need("npm")
        say(f"Installing MQTT.js {MQTTJS_VERSION} ...")
        quietly("npm", "install", "--prefix", modules.parent, "--no-audit", "--no-fund", "--ignore-scripts", f"mqtt@{MQTTJS_VERSION}")
    return Peer(f"MQTT.js {MQTTJS_VERSION}", ["node", PEERS / "publish.js"], {"NODE_PATH": str(modules)})


def python():
    venv = TARGET / "venv"
    if not list(venv.glob(f"lib/*/site-packages/paho_mqtt-{PAHO_VERSION}.*")):
        say(f"Installing paho-mqtt {PAHO_VERSION} ...")
        quietly(sys.executable, "-m", "venv", "--clear", venv)
        quietly(venv / "bin" / "python", "-m", "pip", "install", "-q", "--disable-pip-version-check", f"paho-mqtt=={PAHO_VERSION}")
    return Peer(f"Python paho {PAHO_VERSION}", [venv / "bin" / "python", PEERS / "publish.py"])


def mqtt_benchmark():
    program = shutil.which("mqtt-benchmark") or shutil.which("mqtt-benchmark", path=TARGET / "cargo" / "bin")
    if not program:
        raise Missing("`cargo install --root benchmark/fleet/target/cargo mqtt-benchmark@0.2.4` makes it, in some minutes")
    return MqttBenchmark(program)


def prepared():
    return Peer("prepared packets", [sys.executable, PEERS / "prepared.py"], paces=False)


INSTALLED = {"go": go, "mqttjs": mqttjs, "python": python, "mqtt-benchmark": mqtt_benchmark, "prepared": prepared}
