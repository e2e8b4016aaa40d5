#!/usr/bin/env python3
"""Sends every query of the dashboards, their variables and the alert rules to a running InfluxDB 1.8. Fails on an error, on an
empty answer, and on a panel without title or unit. Queries of Kafka's metrics may have an empty answer, unless --kafka says that the
stack has Kafka. The stack must have run for two minutes, and one bare number must have been published."""
import argparse, base64, json, pathlib, re, sys, time, urllib.error, urllib.parse, urllib.request

HERE = pathlib.Path(__file__).parent
# Time ranges in seconds for each query. For a day or more, the dashboards read the one-minute points.
RANGES = 900, 2 * 86_400
POINTS_ACROSS = 1_000
# Metrics that only the ingestor's roles over Kafka report.
KAFKA = re.compile(r"sensorline_(kafka|records|points_forwarded)_")


def ask(options, query):
    """The series of the answer; raises with InfluxDB's error message."""
    request = urllib.request.Request(options.influx + "/query", urllib.parse.urlencode(
        {"q": query, "db": options.database, "epoch": "ms"}).encode())
    request.add_header("Authorization", "Basic " + base64.b64encode(f"{options.user}:{options.password}".encode()).decode())
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            result = json.load(response)["results"][0]
    except urllib.error.HTTPError as error:
        raise ValueError(error.read().decode().strip()) from None
    if "error" in result:
        raise ValueError(result["error"])
    return result.get("series", [])


def seconds(duration):
    return int(duration[:-1]) * {"s": 1, "m": 60, "h": 3600, "d": 86_400}[duration[-1]]


def fill_in(query, variables, span, least_interval):
    """Replaces variables like Grafana: its own, and the dashboard's, where several values become (a|b) in a regular expression."""
    now = int(time.time() * 1000)
    interval = max(seconds(least_interval), span // POINTS_ACROSS, 1)
    values = dict(variables, timeFilter=f"time >= {now - span * 1000}ms and time <= {now}ms", __interval=f"{interval}s",
                  __interval_ms=str(interval * 1000), __range_s=str(span), __from=str(now - span * 1000), __to=str(now))
    for name in sorted(values, key=len, reverse=True):
        query = query.replace("${%s}" % name, values[name]).replace("$" + name, values[name])
    return query


def panels_of(dashboard):
    for panel in dashboard["panels"]:
        if panel["type"] != "row":
            yield panel
        yield from panel.get("panels", [])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--influx", default="http://127.0.0.1:8086")
    parser.add_argument("--database", default="sensors")
    parser.add_argument("--user", default="grafana")
    parser.add_argument("--password", default="grafana")
    parser.add_argument("--kafka", action="store_true", help="the stack over Kafka")
    options = parser.parse_args()
    passed, failures = 0, []

    def check(what, holds, otherwise):
        nonlocal passed
        if holds:
            passed += 1
        else:
            failures.append(f"{what}: {otherwise}")

    def check_query(what, queries):
        """One query over several ranges: at least one range must have an answer, and none an error."""
        try:
            answered = any([ask(options, query) for query in queries])
            check(what, answered or (KAFKA.search(queries[0]) and not options.kafka), "no data: " + queries[0])
        except ValueError as error:
            check(what, False, f"{error}: {queries[0]}")

    source = re.search(r"uid: (\S+)", (HERE / "provisioning/datasources/influxdb.yaml").read_text()).group(1)
    for file in sorted((HERE / "dashboards").glob("*.json")):
        dashboard = json.loads(file.read_text())
        variables = {}
        for variable in dashboard["templating"]["list"]:
            what = f"{file.name}, variable {variable['name']}"
            if variable["type"] != "query":
                variables[variable["name"]] = variable["current"]["value"]
                continue
            query = fill_in(variable["query"], variables, RANGES[0], "1s")
            check_query(what, [query])
            found = [row[1] for series in ask(options, query) for row in series["values"]]
            variables[variable["name"]] = variable.get("allValue") or "(" + "|".join(map(re.escape, found)) + ")"
        panels = list(panels_of(dashboard))
        check(file.name, len({panel["id"] for panel in panels}) == len(panels), "panel ids are not unique")
        for panel in panels:
            what = f"{file.name}, {panel['title'] or panel['id']}"
            check(what, panel["title"], "no title")
            check(what, panel["fieldConfig"]["defaults"].get("unit"), "no unit")
            for target in panel["targets"]:
                check(what, target["datasource"]["uid"] == source, "another data source")
                least = fill_in(panel.get("interval", "1s"), variables, RANGES[0], "1s")
                check_query(f"{what} {target['refId']}", [fill_in(target["query"], variables, span, least) for span in RANGES])
    rules = (HERE / "provisioning/alerting/rules.yaml").read_text()
    for query in re.findall(r"^\s*query: (.+)$", rules, re.MULTILINE):
        check_query("rules.yaml", [query])
    print(*failures, sep="\n", end="\n" if failures else "")
    print(f"{passed} passed, {len(failures)} failed")
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())
