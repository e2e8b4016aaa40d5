package dev.sensorline.simulator;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.sensorline.application.BadConfiguration;
import dev.sensorline.servers.Ports;
import io.vertx.core.Vertx;

/** Requests over a socket. */
class MetricsEndpointTest {

    private static final Vertx VERTX = Vertx.vertx();
    private static final int LIMIT_MILLIS = 20_000;

    private final ListenAddress address = new ListenAddress("127.0.0.1", Ports.free());
    private MetricsEndpoint endpoint;

    @BeforeEach
    void start() {
        endpoint = MetricsEndpoint.start(VERTX, address, () -> CompletableFuture.completedFuture("up 1\n"));
    }

    @AfterEach
    void stop() {
        endpoint.close();
    }

    @AfterAll
    static void closeVertx() {
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    /** Sends the parts one after the other, and returns what comes until the connection is closed. */
    private String answer(String... parts) throws IOException {
        try (Socket socket = new Socket(address.host(), address.port())) {
            socket.setSoTimeout(LIMIT_MILLIS);
            socket.setTcpNoDelay(true);
            OutputStream out = socket.getOutputStream();
            for (String part : parts) {
                out.write(part.getBytes(US_ASCII));
                out.flush();
            }
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    @Test
    void a_request_in_pieces_is_answered_and_the_connection_closed() throws IOException {
        assertEquals(
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\nContent-Length: 5\r\n"
                        + "Connection: close\r\n\r\nup 1\n",
                answer("GET /met", "rics HTTP/1.1\r\nHo", "st: here\r\n\r", "\n"));
    }

    @ParameterizedTest
    @CsvSource({
        "GET /metrics?x=1 HTTP/1.0, HTTP/1.1 200 OK",
        "GET / HTTP/1.1, HTTP/1.1 404 Not Found",
        "GET /metrics/x HTTP/1.1, HTTP/1.1 404 Not Found",
        "POST /metrics HTTP/1.1, HTTP/1.1 405 Method Not Allowed",
    })
    void another_request_is_answered_too(String line, String status) throws IOException {
        String answer = answer(line + "\r\nHost: here\r\n\r\n");
        assertTrue(answer.startsWith(status + "\r\n"), answer);
    }

    @ParameterizedTest
    @CsvSource({"GET /metrics", "GET /metrics HTTP/2.0", "hello"})
    void what_is_no_request_ends_the_connection(String line) throws IOException {
        assertEquals("", answer(line + "\r\n\r\n"));
    }

    @Test
    void a_request_without_an_end_ends_the_connection() {
        String part = "x".repeat(10_000);
        try {
            assertEquals("", answer("GET /metrics HTTP/1.1\r\nX: " + part));
        } catch (IOException e) {
            assertEquals(SocketException.class, e.getClass()); // What was not read resets the connection.
        }
    }

    @Test
    void a_port_that_is_taken_is_one_line() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            ListenAddress taken = new ListenAddress("127.0.0.1", other.getLocalPort());
            BadConfiguration refused = assertThrows(
                    BadConfiguration.class,
                    () -> MetricsEndpoint.start(VERTX, taken, () -> CompletableFuture.completedFuture("")));
            assertEquals(
                    List.of(
                            "SIM_METRICS=%s: must be an address of this machine with a free port (Address already in use)"
                                    .formatted(taken)),
                    refused.lines());
        }
    }
}
