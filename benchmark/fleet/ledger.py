"""A fleet with faults of all kinds, through Mosquitto and an ingestor that is killed once, into InfluxDB; then `simulator verify`."""

import math
import time
from dataclasses import dataclass
from types import SimpleNamespace

from contenders import Ingestor, say
from payloads import Format
from servers import DATABASE, PASSWORD, USER, Broker, Influx, wait_for

from generators import CONNECT_RATE, report

PERIOD = 0.1  # seconds between two readings of a sensor
AWAY = 2  # seconds from the end of the killed ingestor to the start of the next one
SETTLED = 10  # seconds without a new point after the run, after which all that will be stored is stored
LIMIT = 120  # seconds that a run may take longer than it should

# A connection for each sensor, so that those of `disconnect` and `reconnect_storm` end alone.
FLEET = """
seed: 5
groups:
  plant:
    name: press-{{n}}
    count: {sensors}
    period: {period}
    topic: plant/{{name}}
    qos: 1
    metrics:
      temperature: {{waveform: {{noise: {{of: {{sine: {{mean: 20, amplitude: 5, period: 1m}}}}, deviation: 0.5}}}}, decimals: 3}}
    faults:
      - dropout: {{rate: 0.01}}
      - stuck: {{rate: 0.001, for: 1s}}
      - spike: {{rate: 0.01, by: 100}}
      - drift: {{rate: 0.0005, for: 2s, per_hour: 3600}}
      - offset: {{rate: 0.0005, for: 1s, by: 3}}
      - noise: {{rate: 0.001, for: 1s, deviation: 2}}
      - late: {{rate: 0.01, by: 700ms}}
      - duplicate: {{rate: 0.01}}
      - malformed: {{rate: 0.01}}
      - clock_skew: {{rate: 0.005, by: -2s}}
      - disconnect: {{rate: 0.0002, for: 2s}}
      - reconnect_storm: {{rate: 0.0005}}
"""
RULE = Format("JSON", 1, None, {"FIELDS": "temperature, seq:integer", "TIME": "/time"}, None, filter="plant/+")

# Findings of verify, by key, that the ledger does not explain.
UNEXPLAINED = {"no_entry", "stored_unsent", "stored_malformed", "other_value", "other_time", "repeated_unasked", "lost",
               "lost_acknowledged", "not_recorded"}


@dataclass
class Audit:

    readings: int
    sensors: int
    step: dict  # the simulator's report
    stored: int  # points that InfluxDB had accepted when the ingestor was killed
    verified_in: float  # seconds
    ledger_bytes: int
    verdict: dict  # verify's report

    @property
    def is_explained(self):
        return not any(self.verdict["unexplained"].values())


def audit(simulator, ingestor, readings, rate, directory, until_the_end):
    """One run. until_the_end(process) ends a process with the caller, and returns it."""
    sensors = math.ceil(rate * PERIOD)
    seconds = readings / rate
    fleet, ledger, secret = directory / "fleet.yaml", directory / "run.ledger", directory / "password"
    fleet.write_text(FLEET.format(sensors=sensors, period=sensors / rate))
    secret.write_text(PASSWORD)
    broker = Broker(directory, False)
    until_the_end(broker.process)
    influx = Influx(directory)
    until_the_end(influx.process)

    def start_ingestor():
        before = broker.subscriptions(RULE.filter)
        member, = Ingestor("ingestor", ingestor).start(broker, influx, None, SimpleNamespace(qos=1, format=RULE), directory)
        until_the_end(member.process)
        wait_for("the ingestor", member.log, member.process, lambda: broker.subscriptions(RULE.filter) > before)
        return member.process

    process = start_ingestor()
    log = directory / "generator.log"
    run = until_the_end(simulator.run({"SIM_CONNECTIONS": "sensor", "SIM_CONNECT_RATE": str(CONNECT_RATE), "SIM_TOLERANCE": "1",
                                       "SIM_DURATION": f"{seconds:g}", "SIM_LEDGER": str(ledger)}, fleet, broker.port, log))
    deadline = time.monotonic() + sensors / CONNECT_RATE + seconds + LIMIT
    while (stored := influx.points_taken()) < readings / 2:
        if run.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{stored:,} points are stored when the run ends:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.2)
    process.kill()
    process.wait()
    say(f"The ingestor is killed after {stored:,} points")
    time.sleep(AWAY)
    start_ingestor()
    run.wait(max(1, deadline - time.monotonic()))
    if (step := report(log)) is None:
        raise RuntimeError(f"{simulator.name} has no result:\n{log.read_text(errors='replace')[-2000:]}")
    say(f"{step['sent']:,} readings are sent")
    await_settled(influx)
    began = time.monotonic()
    verdict = simulator.verify("--ledger", str(ledger), "--influx", influx.url, "--database", DATABASE, "--measurement", "sensor",
                               "--user", USER, "--password-file", str(secret))
    return Audit(verdict["ledger"]["readings"], sensors, step, stored, time.monotonic() - began, ledger.stat().st_size, verdict)


def await_settled(influx):
    points, changed = influx.points_taken(), time.monotonic()
    while time.monotonic() < changed + SETTLED:
        time.sleep(0.5)
        if points != (points := influx.points_taken()):
            changed = time.monotonic()


def table(audit):
    lines = [["finding", "readings or points", "share", "explained"], ["---"] * 4]
    for group in audit.verdict["groups"]:
        for key, count in group["findings"].items():
            is_explained = key not in UNEXPLAINED
            lines.append([key.replace("_", " "), f"{count:,}", f"{count / audit.readings:.3%}", "yes" if is_explained else "**no**"])
    if other := audit.verdict["other_points"]:
        lines.append(["of another sensor", f"{other:,}", "", "**no**"])
    unexplained = audit.verdict["unexplained"]
    lines.append(["unexplained points", f"{unexplained['points']:,}", "", ""])
    lines.append(["unexplained gaps", f"{unexplained['gaps']:,}", "", ""])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
