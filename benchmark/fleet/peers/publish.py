"""Publishes the readings of a fleet with paho-mqtt. The job is the only argument, in JSON (see ../generators.py: Peer); the result is the last line."""

import collections
import json
import math
import selectors
import sys
import time

import paho.mqtt.client as mqtt

AT_ONCE = 200  # readings, before the sockets are looked at
TICK = 0.001  # seconds: readings that are due within one tick are sent together
STEP = 1e-4  # seconds, of the histogram of lateness
LOOKED_AT = 10  # connections whose keep-alive is looked at each time the sockets are

job = json.loads(sys.argv[1])
IS_PACED, SENSORS, QOS, WINDOW = job["is_paced"], job["sensors"], job["qos"], job["window"]
INTERVAL = job["period"] / SENSORS  # seconds
TOTAL = round(job["seconds"] / INTERVAL) if IS_PACED else sys.maxsize


class Fleet:

    def __init__(self):
        self._selector = selectors.DefaultSelector()
        self._clients = []
        self._connected = 0
        self._dues = collections.deque()  # of the readings that paho has and the socket has not
        self._is_full = False
        self._next_looked_at = 0
        self.sent = 0
        self.lateness = [0] * (100_000 if IS_PACED else 1)
        self.worst = 0.0
        self._start = time.monotonic()

    def connect(self):
        while self._connected < job["clients"]:
            due = (time.monotonic() - self._start) * job["connect_rate"] + 1
            while len(self._clients) < min(due, job["clients"]):
                self._clients.append(self._client(len(self._clients)))
            self._serve(0.01)

    def _client(self, number):
        client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id=f"paho-{number}")
        client.on_connect = self._on_connect
        if IS_PACED or QOS:
            client.on_publish = self._on_publish
        client.max_inflight_messages_set(0)  # unlimited: otherwise paho looks through all of them after each PUBACK
        client.connect("127.0.0.1", job["port"], keepalive=60)
        self._selector.register(client.socket(), selectors.EVENT_READ, client)
        return client

    def _on_connect(self, *_):
        self._connected += 1

    def _on_publish(self, *_):
        due = self._dues.popleft()
        self.sent += 1
        if IS_PACED:
            late = time.monotonic() - self._start - due
            self.worst = max(self.worst, late)
            self.lateness[max(0, min(int(late / STEP), len(self.lateness) - 1))] += 1

    def run(self):
        """Returns how many readings were due, and the seconds that it took."""
        self._start = start = time.monotonic()
        wall = time.time() - start
        clients, n = self._clients, 0
        while (now := time.monotonic() - start) < job["seconds"]:
            due = min(TOTAL, int(now / INTERVAL) + 1) if IS_PACED else TOTAL
            end = min(due, n + AT_ONCE)
            while n < end and not self._is_full and len(self._dues) < WINDOW:
                self._publish(clients[n % len(clients)], n, wall + start)
                n += 1
            is_behind = n < due and not self._is_full and len(self._dues) < WINDOW
            self._serve(0 if is_behind else min(max(TICK, n * INTERVAL - now), 0.01))
        return (TOTAL if IS_PACED else n), time.monotonic() - start

    def _publish(self, client, n, began):
        sensor, now = n % SENSORS + 1, time.time()
        at = began + n * INTERVAL if IS_PACED else now
        value = 20 + 5 * math.sin(2 * math.pi * at / 60)
        if IS_PACED or QOS:
            self._dues.append(n * INTERVAL)
        else:
            self.sent += 1
        client.publish(f"sensor/load-{sensor}",
                       f'{{"type":"load","name":"load-{sensor}","value":{value:.2f},"time":{int(at * 1000)},'
                       f'"seq":{n // SENSORS},"sent":{int(now * 1000)}}}', QOS)
        if client.want_write():
            self._is_full = True
            self._selector.modify(client.socket(), selectors.EVENT_READ | selectors.EVENT_WRITE, client)

    def _serve(self, limit):
        for key, events in self._selector.select(limit):
            client = key.data
            if events & selectors.EVENT_WRITE:
                client.loop_write()
                if not client.want_write():
                    self._is_full = False
                    self._selector.modify(client.socket(), selectors.EVENT_READ, client)
            if events & selectors.EVENT_READ and client.loop_read() != mqtt.MQTT_ERR_SUCCESS:
                sys.exit("a connection has ended")
        for _ in range(min(LOOKED_AT, len(self._clients))):
            self._next_looked_at = (self._next_looked_at + 1) % len(self._clients)
            self._clients[self._next_looked_at].loop_misc()

    def percentile(self, part):
        """In ms."""
        seen = 0
        for bucket, count in enumerate(self.lateness):
            seen += count
            if seen >= part * self.sent:
                return bucket * STEP * 1e3


def main():
    fleet = Fleet()
    fleet.connect()
    due, seconds = fleet.run()
    lateness = {"p50": fleet.percentile(0.5), "p99": fleet.percentile(0.99), "p99_9": fleet.percentile(0.999),
                "worst": fleet.worst * 1e3} if IS_PACED and fleet.sent else None
    print(json.dumps({"due": due, "sent": fleet.sent, "seconds": seconds, "sent_ms": lateness}))


main()
