"""What is published: MQTT packets made in advance, all of one length, so that sending them costs next to nothing."""

import random
import time

PROBE = "PROBE0"  # the name of the sensor whose readings are watched for; as long as the others' names
SPACING = 10_000_000  # values lie this close, in parts of 1: room for so many readings
PACKET_IDS = 65_535


class Readings:
    """
    Readings of as many sensors in turn; every probe_every-th, and the last, is one of the sensor PROBE.

    Values are as long as those of the lab's temperature, and no two are the same, so that what arrived can be told from
    what arrived twice. JSON carries a time that no other reading has.
    """

    def __init__(self, count, series, qos, json, probe_every, whole):
        self.count = count
        self.qos = qos
        self.probes = sorted({*range(0, count, probe_every), count - 1})
        self._whole = whole
        noise = random.Random(1)
        # The last of them lies a minute back: nothing of what is written is in the future.
        first_time = int(time.time() - 60) * 1000 - count
        probes, sensor, packets = set(self.probes), 0, []
        for n in range(count):
            if n in probes:
                name = PROBE
            else:
                name = f"S{sensor:05d}"
                sensor = (sensor + 1) % series
            # The middle half of what lies between two values: whatever rounding does, they stay apart.
            value = f"{whole}.{n:07d}{noise.randrange(25_000_000, 75_000_000)}"
            payload = (f'{{"type": "temp", "name": "{name}", "value": {value}, "time": {first_time + n}}}'
                       if json else value)
            topic = f"sensor/{name}"
            body = (len(topic).to_bytes(2, "big") + topic.encode()
                    + ((n % PACKET_IDS + 1).to_bytes(2, "big") if qos else b"") + payload.encode())
            packets.append(bytes([0x30 | qos << 1, len(body)]) + body)
        self.packet_size = len(packets[0])
        self.packets = b"".join(packets)
        # One length byte, one length: what makes n × packet_size the place of the n-th.
        assert len(body) < 0x80 and len(self.packets) == count * self.packet_size

    def number_of(self, value):
        """Which reading had this value."""
        return int((value - self._whole) * SPACING)

    @property
    def range(self):
        """These readings' values and no others', as InfluxQL's condition."""
        return f"value >= {self._whole} AND value < {self._whole + 1}"
