"""A Mosquitto on a free loopback port, and a subscriber that stamps each reading as its bytes arrive."""

import shutil
import socket
import subprocess
import time

CONNECT, CONNACK, PUBLISH, SUBSCRIBE, SUBACK = 0x10, 0x20, 0x30, 0x82, 0x90


def find_mosquitto():
    # Debian installs mosquitto in a directory that only root has on the PATH.
    return shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")


def start_broker(directory):
    """Returns the port of a broker that accepts connections; it is stopped with the other children of this process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = directory / "mosquitto.conf"
    # Without nodelay the broker would hold back the second of six readings for 40 ms, until the first is acknowledged.
    settings.write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\nset_tcp_nodelay true\n")
    with open(directory / "mosquitto.log", "wb") as log:
        broker = subprocess.Popen([find_mosquitto(), "-c", settings],
                                  stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    deadline = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return port
        except ConnectionRefusedError:
            if broker.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("mosquitto does not start:\n" + (directory / "mosquitto.log").read_text()) from None
            time.sleep(0.02)


class Subscriber:
    """MQTT 3.1.1 at QoS 0 over a plain socket: no client library delays the time stamp of a reading."""

    def __init__(self, port, topic_filter):
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._buffer = bytearray()
        self._arrived = 0.0
        # Clean session, no keep-alive: the subscriber need not send anything while a measurement waits.
        self._send(CONNECT, _text("MQTT") + b"\x04\x02\x00\x00" + _text("startup-benchmark"))
        self._expect(CONNACK, b"\x00\x00")
        self._send(SUBSCRIBE, b"\x00\x01" + _text(topic_filter) + b"\x00")
        self._expect(SUBACK, b"\x00\x01\x00")

    def topics(self, deadline):
        """Yields topic and monotonic arrival in seconds of each reading, until the deadline on the same clock."""
        for kind, body in self._packets(deadline):
            if kind & 0xF0 == PUBLISH:
                yield body[2:2 + int.from_bytes(body[:2], "big")].decode(), self._arrived

    def _packets(self, deadline):
        while True:
            while packet := self._next_packet():
                yield packet
            left = deadline - time.monotonic()
            if left <= 0:
                return
            self._socket.settimeout(left)
            try:
                received = self._socket.recv(65536)
            except TimeoutError:
                return
            self._arrived = time.monotonic()
            if not received:
                raise RuntimeError("the broker closed the subscriber's connection")
            self._buffer += received

    def _next_packet(self):
        length = 0
        for position in range(1, min(len(self._buffer), 5)):
            length |= (self._buffer[position] & 0x7F) << 7 * (position - 1)
            if self._buffer[position] < 0x80:
                end = position + 1 + length
                if len(self._buffer) < end:
                    return None
                packet = self._buffer[0], bytes(self._buffer[position + 1:end])
                del self._buffer[:end]
                return packet
        return None

    def _send(self, kind, body):
        assert len(body) < 0x80  # one length byte is enough for all that is sent here
        self._socket.sendall(bytes([kind, len(body)]) + body)

    def _expect(self, kind, body):
        packet = next(self._packets(time.monotonic() + 10), None)
        if packet != (kind, body):
            raise RuntimeError(f"the broker answered {packet}")


def _text(value):
    encoded = value.encode()
    return len(encoded).to_bytes(2, "big") + encoded
