package dev.sensorline.console.rejected;

import org.jspecify.annotations.Nullable;

/** The setting of the ingestor that would accept readings like a rejected one, where there is one. */
final class Remedy {

    private Remedy() {}

    /** For people; null where no setting helps. */
    static @Nullable String of(String reason, String topic, long size) {
        return switch (reason) {
            case "no_rule" -> "MQTT_TOPICS: add a filter for " + topic;
            case "too_large" -> "INGESTOR_MAX_PAYLOAD_BYTES: at least %d".formatted(size);
            case "too_many_points" -> "INGESTOR_MAX_POINTS: more points in a message";
            case "not_a_number" ->
                "INGESTOR_RULES_<NAME>_TOPIC=%s with _FIELDS=value:string for texts, or _DECIMAL=comma for 21,5"
                        .formatted(topic);
            case "no_value" -> "INGESTOR_RULES_<NAME>_TOPIC=%s with _FIELDS: where the values are".formatted(topic);
            case "malformed_json", "malformed", "not_utf8" ->
                "INGESTOR_RULES_<NAME>_TOPIC=%s with _FORMAT: how the payload is written".formatted(topic);
            case "bad_time" ->
                "INGESTOR_RULES_<NAME>_TOPIC=%s with _TIME_UNIT or _TIME_FORMAT: how the time is written"
                        .formatted(topic);
            case "not_a_tag" -> "INGESTOR_RULES_<NAME>_TOPIC=%s with other _TAGS".formatted(topic);
            default -> null;
        };
    }
}
