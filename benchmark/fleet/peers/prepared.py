"""Sends prepared packets over a plain socket: the limit of the measurement itself. The job is the only argument, in JSON."""

import json
import sys
import time
from pathlib import Path

sys.path.insert(1, str(Path(__file__).resolve().parents[2] / "ingest"))

from payloads import FORMATS
from publisher import Publisher
from readings import PACKET_IDS, Readings

SERIES = 10_000

job = json.loads(sys.argv[1])
readings = Readings(PACKET_IDS, SERIES, job["qos"], FORMATS["json"], PACKET_IDS, 25)
publisher = Publisher(job["port"])
sent, began = 0, time.monotonic()
while (seconds := time.monotonic() - began) < job["seconds"]:
    publisher.publish(readings, None, {})
    sent += readings.count
publisher.close()
print(json.dumps({"due": sent, "sent": sent, "seconds": seconds, "sent_ms": None}))
