"""Sensors that publish at QoS 1 at a steady rate, each reading until the broker has acknowledged it."""

import collections
import contextlib
import socket
import threading
import time

SENSORS = 20
TICK = 0.005  # seconds: readings due within one tick are sent together
WINDOW = 30_000  # readings in flight; below the number of packet ids
PACKET_IDS = 65_535
PUBACK_SIZE = 4


class Load(threading.Thread):
    """
    Reading n has the value n and a unique time: a millisecond after that of reading n - 1. A reading that is published
    again, here or by the broker, is therefore the same point.
    """

    def __init__(self, port, rate, first_millis):
        super().__init__(daemon=True)
        self._port, self._rate, self.first_millis = port, rate, first_millis
        self.published = 0  # readings made so far
        self.repeated = 0  # published again after a connection was closed
        self._unacknowledged = collections.OrderedDict()  # packet id: packet
        self._extra = collections.deque()
        self._packet_id = 0
        self._ending = threading.Event()
        self.failure = None

    @staticmethod
    def name(n):
        """The sensor of reading n."""
        return f"SOAK{n % SENSORS:02}"

    def publish_also(self, name, payload):
        """Publishes one more message, which is not counted."""
        self._extra.append((name, payload))

    def stop(self):
        """Creates no more readings; returns when the broker has acknowledged all of them."""
        self._ending.set()
        self.join()

    def run(self):
        try:
            began, before = time.monotonic(), 0
            while not self._ending.is_set() or self._unacknowledged:
                with contextlib.suppress(OSError), self._connect() as connection:
                    began, before = self._publish(connection, began, before)
                time.sleep(0.05)
        except Exception as failure:
            self.failure = failure

    def _connect(self):
        connection = socket.create_connection(("127.0.0.1", self._port), timeout=5)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # MQTT 3.1.1, clean session, no keep-alive.
        body = b"\x00\x04MQTT\x04\x02\x00\x00" + b"\x00\x04load"
        connection.sendall(bytes([0x10, len(body)]) + body)
        if connection.recv(4, socket.MSG_WAITALL) != b"\x20\x02\x00\x00":
            raise ConnectionError("the broker refuses")
        return connection

    def _publish(self, connection, began, before):
        """Publishes until the connection ends. Readings that were due without a connection are not created later."""
        again = list(self._unacknowledged.values())
        self.repeated += len(again)
        connection.sendall(b"".join(again))
        began, before = time.monotonic(), self.published
        rest = b""
        while not self._ending.is_set() or self._unacknowledged:
            packets = []
            if not self._ending.is_set():
                due = before + int((time.monotonic() - began) * self._rate)
                while self.published < due and len(self._unacknowledged) < WINDOW:
                    n = self.published
                    packets.append(self._packet(self.name(n),
                                                f'{{"value": {n}, "time": {self.first_millis + n}}}'))
                    self.published += 1
                while self._extra:
                    packets.append(self._packet(*self._extra.popleft()))
            if packets:
                connection.sendall(b"".join(packets))
            connection.settimeout(TICK)
            try:
                rest += connection.recv(65_536) or self._closed()
            except TimeoutError:
                pass
            connection.settimeout(5)
            whole = len(rest) - len(rest) % PUBACK_SIZE
            for at in range(0, whole, PUBACK_SIZE):
                self._unacknowledged.pop(int.from_bytes(rest[at + 2:at + 4], "big"), None)
            rest = rest[whole:]
            if whole and len(packets) < self._rate * TICK / 2:
                time.sleep(TICK / 2)
        return began, before

    @staticmethod
    def _closed():
        raise ConnectionError("the broker has closed the connection")

    def _packet(self, name, payload):
        while True:
            self._packet_id = self._packet_id % PACKET_IDS + 1
            if self._packet_id not in self._unacknowledged:
                break
        topic = f"sensor/{name}"
        body = (len(topic).to_bytes(2, "big") + topic.encode() + self._packet_id.to_bytes(2, "big") + payload.encode())
        assert len(body) < 0x80  # One length byte.
        packet = bytes([0x32, len(body)]) + body
        self._unacknowledged[self._packet_id] = packet
        return packet
