package dev.sensorline.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;

/**
 * An HTTP proxy in front of the embedded store that adds what QuestDB lacks: TLS, and a user with a password as in InfluxDB
 * 1.8 ({@code Authorization: Token USER:PASSWORD} or {@code Basic}). Thread-safe. Its settings are in a properties file:
 * <ul>
 * <li>{@code port}: the port on the loopback address
 * <li>{@code username}, {@code password}: required of clients if set; read again at each request
 * <li>{@code keys}, {@code keys.password}: a PKCS #12 key store; HTTPS if set
 * </ul>
 */
final class AccessProxy implements AutoCloseable {

    private static final String REFUSAL = "{\"error\":\"authorization failed\"}";

    private final Path file;
    private final int storePort;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private AccessProxy(Path file, int storePort) throws IOException {
        this.file = file;
        this.storePort = storePort;
        Properties settings = Settings.read(file);
        InetSocketAddress address =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(settings.getProperty("port")));
        if (settings.containsKey("keys")) {
            HttpsServer https = HttpsServer.create(address, 0);
            https.setHttpsConfigurator(new HttpsConfigurator(tls(settings)));
            server = https;
        } else {
            server = HttpServer.create(address, 0);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** Starts a proxy for the store on another port of the loopback address, with the settings in a file. */
    static AccessProxy start(Path file, int storePort) throws IOException {
        return new AccessProxy(file, storePort);
    }

    private static SSLContext tls(Properties settings) throws IOException {
        char[] password = settings.getProperty("keys.password").toCharArray();
        try (InputStream in = Files.newInputStream(Path.of(settings.getProperty("keys")))) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, password);
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(keys, password);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(factory.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (!isAuthorised(exchange)) {
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                answer(exchange, 401, REFUSAL.getBytes(StandardCharsets.UTF_8));
                return;
            }
            HttpRequest.Builder request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + storePort + exchange.getRequestURI()))
                    .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
            for (String header : Set.of("Content-Type", "Content-Encoding")) {
                if (exchange.getRequestHeaders().containsKey(header)) {
                    request.header(header, exchange.getRequestHeaders().getFirst(header));
                }
            }
            HttpResponse<byte[]> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            answer.headers()
                    .firstValue("Content-Type")
                    .ifPresent(type -> exchange.getResponseHeaders().set("Content-Type", type));
            answer(exchange, answer.statusCode(), answer.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isAuthorised(HttpExchange exchange) throws IOException {
        Properties settings = Settings.read(file);
        if (!settings.containsKey("username")) {
            return true;
        }
        String user = settings.getProperty("username") + ":" + settings.getProperty("password");
        String basic = Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
        String given = exchange.getRequestHeaders().getFirst("Authorization");
        return ("Token " + user).equals(given) || ("Basic " + basic).equals(given);
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
