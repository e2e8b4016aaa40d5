"""The published readings: MQTT packets created in advance, all of the same length, so that sending them costs almost nothing."""

import random
import time

PROBE = "PROBE0"  # the name of the sensor whose readings are queried; as long as the others' names
SPACING = 10_000_000  # values per 1: the number of readings with distinct values
PACKET_IDS = 65_535


class Readings:
    """
    Readings of series sensors in turn, as many in each message as the format has; every message with a probe_every-th reading, and the
    last, is one of the sensor PROBE.

    Values are as long as those of the lab's temperature, and all are different, so that a reading that arrived twice is
    recognised. Where the format has times, each reading has a unique one. count is rounded up to whole messages. version is that of the
    packets: 4, which is MQTT 3.1.1, or 5.
    """

    def __init__(self, count, series, qos, payload_format, probe_every, whole, version=4):
        self.points = payload_format.points  # in a message
        self.messages = -(-count // self.points)
        self.count = count = self.messages * self.points
        self.qos = qos
        self.version = version
        self.probes = sorted({*(n // self.points for n in range(0, count, probe_every)), self.messages - 1})  # messages
        self._whole = whole
        noise = random.Random(1)
        # The last time is a minute ago, so that no reading is in the future.
        first_time = int(time.time() - 60) * 1000 - count
        probes, sensor, packets, sent = set(self.probes), 0, [], {}

        def reading(n):
            # Values use only the middle half of their interval, so that rounding cannot make two of them equal.
            return f"{whole}.{n:07d}{noise.randrange(25_000_000, 75_000_000)}", first_time + n

        for message in range(self.messages):
            if message in probes:
                name = PROBE
            else:
                name = f"S{sensor:05d}"
                sensor = (sensor + 1) % series
            first = message * self.points
            nth = sent.get(name, 0)
            sent[name] = nth + 1
            payload = payload_format.write(name, nth, [reading(n) for n in range(first, first + self.points)])
            packets.append(self._packet(payload_format.topic.format(name=name), payload, message % PACKET_IDS + 1 if qos else 0))
        self.filter = payload_format.filter
        # Of QoS 0, and sent once, before the readings.
        self.births = b"".join(self._packet(topic, payload, 0) for name in sent for topic, payload in payload_format.births(name))
        self.packet_size = len(packets[0])
        self.packets = b"".join(packets)
        # All packets have the same length, so packet n starts at n × packet_size.
        assert all(len(packet) == self.packet_size for packet in packets)

    def _packet(self, topic, payload, packet_id):
        """A PUBLISH of QoS 1, or of QoS 0 if the packet id is 0."""
        body = (len(topic).to_bytes(2, "big") + topic.encode()
                + (packet_id.to_bytes(2, "big") if packet_id else b"")
                + (b"\x00" if self.version == 5 else b"")  # no properties
                + payload)
        return bytes([0x32 if packet_id else 0x30]) + remaining_length(len(body)) + body

    def number_of(self, value):
        """The number of the message with this value."""
        return int((value - self._whole) * SPACING) // self.points

    @property
    def range(self):
        """An InfluxQL condition for the values of these readings only."""
        return f"value >= {self._whole} AND value < {self._whole + 1}"


def remaining_length(length):
    """A variable byte integer (MQTT, 2.2.3)."""
    encoded = b""
    while length > 0x7f:
        encoded += bytes([length & 0x7f | 0x80])
        length >>= 7
    return encoded + bytes([length])
