package dev.sensorline.ingestor.health;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;

class HttpConnectionsTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Vertx vertx = Vertx.vertx();
    private final List<Socket> sockets = new ArrayList<>();
    private final HttpServer server = join(vertx.createHttpServer()
            .requestHandler(request -> request.response().end("answer"))
            .listen(0, "127.0.0.1"));

    @AfterEach
    void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        join(vertx.close());
    }

    @Test
    void of_many_connections_that_are_held_the_oldest_are_closed_whether_they_have_asked_or_not() throws IOException {
        for (int i = 0; i < 20; i++) {
            open("");
            ask(open(""));
        }
        new HttpConnections(vertx).start(new StartupEvent());
        await().atMost(LIMIT).until(() -> heldNow() == HttpConnections.MOST_HELD);
        List<Socket> newest = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            newest.add(open("GET / HTTP/1.1\r\nX-Slow: "));
        }
        await().atMost(LIMIT).until(() -> heldNow() == HttpConnections.MOST_HELD);
        for (Socket socket : newest) {
            ask(socket);
        }
    }

    private Socket open(String part) throws IOException {
        Socket socket = new Socket("127.0.0.1", server.actualPort());
        socket.setSoTimeout((int) LIMIT.toMillis());
        socket.getOutputStream().write(part.getBytes(StandardCharsets.US_ASCII));
        sockets.add(socket);
        return socket;
    }

    /** Sends a request, or the rest of one, and reads the whole answer. */
    private static void ask(Socket socket) throws IOException {
        socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        StringBuilder answer = new StringBuilder();
        while (!answer.toString().endsWith("answer")) {
            int next = socket.getInputStream().read();
            assertEquals(true, next >= 0, "closed without an answer");
            answer.append((char) next);
        }
    }

    private long heldNow() throws IOException {
        int held = 0;
        for (Socket socket : sockets) {
            socket.setSoTimeout(1);
            try {
                held += socket.getInputStream().read() < 0 ? 0 : 1;
            } catch (SocketTimeoutException e) {
                held++;
            } finally {
                socket.setSoTimeout((int) LIMIT.toMillis());
            }
        }
        return held;
    }

    private static <T> T join(Future<T> future) {
        CompletionStage<T> stage = future.toCompletionStage();
        return stage.toCompletableFuture().join();
    }
}
