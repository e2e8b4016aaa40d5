package dev.sensorline.console;

import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** A client of the stream. */
final class EventStream implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    final HttpResponse<InputStream> response;
    final List<JsonNode> frames = new CopyOnWriteArrayList<>();
    final List<JsonNode> stale = new CopyOnWriteArrayList<>();
    private final List<JsonNode> hellos = new CopyOnWriteArrayList<>();
    private volatile String lastId = "";

    private EventStream(HttpResponse<InputStream> response) {
        this.response = response;
        Thread reader = new Thread(this::read, "stream");
        reader.setDaemon(true);
        reader.start();
    }

    static EventStream open(String url, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return new EventStream(
                HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofInputStream()));
    }

    private void read() {
        String event = "";
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("event: ")) {
                    event = line.substring(7);
                } else if (line.startsWith("id: ")) {
                    lastId = line.substring(4);
                } else if (line.startsWith("data: ")) {
                    add(event, JSON.readTree(line.substring(6)));
                }
            }
        } catch (IOException e) {
            // The stream has ended.
        }
    }

    private void add(String event, JsonNode data) {
        switch (event) {
            case "hello" -> hellos.add(data);
            case "frame" -> frames.add(data);
            case "stale" -> stale.add(data);
            default -> throw new UncheckedIOException(new IOException("no such event: " + event));
        }
    }

    String token() {
        await().atMost(Console.LIMIT).until(() -> !hellos.isEmpty());
        return hellos.get(0).path("stream").asText();
    }

    String lastId() {
        return lastId;
    }

    /** Waits for a sensor in a frame. */
    JsonNode awaitSensor(Predicate<JsonNode> wanted) {
        JsonNode[] found = new JsonNode[1];
        await().atMost(Console.LIMIT).until(() -> {
            for (JsonNode frame : frames) {
                for (JsonNode sensor : frame.path("sensors")) {
                    if (wanted.test(sensor)) {
                        found[0] = sensor;
                        return true;
                    }
                }
            }
            return false;
        });
        return found[0];
    }

    @Override
    public void close() throws IOException {
        response.body().close();
    }
}
