package dev.sensorline.ingestor.status;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.OptionalDouble;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;

/** The status as JSON. docs/operations/health.md describes its members. Thread-safe. */
final class StatusJson {

    private final JsonFactory factory = new JsonFactory();
    private final String clientId;
    private final String role;
    private final String version;
    private final Instant started;

    /** @param started when the process has started */
    StatusJson(String clientId, String role, String version, Instant started) {
        this.clientId = clientId;
        this.role = role;
        this.version = version;
        this.started = started;
    }

    /**
     * An ingestor that runs.
     *
     * @param storeKind where points go, {@code influxdb} or {@code kafka}
     * @param counts    counters and gauges by their names
     * @param latency99 in seconds; empty if nothing has been stored lately
     */
    byte[] online(
            Instant now,
            Since broker,
            String storeKind,
            Since store,
            Map<String, Long> counts,
            OptionalDouble latency99) {
        return object("online", generator -> {
            generator.writeStringField("version", version);
            generator.writeStringField("started", text(started));
            generator.writeStringField("time", text(now));
            generator.writeObjectFieldStart("broker");
            write(generator, broker);
            generator.writeObjectFieldStart("store");
            generator.writeStringField("kind", storeKind);
            write(generator, store);
            for (Map.Entry<String, Long> count : counts.entrySet()) {
                generator.writeNumberField(count.getKey(), count.getValue());
            }
            if (latency99.isPresent()) {
                generator.writeNumberField("latency99", latency99.getAsDouble());
            }
        });
    }

    /** One that ends. */
    byte[] offline(Instant now) {
        return object("offline", generator -> generator.writeStringField("time", text(now)));
    }

    /** One that has gone without a word: the last will, which cannot say when. */
    byte[] gone() {
        return object("offline", generator -> {});
    }

    private interface Members {

        void write(JsonGenerator generator) throws IOException;
    }

    private byte[] object(String state, Members members) {
        StringWriter written = new StringWriter();
        try (JsonGenerator generator = factory.createGenerator(written)) {
            generator.writeStartObject();
            generator.writeStringField("state", state);
            generator.writeStringField("client", clientId);
            generator.writeStringField("role", role);
            members.write(generator);
            generator.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return written.toString().getBytes(UTF_8);
    }

    private static void write(JsonGenerator generator, Since server) throws IOException {
        generator.writeStringField("state", server.isUp() ? "up" : "down");
        generator.writeStringField("since", text(server.since()));
        generator.writeEndObject();
    }

    /** RFC 3339 in UTC. */
    private static String text(Instant time) {
        return time.truncatedTo(ChronoUnit.MILLIS).toString();
    }
}
