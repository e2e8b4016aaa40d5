"""The brokers: Mosquitto, and one that only reads and acknowledges. Both say how many readings they have received."""

import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from servers import Broker

HERE = Path(__file__).resolve().parent
SOURCE, PROGRAM = HERE / "null_broker.c", HERE / "target" / "null_broker"
END_LIMIT = 10  # seconds
SYS_INTERVAL = 10  # seconds, as in mosquitto.conf


class Counts(NamedTuple):

    connections: int  # open now
    published: int  # messages that are not retained
    bytes: int
    first_nanos: int  # when it read the first reading, on the monotonic clock
    last_nanos: int


class NullBroker:

    name = "null broker"

    def __init__(self, directory):
        build()
        self.process = subprocess.Popen([PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
                                        start_new_session=True)
        self.port = int(self.process.stdout.readline())

    def counts(self):
        self.process.stdin.write("\n")
        return Counts(*map(int, self.process.stdout.readline().split()))

    def counts_at_the_end(self):
        """When it has read everything from clients that have ended."""
        deadline = time.monotonic() + END_LIMIT
        while (counts := self.counts()).connections and time.monotonic() < deadline:
            time.sleep(0.01)
        return counts


def build():
    if not PROGRAM.exists() or PROGRAM.stat().st_mtime < SOURCE.stat().st_mtime:
        PROGRAM.parent.mkdir(exist_ok=True)
        subprocess.run(["cc", "-O2", "-o", PROGRAM, SOURCE], check=True, stdout=sys.stderr)


class Mosquitto(Broker):
    """With the stack's settings."""

    name = "Mosquitto"

    def __init__(self, directory):
        super().__init__(directory, False)

    def published(self):
        # Mosquitto says it every few seconds, in a retained message.
        time.sleep(SYS_INTERVAL + 1)
        return int(retained(self.port, "$SYS/broker/publish/messages/received"))


def retained(port, topic):
    done = subprocess.run(["mosquitto_sub", "-h", "127.0.0.1", "-p", str(port), "-t", topic, "-C", "1", "-W", "15"],
                          capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"Mosquitto does not say {topic}: {done.stderr.strip()}")
    return done.stdout
