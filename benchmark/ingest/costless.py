"""
A broker and a store that cost nothing, so that only the program between them is measured.

The broker sends prepared packets to its subscriber, as fast as the socket takes them. The store answers at once and counts
lines. Both are one loop on the calling thread.
"""

import re
import selectors
import socket
import time

from payloads import FORMATS
from readings import PACKET_IDS

CHUNK = 262_144  # bytes of one send
RECEIVED = 1 << 20  # bytes of one receive
WINDOW = 20_000  # readings of QoS 1 in flight, unless the subscriber wants fewer: MQTT 5, 3.1.2.11.3
STALLED = 15  # seconds without progress

FILTERS = {payload_format.filter.encode() for payload_format in FORMATS.values()}
CONNECT, CONNACK, PUBLISH, PUBACK, SUBSCRIBE, SUBACK, UNSUBSCRIBE, UNSUBACK, PINGREQ, PINGRESP = 1, 2, 3, 4, 8, 9, 10, 11, 12, 13
PUBACK_SIZE = 4
RECEIVE_MAXIMUM = 0x21
PROPERTY_SIZES = {0x11: 4, 0x21: 2, 0x27: 4, 0x22: 2, 0x19: 1, 0x17: 1}  # those of CONNECT that are numbers: MQTT 5, 3.1.2.11

ACCEPTED = b"HTTP/1.1 204 No Content\r\nX-Influxdb-Version: 1.8.10\r\n\r\n"
CONTENT_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class Costless:

    def __init__(self):
        self._selector = selectors.DefaultSelector()
        self.broker = Broker(self._selector)
        self.store = Store(self._selector)

    def run_until(self, condition, limit):
        """Serves until the condition holds; returns false if it does not within this many seconds."""
        deadline = time.monotonic() + limit
        while not condition():
            if time.monotonic() > deadline:
                return False
            self._turn(0.02)
        return True

    def carry(self, readings, rounds):
        """
        Sends all readings this many times. Returns when the store has them, and at QoS 1 the broker their acknowledgements, or
        when nothing has happened for a while. Returns the seconds until the last of these.
        """
        began = progress = time.monotonic()
        state = None
        subscriber = self.broker.subscriber
        subscriber.start(readings, rounds)
        lines = self.store.lines + readings.count * rounds
        while not (subscriber.is_done() and self.store.lines >= lines):
            self._turn(0.1)
            now = time.monotonic()
            if state != (state := (subscriber.sent, subscriber.acknowledged, self.store.lines)):
                progress = now
            elif now > progress + STALLED:
                break
        return progress - began

    def _turn(self, limit):
        for key, events in self._selector.select(limit):
            key.data(events)

    def close(self):
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()
        self._selector.close()


def listen(selector, accept):
    server = socket.create_server(("127.0.0.1", 0))
    selector.register(server, selectors.EVENT_READ, lambda _: accept(server.accept()[0]))
    return server.getsockname()[1]


def receive(connection):
    try:
        return connection.recv(RECEIVED)
    except ConnectionResetError:
        return b""


class Broker:
    """MQTT 3.1.1 and 5, for several clients, of which one gets the readings: the one that subscribes to the filter of a format."""

    def __init__(self, selector):
        self.port = listen(selector, lambda connection: Client(selector, connection, self._subscribed))
        self.subscriber = None

    def _subscribed(self, client):
        self.subscriber = client


