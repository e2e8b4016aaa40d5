package dev.sensorline.ingestor.kafka;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;

import dev.sensorline.connections.RootCause;

/** Error messages for settings that Kafka's clients reject. */
public final class ClientSettings {

    /** The message of a {@link ConfigException}: value, name and what is wrong. */
    private static final Pattern INVALID =
            Pattern.compile("Invalid value (.*) for configuration ([\\w.]+)(?:: (.*))?", Pattern.DOTALL);

    private ClientSettings() {}

    /** The line for a setting that Kafka's clients reject; empty if that is not what has failed. */
    public static Optional<String> lineOf(Throwable failure) {
        if (!(failure instanceof KafkaException)) {
            return Optional.empty();
        }
        Throwable first = RootCause.of(failure);
        Matcher invalid = INVALID.matcher(String.valueOf(first.getMessage()));
        return Optional.of(
                invalid.matches()
                        ? "%s=%s: must be what Kafka's clients take%s"
                                .formatted(
                                        variableOf(invalid.group(2)),
                                        invalid.group(1),
                                        invalid.group(3) == null ? "" : ": " + invalid.group(3))
                        : "KAFKA_…: must be what Kafka's clients take: " + first);
    }

    private static String variableOf(String setting) {
        return "KAFKA_" + setting.toUpperCase(Locale.ROOT).replace('.', '_');
    }
}
