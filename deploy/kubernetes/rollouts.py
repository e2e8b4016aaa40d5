#!/usr/bin/env python3
"""Treats processes as Kubernetes treats the ingestor's pods - SIGTERM, SIGKILL after the grace period, a successor with the same
name or a new one - while readings are published at QoS 1, and counts those that do not arrive in InfluxDB.
Needs mosquitto and its clients, influxd 1.8 and the ingestor's executable; fails if a procedure that
the manifests use loses a reading."""
import argparse, concurrent.futures, contextlib, json, os, pathlib, re, shlex, shutil, signal, socket, subprocess, sys, tempfile, \
    threading, time, urllib.parse, urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
LEAVE = HERE / "components/scaled/leave"
# With TLS each client needs its certificate.
SENSORS = "TEMPSENS2", "TEMPLOWFREQSENS2", "PRSENS5", "CURSENS2"
KEYS = ROOT / "deploy/secure/keys"
MANIFEST = (HERE / "base/sensorline/ingestor.yaml").read_text()
SHARED = re.search(r"MQTT_TOPICS, value: (\S+)}", (HERE / "components/scaled/ingestor.yaml").read_text()).group(1)
GRACE_SECONDS = int(re.search(r"terminationGracePeriodSeconds: (\d+)", MANIFEST).group(1))


def tool(name):
    # Debian installs mosquitto in a directory that only root has on the PATH.
    path = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    return path or sys.exit(f"{name} is not on the PATH")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def eventually(what, holds, seconds=30.0):
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {seconds:.0f} s: {what}")
        time.sleep(0.05)


def answers(url):
    with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5) as response:
        return response.status < 300


class Stack(contextlib.ExitStack):
    """A broker with the stack's settings, InfluxDB, and the members of the group, in a separate directory."""

    def __init__(self, ingestor, secure=False):
        super().__init__()
        self.ingestor, self.secure = ingestor, secure
        self.directory = pathlib.Path(self.enter_context(tempfile.TemporaryDirectory()))
        # The ports of the services and of the sensors; with TLS these differ.
        self.broker, self.store = free_port(), free_port()
        self.sensors = free_port() if secure else self.broker
        self.members = []

    def __enter__(self):
        data = self.directory / "broker"
        data.mkdir()
        folder = ROOT / ("mosquitto/secure" if self.secure else "mosquitto")
        settings = (folder / "mosquitto.conf").read_text().replace("/mosquitto/data", str(data))
        for own, port in ("1883", self.broker), ("8883", self.sensors), ("8884", self.broker):
            settings = settings.replace(f"listener {own}\n", f"listener {port} 127.0.0.1\n")
        if self.secure:
            subprocess.run([ROOT / "deploy/secure/make-keys"], check=True, stdout=subprocess.DEVNULL)
            settings = settings.replace("/run/keys", str(KEYS / "broker"))
            settings = settings.replace("/mosquitto/config/acl", str(shutil.copy(folder / "acl", self.directory)))
        # Otherwise it would switch to a user who may not write there.
        (self.directory / "mosquitto.conf").write_text(settings + "\nuser root\n")
        self.start("broker", [tool("mosquitto"), "-c", self.directory / "mosquitto.conf"])
        self.start("store", [tool("influxd")], {
            "INFLUXDB_HTTP_BIND_ADDRESS": f"127.0.0.1:{self.store}", "INFLUXDB_BIND_ADDRESS": "127.0.0.1:0",
            "INFLUXDB_META_DIR": f"{self.directory}/meta", "INFLUXDB_DATA_DIR": f"{self.directory}/data",
            "INFLUXDB_DATA_WAL_DIR": f"{self.directory}/wal", "INFLUXDB_MONITOR_STORE_ENABLED": "false",
            "INFLUXDB_REPORTING_DISABLED": "true", "INFLUXDB_HTTP_LOG_ENABLED": "false"})
        eventually("influxd answers", lambda: answers(f"http://127.0.0.1:{self.store}/ping"))
        self.ask("CREATE DATABASE sensors")
        return self

    def start(self, name, command, variables=None):
        with open(self.directory / f"{name}.log", "ab") as log:
            process = subprocess.Popen(command, env={**os.environ, **(variables or {})}, stdin=subprocess.DEVNULL, stdout=log,
                                       stderr=log, cwd=self.directory)
        self.callback(end, process)
        return process

    def ask(self, query):
        form = urllib.parse.urlencode({"q": query, "db": "sensors"}).encode()
        with urllib.request.urlopen(f"http://127.0.0.1:{self.store}/query", form, timeout=30) as response:
            return json.load(response)["results"][0].get("series", [])

    def stored(self):
        series = self.ask("SELECT count(value) FROM sensor")
        return series[0]["values"][0][1] if series else 0

    def member(self, name, **variables):
        """Starts a member of the group; returns when it is ready."""
        port = free_port()
        if self.secure:
            # One certificate for all members. Connect by name, because the certificate contains the name.
            variables |= {"MQTT_HOST": "localhost", "MQTT_CA_FILE": str(KEYS / "ingestor/ca.pem"),
                          "MQTT_CERTIFICATE_FILE": str(KEYS / "ingestor/certificate.pem"), "MQTT_KEY_FILE": str(KEYS / "ingestor/key.pem")}
        settings = {"MQTT_HOST": "127.0.0.1", "MQTT_PORT": str(self.broker), "MQTT_TOPICS": SHARED,
                    "MQTT_CLIENT_ID": f"sensorline-{name}", "INFLUX_URL": f"http://127.0.0.1:{self.store}",
                    "HTTP_PORT": str(port), **variables}
        process = self.start(name, self.ingestor, settings)
        process.name, process.settings = name, settings
        eventually(f"{name} is ready", lambda: answers(f"http://127.0.0.1:{port}/q/health/ready"))
        return process

    def run(self, script, settings):
        subprocess.run(["bash", LEAVE / script], env={**os.environ, **settings}, check=True, stdout=subprocess.DEVNULL, timeout=120)


