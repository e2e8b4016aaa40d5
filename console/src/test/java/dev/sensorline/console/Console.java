package dev.sensorline.console;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.sensorline.servers.ChildProcess;
import dev.sensorline.servers.MqttBroker;
import dev.sensorline.servers.MqttPeer;
import dev.sensorline.servers.Ports;
import dev.sensorline.servers.ServiceProcess;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;

/** A broker, the console as a process, and an MQTT client that publishes. */
final class Console implements AutoCloseable {

    static final Duration LIMIT = Duration.ofSeconds(30);

    final MqttBroker broker = MqttBroker.start();
    final MqttPeer peer = MqttPeer.of(broker, "peer");
    final int port = Ports.free();
    private final HttpClient client = HttpClient.newHttpClient();
    private ChildProcess process;

    /** Starts a console with these variables and values, and returns when it is ready. */
    static Console running(String... variables) {
        Console console = new Console();
        console.start(variables);
        return console;
    }

    /** Starts the console, and returns when it is ready. */
    ChildProcess start(String... variables) {
        ServiceProcess service = ServiceProcess.of("console")
                .with("MQTT_HOST", broker.host())
                .with("MQTT_PORT", broker.port())
                .with("CONSOLE_HISTORY", "none")
                .with("HTTP_PORT", port);
        for (int i = 0; i < variables.length; i += 2) {
            service.with(variables[i], variables[i + 1]);
        }
        process = service.start();
        awaitReadiness(200);
        return process;
    }

    ChildProcess process() {
        return process;
    }

    void awaitReadiness(int status) {
        await("readiness " + status)
                .atMost(LIMIT)
                .ignoreExceptions()
                .until(() -> get("/q/health/ready").statusCode() == status);
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    /** A request whose URL is sent as it is written. */
    RequestSpecification request() {
        return RestAssured.given().baseUri(url()).urlEncodingEnabled(false);
    }

    Response get(String path) {
        return request().get(path);
    }

    /** The answer to a request that a client such as RestAssured would not send. */
    HttpResponse<String> send(String method, String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url() + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(LIMIT);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** The answer to these lines of a request, which a client would not send. */
    String sendRaw(String... lines) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout((int) LIMIT.toMillis());
            String request = String.join("\r\n", lines) + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(utf8(request));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    void publish(String topic, String payload) {
        peer.publish(topic, payload, 1);
    }

    /** Waits until so many sensors are known. */
    void awaitSensors(int number) {
        await(number + " sensors")
                .atMost(LIMIT)
                .until(() -> get("/api/sensors").jsonPath().getInt("total") == number);
    }

    /** The value of a metric in Prometheus' form. */
    double metric(String name) {
        String metrics = get("/q/metrics").asString();
        Matcher matcher = Pattern.compile("^" + Pattern.quote(name) + " (\\S+)$", Pattern.MULTILINE)
                .matcher(metrics);
        if (!matcher.find()) {
            throw new AssertionError(name + " is not among\n" + metrics);
        }
        return Double.parseDouble(matcher.group(1));
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
        peer.close();
        broker.close();
    }
}
