#!/usr/bin/env python3
"""
Does what a contender does on the wire, without looking at any reading: the limit of costless.py itself.

It is configured by the ingestor's variables. For each 5,000 readings it sends a prepared request, and then their PUBACKs.
"""

import os
import socket
import sys
from urllib.parse import urlsplit

from readings import PACKET_IDS

BATCH = 5_000
LINE = b"sensor,name=S00000 value=25.123456789012345 1764000000000000000\n"
BODY = LINE * BATCH
PUBACKS = b"".join(b"\x40\x02" + n.to_bytes(2, "big") for n in range(1, PACKET_IDS + 1)) * 2
IDLE = 0.01  # seconds without a reading, after which the rest is sent


def main(variables):
    qos, version = int(variables["MQTT_QOS"]), 5 if variables["MQTT_VERSION"] == "5" else 4
    points = int(variables["BENCHMARK_POINTS"])  # in a message
    batch = BATCH // points
    no_properties = b"\x00" if version == 5 else b""
    store = socket.create_connection(("127.0.0.1", urlsplit(variables["INFLUX_URL"]).port))
    broker = socket.create_connection(("127.0.0.1", int(variables["MQTT_PORT"])))
    for connection in store, broker:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(first, body, answer):
        broker.sendall(bytes([first, len(body)]) + body)
        broker.recv(len(answer + no_properties), socket.MSG_WAITALL)

    ask(0x10, b"\x00\x04MQTT" + bytes([version, 2, 0, 0]) + no_properties + b"\x00\x07nothing", b"\x20\x02\x00\x00")
    ask(0x82, b"\x00\x01" + no_properties + b"\x00\x08sensor/+" + bytes([qos]), b"\x90\x03\x00\x01\x00")

    def write(count):
        body = memoryview(BODY)[:count * points * len(LINE)]
        store.sendall(b"POST /write HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(body))
        store.sendall(body)
        if b" 204 " not in store.recv(1024):
            sys.exit("the store refuses")
        if qos:
            start = 4 * (written % PACKET_IDS)
            broker.sendall(PUBACKS[start:start + 4 * count])

    received = written = size = 0  # bytes, messages, bytes of each message
    buffer = bytearray(1 << 18)
    broker.settimeout(IDLE)
    while True:
        try:
            read = broker.recv_into(buffer)
            if not read:
                return
            size = size or packet_size(buffer)
            received += read
        except TimeoutError:
            pass
        while size and (due := min(batch, received // size - written)) == batch or due and not read_more(broker):
            write(due)
            written += due


def packet_size(buffer):
    length, end = buffer[1] & 0x7f, 2
    while buffer[end - 1] > 0x7f:
        length |= (buffer[end] & 0x7f) << 7 * (end - 1)
        end += 1
    return end + length


def read_more(broker):
    try:
        return broker.recv(1, socket.MSG_PEEK)
    except TimeoutError:
        return b""


if __name__ == "__main__":
    main(os.environ)
