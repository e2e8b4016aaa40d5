package dev.sensorline.simulator;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import dev.sensorline.application.BadConfiguration;
import dev.sensorline.simulator.fleet.FleetRun;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.parsetools.RecordParser;

/**
 * The metrics of a fleet over HTTP, at {@code /metrics}. It answers one request on each connection, by HTTP/1.1 (RFC 9112): the HTTP server of
 * Vert.x, with HTTP/2 and WebSockets, would make the executable larger. Thread-safe.
 */
final class MetricsEndpoint implements AutoCloseable {

    private static final String PATH = "/metrics";
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String END_OF_HEAD = "\r\n\r\n";
    /** In bytes. */
    private static final int LONGEST_HEAD = 8_192;

    private static final int IDLE_SECONDS = 10;
    private static final int LISTEN_SECONDS = 5;

    private final NetServer server;

    private MetricsEndpoint(NetServer server) {
        this.server = server;
    }

    /**
     * Listens.
     *
     * @param metrics what is answered
     * @throws BadConfiguration if that address cannot be had
     */
    static MetricsEndpoint start(Vertx vertx, ListenAddress address, Supplier<CompletableFuture<String>> metrics) {
        NetServer server = vertx.createNetServer(new NetServerOptions()
                        .setHost(address.host())
                        .setPort(address.port())
                        .setIdleTimeout(IDLE_SECONDS))
                .connectHandler(socket -> read(socket, metrics));
        try {
            server.listen().toCompletionStage().toCompletableFuture().get(LISTEN_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the port for metrics is opened", e);
        } catch (ExecutionException | TimeoutException e) {
            String reason =
                    String.valueOf(e.getCause() == null ? e : e.getCause().getMessage());
            throw new BadConfiguration("SIM_METRICS=%s: must be an address of this machine with a free port (%s)"
                    .formatted(address, reason));
        }
        return new MetricsEndpoint(server);
    }

    private static void read(NetSocket socket, Supplier<CompletableFuture<String>> metrics) {
        RecordParser head = RecordParser.newDelimited(END_OF_HEAD, request -> {
            socket.handler(body -> {}); // There is one answer.
            answer(socket, request.toString(US_ASCII), metrics);
        });
        head.maxRecordSize(LONGEST_HEAD).exceptionHandler(tooLong -> socket.close());
        socket.handler(head);
    }

    /** @param request line and fields */
    @SuppressWarnings("FutureReturnValueIgnored") // What is answered is handed on by a callback.
    private static void answer(NetSocket socket, String request, Supplier<CompletableFuture<String>> metrics) {
        String[] line = request.lines().findFirst().orElse("").split(" ");
        if (line.length != 3 || !line[2].startsWith("HTTP/1.")) {
            socket.close();
        } else if (!PATH.equals(line[1].replaceFirst("\\?.*", ""))) {
            send(socket, "404 Not Found", TEXT, "The metrics are at " + PATH + "\n");
        } else if (!line[0].equals("GET")) {
            send(socket, "405 Method Not Allowed\r\nAllow: GET", TEXT, "");
        } else {
            metrics.get().thenAccept(text -> send(socket, "200 OK", FleetRun.METRICS_TYPE, text));
        }
    }

    /** May be called from any thread. */
    private static void send(NetSocket socket, String status, String type, String body) {
        byte[] bytes = body.getBytes(UTF_8);
        String head = "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
                .formatted(status, type, bytes.length);
        socket.end(Buffer.buffer(head.getBytes(US_ASCII)).appendBytes(bytes));
    }

    @Override
    public void close() {
        server.close();
    }
}
