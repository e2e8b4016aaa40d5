"""An HTTP server in front of InfluxDB: forwards writes, except those that it is told to reject."""

import http.client
import http.server
import json
import threading
import time

HEADERS = "Authorization", "Content-Type", "Content-Encoding"
HOP_BY_HOP = "connection", "date", "transfer-encoding", "content-length"


class Front:

    def __init__(self, influx_port, poison):
        """A write that contains poison is always rejected because of its content."""
        self.delay = 0  # seconds, of responses
        self.failing = None  # bytes: a write that contains them is answered with 500
        self._refusal = None
        self._refused = poison.encode()
        self._of_thread = threading.local()
        self._influx_port = influx_port
        front = self

        class Handler(http.server.BaseHTTPRequestHandler):

            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self):
                front.handle(self, self.rfile.read(int(self.headers.get("Content-Length", 0))))

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):

            daemon_threads = True

            def handle_error(self, request, client):
                pass  # A fault has closed the client's connection.

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def refuse(self, status, headers=None):
        """Answers all writes with this status, until pass_on()."""
        self._refusal = status, headers or {}

    def pass_on(self):
        self._refusal = None

    def handle(self, request, body):
        if self._refusal:
            self._answer(request, *self._refusal, json.dumps({"error": "refused by the soak"}).encode())
        elif self.failing and self.failing in body:
            self._answer(request, 500, {}, json.dumps({"error": "failed by the soak"}).encode())
        elif self._refused in body:
            self._answer(request, 400, {}, json.dumps({"error": "unable to parse"}).encode())
        else:
            connection = getattr(self._of_thread, "connection", None)
            if not connection:
                connection = self._of_thread.connection = http.client.HTTPConnection("127.0.0.1", self._influx_port)
            try:
                connection.request("POST", request.path, body,
                                   {name: request.headers[name] for name in HEADERS if name in request.headers})
                answer = connection.getresponse()
                content = answer.read()
            except (OSError, http.client.HTTPException):
                # Behaves as if InfluxDB itself had closed the connection.
                connection.close()
                request.close_connection = True
                return
            time.sleep(self.delay)
            self._answer(request, answer.status,
                         {name: value for name, value in answer.getheaders() if name.lower() not in HOP_BY_HOP}, content)

    @staticmethod
    def _answer(request, status, headers, content):
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name, value)
        if status != 204:
            request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)