class Client:

    def __init__(self, selector, connection, subscribed):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setblocking(False)
        self._selector, self._connection, self._subscribed = selector, connection, subscribed
        self._events = selectors.EVENT_READ
        selector.register(connection, self._events, self._ready)
        self._input = self._answers = b""  # what is not handled yet, and not sent yet
        self._is_version5, self._window = False, WINDOW
        self.sent = self.acknowledged = 0  # bytes of the readings and of their PUBACKs
        self.is_in_order = True  # whether all PUBACKs have come in the order of the messages
        self._readings = None
        self._total = 0
        self._filter = None  # that it has subscribed to
        # All PUBACKs in their order, twice, so that any part of a round is a part of it.
        self._pubacks = b"".join(b"\x40\x02" + n.to_bytes(2, "big") for n in range(1, PACKET_IDS + 1)) * 2
        self._one_round = len(self._pubacks) // 2

    def start(self, readings, rounds):
        # The packet ids of a round go on where those of the last one have ended.
        assert not readings.qos or readings.messages % PACKET_IDS == 0
        assert readings.version == (5 if self._is_version5 else 4)
        self._readings, self._packets = readings, memoryview(readings.packets)
        self._total, self.sent, self.acknowledged = len(readings.packets) * rounds, 0, 0
        if self._filter == readings.filter:  # nothing.py reads only packets of the same length.
            self._answers += readings.births
        self._send()

    def is_done(self):
        return self._readings and self.sent == self._total and self.acknowledged == self._expected()

    def _expected(self):
        return PUBACK_SIZE * self._total // self._readings.packet_size if self._readings.qos else 0

    def _ready(self, events):
        if events & selectors.EVENT_READ:
            self._receive()
        if self._connection.fileno() >= 0:
            self._send()

    def _send(self):
        try:
            more = self._send_answers() and self._send_readings()
        except BlockingIOError:
            more = True
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if more or self._answers else 0)
        if events != self._events:
            self._events = events
            self._selector.modify(self._connection, events, self._ready)

    def _send_answers(self):
        """Returns whether none is left that waits for the end of its predecessor. They go between two readings."""
        if self._answers and not self._rest():
            self._answers = self._answers[self._connection.send(self._answers):]
            return not self._answers
        return True

    def _rest(self):
        """How many bytes of a reading are still to be sent before anything else."""
        return -self.sent % self._readings.packet_size if self._readings else 0

    def _send_readings(self):
        """Returns whether there are more that may be sent."""
        due = self._total
        if self._total and self._readings.qos:
            due = min(due, (self.acknowledged // PUBACK_SIZE + self._window) * self._readings.packet_size)
        if self.sent < due:
            start = self.sent % len(self._packets)
            count = self._rest() if self._answers else min(due - self.sent, CHUNK)
            self.sent += self._connection.send(self._packets[start:start + count])
        return self.sent < due

    def _receive(self):
        received = receive(self._connection)
        if not received:
            self._selector.unregister(self._connection)
            self._connection.close()
            self._readings, self._total = None, 0  # Nothing more can be sent.
        elif not self._input and self._total and self._pubacks.startswith(received, self.acknowledged % self._one_round):
            self.acknowledged += len(received)
        else:
            self._input += received
            start = 0
            while packet := self._packet(start):
                first, body, start = packet
                self._handle(first, body)
            self._input = self._input[start:]

    def _packet(self, start):
        """The first byte of a packet, what follows its fixed header, and where it ends; None if it is not whole."""
        length, at = number(self._input, start + 1)
        if length is None or at + length > len(self._input):
            return None
        return self._input[start], self._input[at:at + length], at + length

    def _handle(self, first, body):
        kind = first >> 4
        if kind == PUBACK:
            at = self.acknowledged % self._one_round
            self.is_in_order &= body[:2] == self._pubacks[at + 2:at + PUBACK_SIZE]
            self.acknowledged += PUBACK_SIZE
        elif kind == CONNECT:
            self._is_version5 = body[6] == 5
            if self._is_version5:
                self._window = min(WINDOW, numbers(body, 10).get(RECEIVE_MAXIMUM, WINDOW))
            self._answer(CONNACK, b"\x00\x00", self._no_properties())
        elif kind == SUBSCRIBE:
            filters = body[sum(number(body, 2)) if self._is_version5 else 2:]
            granted = b""
            while filters:
                length = 2 + int.from_bytes(filters[:2], "big")
                granted += bytes([filters[length] & 3])
                if filters[2:length] in FILTERS:
                    self._filter = filters[2:length].decode()
                    self._subscribed(self)
                filters = filters[length + 1:]
            self._answer(SUBACK, body[:2], self._no_properties(), granted)
        elif kind == UNSUBSCRIBE:
            self._answer(UNSUBACK, body[:2], self._no_properties())
        elif kind == PUBLISH and first & 0x06 == 0x02:
            at = 2 + int.from_bytes(body[:2], "big")
            self._answer(PUBACK, body[at:at + 2])
        elif kind == PINGREQ:
            self._answer(PINGRESP)

    def _no_properties(self):
        return b"\x00" if self._is_version5 else b""

    def _answer(self, kind, *parts):
        body = b"".join(parts)
        self._answers += bytes([kind << 4, len(body)]) + body
        self._send()


def number(data, at):
    """A variable byte integer (MQTT, 2.2.3) and where it ends; None if it is not whole."""
    value = shift = 0
    while at < len(data):
        value |= (data[at] & 0x7f) << shift
        shift += 7
        at += 1
        if data[at - 1] < 0x80:
            return value, at
    return None, at


def numbers(data, at):
    """The properties that are numbers, before the first one that is not."""
    length, at = number(data, at)
    end, found = at + length, {}
    while at < end and data[at] in PROPERTY_SIZES:
        size = PROPERTY_SIZES[data[at]]
        found[data[at]] = int.from_bytes(data[at + 1:at + 1 + size], "big")
        at += 1 + size
    return found


class Store:
    """InfluxDB's write API: accepts whatever is written, and counts lines."""

    def __init__(self, selector):
        self._selector = selector
        self.lines = self.requests = 0
        self.url = f"http://127.0.0.1:{listen(selector, self._accept)}"

    def _accept(self, connection):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        head, missing = b"", 0  # of the request that is being read: its header, and how much of its body is missing
        is_probe = False

        def ready(_):
            nonlocal head, missing, is_probe
            data = receive(connection)
            if not data:
                self._selector.unregister(connection)
                connection.close()
            while data:
                if missing == 0:
                    head += data
                    end = head.find(b"\r\n\r\n") + 4
                    if end < 4:
                        return
                    data, head = head[end:], head[:end]
                    length = CONTENT_LENGTH.search(head)
                    missing = int(length[1]) if length else 0
                    is_probe = missing < 2  # an empty line
                body, data = data[:missing], data[missing:]
                missing -= len(body)
                if not is_probe:
                    self.lines += body.count(b"\n")
                if missing == 0:
                    head = b""
                    self.requests += not is_probe
                    connection.sendall(ACCEPTED)

        self._selector.register(connection, selectors.EVENT_READ, ready)