def end(process):
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGCONT)
        process.kill()
    process.wait()


def terminate(process):
    """Stops a process as the kubelet stops a container."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def certificate(stack, name):
    """The options with which mosquitto_pub connects as this sensor."""
    folder = KEYS / "sensors" / name
    return ["--cafile", folder / "ca.pem", "--cert", folder / "certificate.pem", "--key", folder / "key.pem"] if stack.secure else []


def publish(stack, rate, enough):
    """Publishes readings of several sensors at a steady rate, each with a unique time; ends when the broker has all of them."""
    publishers = [subprocess.Popen([tool("mosquitto_pub"), "-h", "localhost", "-p", str(stack.sensors), "-q", "1", "-t", f"sensor/{name}",
                                    "-l", "--nodelay", *certificate(stack, name)], stdin=subprocess.PIPE) for name in SENSORS]
    for publisher in publishers:
        stack.callback(end, publisher)
    start, time_ms, sent = time.monotonic(), int(time.time() * 1000), 0
    while not enough.is_set():
        due = int((time.monotonic() - start) * rate / len(SENSORS))
        if due > sent:
            lines = b"".join(b'{"value": %d, "time": %d}\n' % (n, time_ms + n) for n in range(sent, due))
            for publisher in publishers:
                publisher.stdin.write(lines)
                publisher.stdin.flush()
            sent = due
        time.sleep(0.01)
    for publisher in publishers:
        publisher.stdin.close()
        if publisher.wait(60) != 0:
            raise RuntimeError("mosquitto_pub has failed")
    return sent * len(SENSORS)


def rolling_update(stack):
    """A StatefulSet: from the last to the first, each stops before its successor of the same name starts."""
    for n, member in reversed(list(enumerate(stack.members))):
        terminate(member)
        stack.members[n] = stack.member(member.name)


def rolling_update_of_hung_members(stack):
    for n, member in reversed(list(enumerate(stack.members))):
        member.send_signal(signal.SIGSTOP)
        terminate(member)
        stack.members[n] = stack.member(member.name)


def scale_down(stack):
    terminate(stack.members.pop())


def scale_down_and_leave(stack):
    """Scales down with the job of components/scaled, by running the same two scripts."""
    leaving = stack.members.pop()
    terminate(leaving)
    stack.run("unsubscribe.sh", leaving.settings)
    drains = stack.member(leaving.name, MQTT_SUBSCRIBE="false")
    stack.run("drained.sh", drains.settings)
    terminate(drains)


def rolling_update_under_new_names(stack, **variables):
    """A Deployment: the successor, with another name, is ready before its predecessor stops."""
    for n, member in enumerate(stack.members):
        stack.members[n] = stack.member(f"{member.name}-new", **variables)
        terminate(member)


CLEAN = {"MP_MESSAGING_CONNECTOR_SENSORLINE_MQTT_AUTO_CLEAN_SESSION": "true"}
# The disruptions, the members' settings, and whether the manifests use them; those of "secure" run over TLS.
SECURE = "secure: 3 to 2 members, with the job that leaves"
CASES = [
    ("StatefulSet: rolling update", {}, rolling_update, True),
    ("StatefulSet: rolling update of members that ignore SIGTERM", {}, rolling_update_of_hung_members, True),
    ("StatefulSet: 3 to 2 members, with the job that leaves", {}, scale_down_and_leave, True),
    (SECURE, {}, scale_down_and_leave, True),
    ("StatefulSet: 3 to 2 members, without it", {}, scale_down, False),
    ("Deployment: rolling update, a session for each pod", {}, rolling_update_under_new_names, False),
    ("Deployment: rolling update, clean sessions", CLEAN, lambda stack: rolling_update_under_new_names(stack, **CLEAN), False),
]


def settled(stack, published):
    """The number of stored readings when all are stored, or when none has arrived for five seconds."""
    stored, since = stack.stored(), time.monotonic()
    while stored < published and time.monotonic() - since < 5:
        time.sleep(0.5)
        if (now := stack.stored()) != stored:
            stored, since = now, time.monotonic()
    return stored


def run(case, options):
    what, variables, action, promised = case
    with Stack(options.ingestor, what == SECURE) as stack, concurrent.futures.ThreadPoolExecutor() as pool:
        stack.members = [stack.member(f"ingestor-{n}", **variables) for n in range(3)]
        enough = threading.Event()
        publishing = pool.submit(publish, stack, options.rate, enough)
        try:
            time.sleep(2)
            action(stack)
            time.sleep(options.seconds)
        finally:
            enough.set()
        published = publishing.result()
        missing = published - settled(stack, published)
    print(f"| {what} | {published:,} | {missing:,} |", flush=True)
    return missing == 0 or not promised


def measure_memory(options, backlog=400_000):
    """Measures a member that starts with a backlog."""
    with Stack(options.ingestor) as stack:
        member = stack.member("ingestor-0")
        idle = resident_mib(member)
        terminate(member)
        reading = '{"type": "temperature", "name": "TEMPLOWFREQSENS2", "value": 25.437712345678901, "time": %d}\n'
        time_ms, part = int(time.time() * 1000), 50_000
        for n in range(backlog // part):
            subprocess.run([tool("mosquitto_pub"), "-p", str(stack.broker), "-q", "1", "-t", f"sensor/S{n}", "-l", "--nodelay"],
                           input="".join(reading % (time_ms + i) for i in range(part)), text=True, check=True)
        start, peak = time.monotonic(), 0
        member = stack.member("ingestor-0")
        while (stored := stack.stored()) < backlog and time.monotonic() - start < 120:
            peak = max(peak, resident_mib(member))
            time.sleep(0.1)
        print(f"ingestor: idle {idle} MiB, at most {peak} MiB with a backlog of {backlog:,} readings, "
              f"of which it wrote {stored:,} in {time.monotonic() - start:.0f} s")
        sensor = stack.start("sensor", options.simulator, {"SIM_PORT": str(stack.broker), "SIM_QOS": "1", "SIM_FORMAT": "json"})
        time.sleep(10)
        print(f"sensor: {resident_mib(sensor)} MiB after 10 s")
        return stored == backlog


def resident_mib(process):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) // 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for service in "ingestor", "simulator":
        native = sorted(ROOT.glob(f"{service}/target/*-runner"))
        parser.add_argument(f"--{service}", type=shlex.split, metavar="COMMAND",
                            default=native[:1] or ["java", "-jar", ROOT / f"{service}/target/quarkus-app/quarkus-run.jar"],
                            help="by itself the native executable, else the one for the JVM")
    parser.add_argument("--rate", type=int, default=2000, help="readings a second of all sensors (%(default)s)")
    parser.add_argument("--seconds", type=int, default=5, help="of load after each event (%(default)s)")
    parser.add_argument("--promised", action="store_true", help="only what the manifests do")
    parser.add_argument("--memory", action="store_true", help="instead, what a native member takes when it finds a backlog, and a sensor")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if options.memory:
        sys.exit(not measure_memory(options))
    version = subprocess.run([tool("mosquitto"), "-h"], capture_output=True, text=True).stdout.splitlines()[0]
    print(f"{version}; {options.rate:,} readings a second; SIGKILL {GRACE_SECONDS} s after SIGTERM\n")
    print("| three members | published | missing |\n| --- | --- | --- |")
    kept = [run(case, options) for case in CASES if case[3] or not options.promised]
    sys.exit(not all(kept))


if __name__ == "__main__":
    main()
