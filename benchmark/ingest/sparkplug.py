"""Messages of Sparkplug B (Eclipse Sparkplug 3.0): each sensor is an edge node with one device."""

import struct

DOUBLE = 10  # the data type
VARINT, FIXED64, LENGTH = 0, 1, 2  # of Protocol Buffers
# Numbers of fields: of a payload, and of a metric.
TIMESTAMP, METRICS, SEQ = 1, 2, 3
NAME, ALIAS, METRIC_TIMESTAMP, DATATYPE, IS_NULL, DOUBLE_VALUE = 1, 2, 3, 4, 7, 13


def births(name, metrics):
    """Topics and payloads of the births of edge node and device. Their metrics have no values, and so become no points."""
    explained = b"".join(field(METRICS, LENGTH, field(NAME, LENGTH, b"Line 1/Motor %02d/Speed" % alias) + field(ALIAS, VARINT, alias)
                               + field(DATATYPE, VARINT, DOUBLE) + field(IS_NULL, VARINT, 1)) for alias in range(metrics))
    return [(f"spBv1.0/benchmark/NBIRTH/{name}", sequence(0)), (f"spBv1.0/benchmark/DBIRTH/{name}/device", explained + sequence(1))]


def data(name, nth, readings):
    """The nth DDATA after the births: a metric for each reading, by its alias."""
    return (field(TIMESTAMP, VARINT, readings[-1][1])
            + b"".join(field(METRICS, LENGTH, field(ALIAS, VARINT, alias) + field(METRIC_TIMESTAMP, VARINT, time)
                             + field(DOUBLE_VALUE, FIXED64, struct.pack("<d", float(text))))
                       for alias, (text, time) in enumerate(readings))
            + sequence(2 + nth))


def sequence(n):
    """The sequence number, always in two bytes, so that all payloads have the same length."""
    return bytes([SEQ << 3, n % 256 & 0x7f | 0x80, n % 256 >> 7])


def field(number, kind, value):
    key = bytes([number << 3 | kind])
    if kind == VARINT:
        return key + varint(value)
    return key + (varint(len(value)) if kind == LENGTH else b"") + value


def varint(value):
    encoded = b""
    while value > 0x7f:
        encoded += bytes([value & 0x7f | 0x80])
        value >>= 7
    return encoded + bytes([value])
