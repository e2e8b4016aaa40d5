package dev.sensorline.console.rejected;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.sensorline.console.live.Traffic;
import dev.sensorline.console.time.Times;

/** The last readings that ingestors have set aside, the newest first. Belongs to the live thread, except the counter. */
public final class RejectedReadings {

    /** So many are held. */
    static final int MOST = 200;
    /** In characters of a payload; of names and details an eighth. */
    static final int LONGEST_PAYLOAD = 8_192;

    /** Over which time they are counted. */
    private static final long RATE_MILLIS = 12_000;

    private static final int LONGEST_TEXT = LONGEST_PAYLOAD / 8;

    private final ObjectMapper json = new ObjectMapper();
    private final Clock clock;
    private final Traffic traffic;
    private final Deque<RejectedReading> last = new ArrayDeque<>();
    private final LongAdder total = new LongAdder();

    public RejectedReadings(Clock clock) {
        this.clock = clock;
        this.traffic = new Traffic(RATE_MILLIS, clock.millis());
    }

    /** Adds the copy of a reading, as ingestors publish it. What is no such copy is ignored. */
    public void add(byte[] copy) {
        JsonNode rejected = read(copy);
        if (rejected == null || !rejected.path("reason").isTextual()) {
            return;
        }
        total.increment();
        traffic.add(1, copy.length, clock.millis());
        if (last.size() == MOST) {
            last.removeLast();
        }
        String topic = text(rejected, "topic", LONGEST_TEXT);
        String reason = text(rejected, "reason", LONGEST_TEXT);
        long size = rejected.path("size").asLong();
        last.addFirst(new RejectedReading(
                Times.text(clock.millis()),
                topic,
                reason,
                optional(rejected, "detail", LONGEST_TEXT),
                size,
                text(rejected, "payload", LONGEST_PAYLOAD),
                optional(rejected, "payloadBase64", LONGEST_PAYLOAD),
                Remedy.of(reason, topic, size)));
    }

    private @Nullable JsonNode read(byte[] copy) {
        try {
            return json.readTree(copy);
        } catch (IOException e) {
            return null;
        }
    }

    private static String text(JsonNode object, String member, int longest) {
        String text = object.path(member).asText();
        return text.length() <= longest ? text : text.substring(0, longest);
    }

    private static @Nullable String optional(JsonNode object, String member, int longest) {
        return object.hasNonNull(member) ? text(object, member, longest) : null;
    }

    /** Those held, the newest first. */
    public List<RejectedReading> newestFirst() {
        return new ArrayList<>(last);
    }

    /** How many have arrived so far. Any thread may ask. */
    public long total() {
        return total.sum();
    }

    /** Rejected readings per second over the last seconds. */
    public double perSecond() {
        return traffic.readingsPerSecond(clock.millis());
    }
}
