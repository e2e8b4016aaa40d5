#!/usr/bin/env python3
"""Tests each alert rule: a separate influxd (1.8, on the PATH) gets the points that ingestors and sensors would have stored, and each
rule's queries and expressions determine the labels for which it fires. Needs PyYAML. Stores and reads nothing else."""
import json, math, pathlib, re, socket, subprocess, sys, tempfile, time, urllib.parse, urllib.request

import yaml

HERE = pathlib.Path(__file__).parent
BRIDGE, *INGESTORS = ("172.18.0.2", "172.19.0.3", "172.19.0.4", "172.19.0.5")


class Influx:
    """An influxd on a free port, which leaves nothing behind when it ends."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        with socket.socket() as http, socket.socket() as backup:
            http.bind(("127.0.0.1", 0)), backup.bind(("127.0.0.1", 0))
            ports = http.getsockname()[1], backup.getsockname()[1]
        self.url = f"http://127.0.0.1:{ports[0]}"
        environment = {"INFLUXDB_META_DIR": f"{self.folder.name}/meta", "INFLUXDB_DATA_DIR": f"{self.folder.name}/data",
                       "INFLUXDB_DATA_WAL_DIR": f"{self.folder.name}/wal", "INFLUXDB_HTTP_BIND_ADDRESS": f"127.0.0.1:{ports[0]}",
                       "INFLUXDB_BIND_ADDRESS": f"127.0.0.1:{ports[1]}", "INFLUXDB_REPORTING_DISABLED": "true",
                       "INFLUXDB_MONITOR_STORE_ENABLED": "false", "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": self.folder.name}
        self.process = subprocess.Popen(["influxd"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(200):
            try:
                return urllib.request.urlopen(self.url + "/ping", timeout=1) and self
            except OSError:
                time.sleep(0.1)
        self.__exit__()
        raise SystemExit("influxd does not answer")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()

    def ask(self, query, database="sensors"):
        data = urllib.parse.urlencode({"q": query, "db": database, "epoch": "ms"}).encode()
        result = json.load(urllib.request.urlopen(self.url + "/query", data, timeout=30))["results"][0]
        if "error" in result:
            raise ValueError(f"{result['error']}: {query}")
        return result.get("series", [])

    def start_again_with(self, lines):
        self.ask("DROP DATABASE sensors")
        self.ask("CREATE DATABASE sensors")
        if lines:
            urllib.request.urlopen(self.url + "/write?db=sensors&precision=ms", "\n".join(lines).encode(), timeout=30)


def series(influx, query):
    """Values by labels, as Grafana reads them from a time series query: without nulls."""
    return {tuple(sorted((one.get("tags") or {}).items())): values for one in influx.ask(query)
            if (values := [row[1] for row in one["values"] if row[1] is not None])}


REDUCERS = {"last": lambda values: values[-1], "sum": sum, "min": min, "max": max, "count": len, "mean": lambda v: sum(v) / len(v)}


def evaluate(expression, variables):
    """The part of Grafana's math that the rules use: numbers by labels; numbers with the same labels are combined."""
    names = re.findall(r"\$(\w+)", expression)
    for labels in set.intersection(*(set(variables[name]) for name in names)):
        code = re.sub(r"\$(\w+)", lambda match: repr(variables[match[1]][labels]), expression)
        if not re.fullmatch(r"[-+*/()<>=!. \d]*", code):
            raise ValueError(f"not understood: {code}")
        yield labels, float(eval(code))  # Digits and operators only.


def firing(influx, rule):
    """The labels for which the rule fires; None if it has no data, for which each rule defines the state."""
    values = {}
    for query in rule["data"]:
        model = query["model"]
        if query["datasourceUid"] != "__expr__":
            values[query["refId"]] = series(influx, model["query"])
        elif model["type"] == "reduce":
            values[query["refId"]] = {labels: REDUCERS[model["reducer"]](found) for labels, found in values[model["expression"]].items()}
        else:
            values[query["refId"]] = dict(evaluate(model["expression"], values))
    result = values[rule["condition"]]
    if not result:
        return None
    return {" ".join(value for _, value in labels) for labels, value in result.items() if value and not math.isnan(value)}


