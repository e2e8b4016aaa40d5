"""Publishes readings over a plain socket: as fast as the broker takes them, or at a steady rate."""

import select
import socket
import time

from readings import PACKET_IDS

CHUNK = 65_536  # bytes of one send
WINDOW = 20_000  # QoS 1 messages in flight; far below the number of packet ids, so that no id is reused too early
TICK = 0.001  # seconds: readings due within one tick are sent together
PUBACK_SIZE = 4
STALLED = 60  # seconds without progress

assert WINDOW < PACKET_IDS


class Publisher:

    def __init__(self, port):
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # MQTT 3.1.1, clean session, no keep-alive.
        body = b"\x00\x04MQTT\x04\x02\x00\x00" + b"\x00\x09publisher"
        self._socket.sendall(bytes([0x10, len(body)]) + body)
        if self._socket.recv(4, socket.MSG_WAITALL) != b"\x20\x02\x00\x00":
            raise RuntimeError("the broker refuses the publisher")
        self._socket.setblocking(False)

    def publish(self, readings, rate, published):
        """
        Sends all readings, waits at QoS 1 for every PUBACK, and stores in published when each probe was passed to the
        kernel. rate is readings per second; None is as fast as possible. Returns the duration in seconds.
        """
        self._socket.setblocking(True)
        self._socket.sendall(readings.births)
        self._socket.setblocking(False)
        packets, size = memoryview(readings.packets), readings.packet_size
        probes = iter(readings.probes)
        probe = next(probes)
        sent = acknowledged = 0  # bytes
        began = progress = time.monotonic()
        while True:
            now = time.monotonic()
            due = readings.messages if rate is None else min(readings.messages, 1 + int((now - began) * rate / readings.points))
            if readings.qos:
                due = min(due, acknowledged // PUBACK_SIZE + WINDOW)
            end = min(due * size, sent + CHUNK)
            wrote = self._send(packets[sent:end]) if sent < end else 0
            sent += wrote
            while probe is not None and probe * size < sent:
                published[probe] = now
                probe = next(probes, None)
            read = self._receive() if readings.qos else 0
            acknowledged += read
            if sent == len(packets) and (not readings.qos or acknowledged == PUBACK_SIZE * readings.messages):
                return time.monotonic() - began
            if wrote or read:
                progress = now
            elif now > progress + STALLED:
                raise RuntimeError("the broker takes nothing more from the publisher")
            if rate is not None and sent == due * size < len(packets):
                time.sleep(max(TICK, began + due * readings.points / rate - time.monotonic()))
            elif not wrote and not read:
                select.select([self._socket] if readings.qos else [], [self._socket] if sent < end else [], [], 1)

    def _send(self, data):
        try:
            return self._socket.send(data)
        except BlockingIOError:
            return 0

    def _receive(self):
        try:
            received = self._socket.recv(CHUNK)
        except BlockingIOError:
            return 0
        if not received:
            raise RuntimeError("the broker closed the publisher's connection")
        return len(received)

    def close(self):
        self._socket.close()
