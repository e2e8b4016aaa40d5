package dev.sensorline.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * An HTTP proxy in front of a store that simulates faults: it answers selected writes with an error instead of forwarding
 * them, and delays answers. Thread-safe.
 */
public final class StoreProxy implements AutoCloseable {

    private static final List<String> FORWARDED_HEADERS = List.of("Authorization", "Content-Type", "Content-Encoding");

    private final String store;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicInteger refused = new AtomicInteger();
    private volatile Refusal refusal;
    private volatile Duration delay = Duration.ZERO;

    private record Refusal(Predicate<String> isRefused, int status, Map<String, String> headers, String body) {}

    private StoreProxy(String store) {
        this.store = store;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
        Scope.keep(this);
    }

    /** A proxy on a free port of the loopback address that forwards every request. */
    public static StoreProxy of(PointStore store) {
        return new StoreProxy(store.url());
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Refuses every write, including one without points. */
    public void refuse(int status, Map<String, String> headers, String body) {
        refuse(lines -> true, status, headers, body);
    }

    /** Refuses writes whose line protocol matches, with the given answer, and forwards the others. */
    public void refuse(Predicate<String> isRefused, int status, Map<String, String> headers, String body) {
        refused.set(0);
        refusal = new Refusal(isRefused, status, headers, body);
    }

    /** Forwards all writes again. */
    public void passOn() {
        refusal = null;
    }

    /** The number of refused writes since the last call of {@code refuse}. */
    public int refusedCount() {
        return refused.get();
    }

    /** Delays each answer of the store. */
    public void delayAnswers(Duration delay) {
        this.delay = delay;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            Refusal current = refusal;
            if (current != null
                    && exchange.getRequestURI().getPath().endsWith("/write")
                    && current.isRefused.test(new String(body, StandardCharsets.UTF_8))) {
                refused.incrementAndGet();
                current.headers.forEach(exchange.getResponseHeaders()::set);
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                answer(exchange, current.status, current.body.getBytes(StandardCharsets.UTF_8));
            } else {
                HttpResponse<byte[]> answer = ask(exchange, body);
                Thread.sleep(delay.toMillis());
                answer.headers().map().forEach((name, values) -> {
                    if (name.toLowerCase(Locale.ROOT).startsWith("x-influxdb")
                            || name.equalsIgnoreCase("content-type")) {
                        exchange.getResponseHeaders().put(name, values);
                    }
                });
                answer(exchange, answer.statusCode(), answer.body());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private HttpResponse<byte[]> ask(HttpExchange exchange, byte[] body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(store + exchange.getRequestURI()))
                .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
        for (String header : FORWARDED_HEADERS) {
            if (exchange.getRequestHeaders().containsKey(header)) {
                request.header(header, exchange.getRequestHeaders().getFirst(header));
            }
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
