"""A TCP port in front of a server, with simulated network faults."""

import contextlib
import ctypes
import socket
import struct
import threading
import time

CHUNK = 65_536
SO_ATTACH_FILTER, SO_DETACH_FILTER = 26, 27  # asm-generic/socket.h
WHOLE_SEGMENT = 0x40000


class Link:

    def __init__(self, server_port):
        self._server = "127.0.0.1", server_port
        self._changed = threading.Condition()
        self._connections = []
        self._held = False
        self._loss = 0
        self._unanswered = b"", 0
        self.delay = 0  # seconds, in each direction
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._serve, args=[self._listening], daemon=True).start()

    # Faults

    def refuse(self):
        """Closes all connections, and accepts no new ones until accept()."""
        # Closing alone would not wake up a thread in accept().
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.cut()

    def accept(self):
        self._listening = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._serve, args=[self._listening], daemon=True).start()

    def hold(self):
        """Nothing passes and nothing is closed, until pass_on()."""
        self._held = True

    def pass_on(self):
        with self._changed:
            self._held = False
            self._changed.notify_all()

    def abandon(self):
        """Makes the existing connections half-open; new ones work."""
        for connection in list(self._connections):
            connection.abandoned = True

    def cut(self, after=0):
        """Closes each existing connection after it has carried this many more bytes to the client."""
        for connection in list(self._connections):
            connection.remaining = after
            if not after:
                connection.end()

    def lose_answers(self, to=b"", times=0):
        """Closes a connection as soon as it has carried these bytes to the server, and carries nothing back; so many times."""
        self._unanswered = to, times

    def lose(self, part):
        """Drops this fraction of all TCP segments, until it is 0; the kernels' TCP retransmits for real."""
        self._loss = part
        for connection in list(self._connections):
            connection.lose(part)

    # Implementation

    def _serve(self, listening):
        with contextlib.suppress(OSError):
            while True:
                client, _ = listening.accept()
                threading.Thread(target=self._open, args=[client], daemon=True).start()

    def _open(self, client):
        self._await_passage(lambda: self._held)
        try:
            server = socket.create_connection(self._server)
        except OSError:
            client.close()
            return
        connection = Connection(self, client, server)
        connection.lose(self._loss)
        self._connections.append(connection)
        for direction in (client, server), (server, client):
            threading.Thread(target=connection.carry, args=direction, daemon=True).start()

    def _await_passage(self, obstacle):
        with self._changed:
            self._changed.wait_for(lambda: not obstacle())

    def wait_for(self, connection):
        if self.delay:
            time.sleep(self.delay)
        self._await_passage(lambda: (self._held or connection.abandoned) and not connection.ended)

    def answer_is_lost(self, data):
        request, times = self._unanswered
        if not times or request not in data:
            return False
        self._unanswered = request, times - 1
        return True

    def forget(self, connection):
        with self._changed:
            if connection in self._connections:
                self._connections.remove(connection)
            self._changed.notify_all()


class Connection:

    def __init__(self, link, client, server):
        self._link = link
        self._client, self._server = client, server
        self.abandoned = self.ended = False
        self.remaining = None  # bytes to the client
        for one in client, server:
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def carry(self, source, target):
        with contextlib.suppress(OSError):
            while data := source.recv(CHUNK):
                self._link.wait_for(self)
                if target is self._client and self.remaining is not None:
                    data = data[:self.remaining]
                    self.remaining -= len(data)
                if target is self._server and self._link.answer_is_lost(data):
                    self.abandoned = True
                    target.sendall(data)
                    time.sleep(0.05)  # For the server to handle it before it learns that the connection is closed.
                    self.end()
                    return
                target.sendall(data)
                if target is self._client and self.remaining == 0:
                    break
        # Nor does the other side learn of a closed connection as long as nothing passes.
        self._link.wait_for(self)
        self.end()

    def end(self):
        self.ended = True
        for one in self._client, self._server:
            # Closing alone would not wake up a thread in recv().
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._link.forget(self)

    def lose(self, part):
        for one in self._client, self._server:
            with contextlib.suppress(OSError):  # It may be closed, or have no filter yet.
                lose(one, part)


def lose(one, part):
    """
    Makes the kernel drop this fraction of a socket's incoming segments at random, before TCP sees them. Uses a socket filter
    (linux/filter.h), which needs no privileges.
    """
    if not part:
        one.setsockopt(socket.SOL_SOCKET, SO_DETACH_FILTER, 0)
        return
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *instruction) for instruction in [
        (0x20, 0, 0, 0xfffff000 + 56),  # load SKF_AD_RANDOM
        (0x35, 1, 0, int(part * 0xffffffff)),  # jump over the next if it is at least that
        (0x06, 0, 0, 0),
        (0x06, 0, 0, WHOLE_SEGMENT)]))
    one.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HxxxxxxP", 4, ctypes.addressof(program)))
