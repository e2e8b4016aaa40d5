"""The published readings: MQTT packets created in advance, all of the same length, so that sending them costs almost nothing."""

import random
import time

PROBE = "PROBE0"  # the name of the sensor whose readings are queried; as long as the others' names
SPACING = 10_000_000  # values per 1: the number of readings with distinct values
PACKET_IDS = 65_535


class Readings:
    """
    Readings of series sensors in turn; every probe_every-th, and the last, is one of the sensor PROBE.

    Values are as long as those of the lab's temperature, and all are different, so that a reading that arrived twice is
    recognised. In JSON each reading has a unique time. version is that of the packets: 4, which is MQTT 3.1.1, or 5.
    """

    def __init__(self, count, series, qos, json, probe_every, whole, version=4):
        self.count = count
        self.qos = qos
        self.version = version
        self.probes = sorted({*range(0, count, probe_every), count - 1})
        self._whole = whole
        noise = random.Random(1)
        # The last time is a minute ago, so that no reading is in the future.
        first_time = int(time.time() - 60) * 1000 - count
        probes, sensor, packets = set(self.probes), 0, []
        for n in range(count):
            if n in probes:
                name = PROBE
            else:
                name = f"S{sensor:05d}"
                sensor = (sensor + 1) % series
            # Values use only the middle half of their interval, so that rounding cannot make two of them equal.
            value = f"{whole}.{n:07d}{noise.randrange(25_000_000, 75_000_000)}"
            payload = (f'{{"type": "temp", "name": "{name}", "value": {value}, "time": {first_time + n}}}'
                       if json else value)
            topic = f"sensor/{name}"
            body = (len(topic).to_bytes(2, "big") + topic.encode()
                    + ((n % PACKET_IDS + 1).to_bytes(2, "big") if qos else b"")
                    + (b"\x00" if version == 5 else b"")  # no properties
                    + payload.encode())
            packets.append(bytes([0x30 | qos << 1, len(body)]) + body)
        self.packet_size = len(packets[0])
        self.packets = b"".join(packets)
        # All packets have one length byte and the same length, so packet n starts at n × packet_size.
        assert len(body) < 0x80 and len(self.packets) == count * self.packet_size

    def number_of(self, value):
        """The number of the reading with this value."""
        return int((value - self._whole) * SPACING)

    @property
    def range(self):
        """An InfluxQL condition for the values of these readings only."""
        return f"value >= {self._whole} AND value < {self._whole + 1}"
