package dev.sensorline.console.watch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What the watch publishes of a sensor, retained, so that others see its state, and a console that starts again knows it.
 *
 * @param since  when the state began
 * @param period empty if the sensor has none
 * @param margin how much later than due a reading may arrive; zero without a period
 * @param last   when the last reading arrived; empty if that is not known
 */
record Remembered(
        String id,
        String name,
        String topic,
        SensorState state,
        Instant since,
        Optional<Duration> period,
        Duration margin,
        Optional<Instant> last) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSX", Locale.ROOT).withZone(ZoneOffset.UTC);
    /** Periods beyond this are no periods. */
    private static final double MOST_SECONDS = Duration.ofDays(24).toSeconds();

    /** JSON in UTF-8. Times are RFC 3339 in UTC with milliseconds, durations seconds. */
    byte[] toJson() {
        ObjectNode json = JSON.createObjectNode()
                .put("id", id)
                .put("name", name)
                .put("topic", topic)
                .put("state", state.key())
                .put("since", shown(since));
        period.ifPresentOrElse(
                each -> json.put("period", seconds(each)).put("margin", seconds(margin)), () -> json.putNull("period"));
        last.ifPresentOrElse(each -> json.put("last", shown(each)), () -> json.putNull("last"));
        try {
            return JSON.writeValueAsBytes(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // Strings and numbers can always be written.
        }
    }

    /** Reads what {@link #toJson} writes; empty if it is anything else. */
    static Optional<Remembered> of(byte[] payload) {
        try {
            JsonNode json = JSON.readTree(payload);
            Optional<SensorState> state = Arrays.stream(SensorState.values())
                    .filter(each -> each.key().equals(json.path("state").textValue()))
                    .findFirst();
            double period = json.path("period").asDouble();
            double margin = json.path("margin").asDouble();
            if (state.isEmpty()
                    || json.path("id").asText().isEmpty()
                    || json.path("topic").asText().isEmpty()
                    || !(period >= 0 && period < MOST_SECONDS && margin >= 0 && margin < MOST_SECONDS)) {
                return Optional.empty();
            }
            return Optional.of(new Remembered(
                    json.path("id").asText(),
                    json.path("name").asText(),
                    json.path("topic").asText(),
                    state.get(),
                    Instant.parse(json.path("since").asText()),
                    period > 0 ? Optional.of(duration(period)) : Optional.empty(),
                    duration(margin),
                    json.path("last").isTextual()
                            ? Optional.of(Instant.parse(json.path("last").asText()))
                            : Optional.empty()));
        } catch (IOException | DateTimeException e) {
            return Optional.empty();
        }
    }

    private static String shown(Instant time) {
        return TIME.format(time);
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1e3;
    }

    private static Duration duration(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1e3));
    }
}
