package dev.sensorline.console.status;

import java.io.IOException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.sensorline.console.time.Times;

/**
 * The ingestors, as their retained messages on {@code <prefix>/status/<client id>} report them. Belongs to the live thread.
 */
public final class Ingestors {

    /** So many are held; further ones are ignored. */
    static final int MOST = 64;
    /** An ingestor reports itself each 10 s. */
    static final long STALE_MILLIS = 30_000;

    private static final double MILLIS_PER_SECOND = 1e3;
    private static final int LONGEST_TEXT = 256;
    private static final String ONLINE = "online";
    private static final String OFFLINE = "offline";

    private final ObjectMapper json = new ObjectMapper();
    private final Clock clock;
    private final Map<String, Ingestor> byClient = new TreeMap<>();

    public Ingestors(Clock clock) {
        this.clock = clock;
    }

    /** Takes over a message; an empty one says that there is no such ingestor any more. */
    public void report(String client, byte[] message) {
        if (message.length == 0) {
            byClient.remove(client);
            return;
        }
        JsonNode status = read(message);
        if (status == null || client.length() > LONGEST_TEXT || !isKnown(text(status, "state"))) {
            return;
        }
        Ingestor ingestor = byClient.get(client);
        if (ingestor == null && byClient.size() < MOST) {
            ingestor = new Ingestor();
            byClient.put(client, ingestor);
        }
        if (ingestor != null) {
            ingestor.report(status, clock.millis());
        }
    }

    private static boolean isKnown(@Nullable String state) {
        return ONLINE.equals(state) || OFFLINE.equals(state);
    }

    private @Nullable JsonNode read(byte[] message) {
        try {
            return json.readTree(message);
        } catch (IOException e) {
            return null;
        }
    }

    private static @Nullable String text(JsonNode object, String member) {
        JsonNode value = object.path(member);
        return value.isTextual() && value.asText().length() <= LONGEST_TEXT ? value.asText() : null;
    }

    /** A server is said by its state, or by an object that has one. */
    private static @Nullable String server(JsonNode object, String member) {
        JsonNode value = object.path(member);
        return value.isObject() ? text(value, "state") : text(object, member);
    }

    private static @Nullable Long number(JsonNode object, String member) {
        JsonNode value = object.path(member);
        return value.canConvertToLong() ? value.asLong() : null;
    }

    /** All of them, in the order of their client ids. */
    public List<IngestorView> all() {
        long now = clock.millis();
        return byClient.entrySet().stream()
                .map(ingestor -> ingestor.getValue().view(ingestor.getKey(), now))
                .toList();
    }

    /** What one has reported last, and how much it has done since the report before. */
    private static final class Ingestor {

        private JsonNode last = new ObjectMapper().createObjectNode();
        private long seenMillis;
        private long sinceMillis;
        private double readingsPerSecond;
        private double pointsPerSecond;

        void report(JsonNode status, long now) {
            String state = text(status, "state");
            if (state != null && !state.equals(text(last, "state"))) {
                sinceMillis = now;
            }
            long before = time(last);
            double seconds = (time(status) - before) / 1e3;
            boolean isNext = before > 0 && seconds > 0 && ONLINE.equals(state);
            readingsPerSecond = isNext ? increase("received", status) / seconds : 0;
            pointsPerSecond = isNext ? increase("written", status) / seconds : 0;
            last = status;
            seenMillis = now;
        }

        /** An ingestor that has restarted counts from 0. */
        private double increase(String member, JsonNode status) {
            Long before = number(last, member);
            Long now = number(status, member);
            return before == null || now == null || now < before ? 0 : now - before;
        }

        /** 0 if it says none. */
        private static long time(JsonNode status) {
            String time = text(status, "time");
            try {
                return time == null ? 0 : Instant.parse(time).toEpochMilli();
            } catch (DateTimeException e) {
                return 0;
            }
        }

        IngestorView view(String client, long now) {
            boolean isOnline = ONLINE.equals(text(last, "state"));
            boolean isStale = isOnline && now - seenMillis > STALE_MILLIS;
            JsonNode latency = last.path("latency99");
            return new IngestorView(
                    client,
                    isStale ? "stale" : isOnline ? ONLINE : OFFLINE,
                    text(last, "version"),
                    text(last, "role"),
                    server(last, "broker"),
                    server(last, "store"),
                    isStale ? 0 : readingsPerSecond,
                    isStale ? 0 : pointsPerSecond,
                    number(last, "inFlight"),
                    number(last, "rejected"),
                    latency.isNumber() ? latency.asDouble() * MILLIS_PER_SECOND : null,
                    Times.text(isStale ? seenMillis + STALE_MILLIS : sinceMillis),
                    Times.text(seenMillis));
        }
    }
}