def readings(name, period, until=0.0, since=1800.0, behind=0.0):
    """A reading each period, from since to until seconds ago, with a clock that is behind."""
    now = time.time()
    return [f"sensor,name={name},type=temp value=20 {int((now - ago - behind) * 1000)}"
            for ago in (since - i * period for i in range(int((since - until) / period) + 1)) if ago >= until]


def figures(address, since=300, until=0, **fields):
    """Telegraf's metrics of a process every ten seconds; a field is a number, or a function of the seconds since the first."""
    url = "bridge" if address == BRIDGE else "ingestor"
    now = time.time()
    lines = []
    for ago in range(since, until - 1, -10):
        text = ",".join(f"{name}={value(since - ago) if callable(value) else value}" for name, value in fields.items())
        lines.append(f"ingestor,address={address},url=http://{url}:8080/q/metrics {text} {int((now - ago) * 1000) - 500}")
    return lines


def rejected(address, reason, **count):
    return [line.replace("ingestor,", f"ingestor,reason={reason},", 1)
            for line in figures(address, sensorline_readings_rejected_total=count["count"])]


def cases():
    accepting = [line for address in INGESTORS for line in figures(address, sensorline_store_accepting=1)]
    answering = [line for address in (BRIDGE, *INGESTORS) for line in figures(address, sensorline_kafka_answering=1)]
    yield "Sensor silent", "sensors that send, every 2, 5 and 10 s", set(), [
        *readings("A", 2), *readings("B", 5, until=4), *readings("C", 10, until=9)]
    yield "Sensor silent", "one stopped seven seconds ago, one half an hour ago, one yesterday", {"STOPPED", "GONE"}, [
        *readings("A", 2), *readings("STOPPED", 2, until=7), *readings("GONE", 2, until=1800, since=3000),
        *readings("YESTERDAY", 2, until=86_400, since=88_000)]
    yield "Sensor silent", "one that has just begun", set(), [*readings("A", 2), *readings("NEW", 2, since=30)]
    # The rule needs correct clocks: a clock that is behind stores the same as a sensor that has been silent for that long.
    yield "Sensor silent", "a clock 3 s behind", set(), [*readings("A", 2), *readings("B", 2, behind=3)]
    yield "Sensor silent", "a clock 90 s behind, which cannot be told from 90 s of silence", {"BEHIND", "STOPPED"}, [
        *readings("A", 2), *readings("BEHIND", 2, behind=90), *readings("STOPPED", 2, until=90)]
    yield "Readings are late", "a clock 90 s behind, by one of three ingestors", {""}, [
        *figures(INGESTORS[0], sensorline_reading_age_seconds_max=0.2), *figures(INGESTORS[1], sensorline_reading_age_seconds_max=90.1),
        *figures(INGESTORS[2], sensorline_reading_age_seconds_max=0.0)]
    yield "Readings are late", "clocks that are right", set(), [
        line for address in (BRIDGE, *INGESTORS)
        for line in figures(address, sensorline_reading_age_seconds_max=0.3, sensorline_latency_seconds_max=0.2)]
    yield "Readings are late", "readings without a time that waited in one of three ingestors", {""}, [
        *figures(INGESTORS[0], sensorline_latency_seconds_max=0.2), *figures(INGESTORS[1], sensorline_latency_seconds_max=90.1),
        *figures(INGESTORS[2], sensorline_latency_seconds_max=0.0)]
    yield "Readings are late", "no ingestor", None, []
    yield "InfluxDB does not accept writes", "one ingestor", set(), figures(INGESTORS[0], sensorline_store_accepting=1)
    yield "InfluxDB does not accept writes", "three, and a bridge that has nothing to do with it", set(), accepting + answering
    yield "InfluxDB does not accept writes", "one of three refused", {""}, [
        *accepting[: 2 * len(accepting) // 3], *figures(INGESTORS[2], since=305, sensorline_store_accepting=0)]
    yield "InfluxDB does not accept writes", "one refused until it was replaced, two minutes ago", set(), [
        *accepting, *figures("172.19.0.9", until=120, sensorline_store_accepting=0)]
    yield "InfluxDB does not accept writes", "nothing for two minutes", None, figures(INGESTORS[0], until=120, sensorline_store_accepting=1)
    yield "InfluxDB refuses all points", "it takes them", set(), [
        line for address in INGESTORS for line in figures(address, sensorline_store_refusing=0)]
    yield "InfluxDB refuses all points", "those of one of three", {""}, [
        *figures(INGESTORS[0], sensorline_store_refusing=0), *figures(INGESTORS[1], since=305, sensorline_store_refusing=1),
        *figures(INGESTORS[2], sensorline_store_refusing=0)]
    yield "InfluxDB refuses all points", "it did, until two minutes ago", set(), figures(
        INGESTORS[0], sensorline_store_refusing=lambda s: int(s < 180))
    yield "InfluxDB refuses all points", "a bridge, which writes none", None, figures(BRIDGE, sensorline_kafka_answering=1)
    yield "Points kept apart", "none", set(), [
        line for address in INGESTORS for line in figures(address, sensorline_points_apart=0)]
    yield "Points kept apart", "in one of three", {""}, [
        *figures(INGESTORS[0], sensorline_points_apart=0), *figures(INGESTORS[1], since=305, sensorline_points_apart=12),
        *figures(INGESTORS[2], sensorline_points_apart=0)]
    yield "Points kept apart", "no ingestor", None, []
    yield "Rejected readings have no copy", "none more, in two ingestors", set(), [
        *figures(INGESTORS[0], sensorline_rejected_unpublished_total=400), *figures(INGESTORS[1], sensorline_rejected_unpublished_total=0)]
    yield "Rejected readings have no copy", "two more, in one of them", {""}, [
        *figures(INGESTORS[0], sensorline_rejected_unpublished_total=lambda s: 400 + s // 140),
        *figures(INGESTORS[1], sensorline_rejected_unpublished_total=0)]
    yield "Rejected readings have no copy", "no ingestor", None, []
    # The counters of several ingestors differ by more than the rejected readings: as one series they would jump up and down.
    yield "Readings rejected", "three ingestors that reject nothing any more", set(), [
        *rejected(INGESTORS[0], "empty", count=4000), *rejected(INGESTORS[1], "empty", count=17), *rejected(INGESTORS[2], "empty", count=0)]
    yield "Readings rejected", "one of them, and over Kafka the bridge", {"empty", "not_a_number"}, [
        *rejected(INGESTORS[0], "empty", count=4000), *rejected(INGESTORS[1], "empty", count=lambda s: 17 + (s >= 200)),
        *rejected(BRIDGE, "not_a_number", count=lambda s: s // 100), *rejected(BRIDGE, "too_large", count=3)]
    yield "Readings rejected", "one that has begun again from nothing", set(), rejected(
        INGESTORS[0], "empty", count=lambda s: 4000 if s < 150 else 0)
    yield "Readings rejected", "no ingestor", None, []
    yield "Kafka does not answer", "all are answered", set(), answering
    yield "Kafka does not answer", "the bridge is not", {""}, [
        *answering[len(answering) // 4:], *figures(BRIDGE, sensorline_kafka_answering=0)]
    yield "Kafka does not answer", "no Kafka", None, accepting


def main():
    rules = {rule["title"]: rule for group in yaml.safe_load((HERE / "provisioning/alerting/rules.yaml").read_text())["groups"]
             for rule in group["rules"]}
    failed, tried = 0, set()
    with Influx() as influx:
        for title, what, expected, lines in cases():
            influx.start_again_with(lines)
            found = firing(influx, rules[title])
            failed += found != expected
            tried.add(title)
            said = "no data" if found is None else "quiet" if not found else " ".join(["fires", *sorted(found)]).strip()
            print(f"{'passed' if found == expected else 'FAILED'}  {title}: {what}: {said}")
    for title in rules.keys() - tried:
        failed += 1
        print(f"FAILED  {title}: no case")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
