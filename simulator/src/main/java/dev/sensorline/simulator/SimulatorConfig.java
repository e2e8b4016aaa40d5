package dev.sensorline.simulator;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

import org.eclipse.microprofile.config.spi.Converter;

import dev.sensorline.application.Secret;
import dev.sensorline.application.Settings;
import dev.sensorline.simulator.waveform.SensorType;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;

/** All that a sensor can be told. Each property is set by the variable of the same name, {@code sim.host} by SIM_HOST. */
@ConfigMapping(prefix = "sim")
public interface SimulatorConfig {

    /** The broker's name or address. */
    @WithConverter(Settings.Host.class)
    String host();

    /** The broker's port. */
    @WithConverter(Settings.Port.class)
    int port();

    /** As whom to connect; nobody when empty. */
    Optional<String> username();

    /** The user's password. */
    Optional<String> password();

    /** A file that holds the password. */
    Optional<Path> passwordFile();

    /** Whether to connect with TLS; a file of certificates below implies it. */
    @WithDefault("false")
    @WithConverter(Settings.Flag.class)
    boolean tls();

    /** A file of certificates, PEM, that are trusted as the broker's; else those the machine trusts. */
    Optional<@WithConverter(Settings.ReadableFile.class) Path> caFile();

    /** A file with the sensor's own certificate, PEM. */
    Optional<@WithConverter(Settings.ReadableFile.class) Path> certificateFile();

    /** A file with the certificate's key, PEM. */
    Optional<@WithConverter(Settings.ReadableFile.class) Path> keyFile();

    /** The sensor's name, and its MQTT client id. */
    @WithConverter(Name.class)
    String name();

    /** The time from one reading to the next. */
    @WithDefault("1")
    @WithConverter(Period.class)
    Duration period();

    /** What it measures. */
    @WithDefault("temperature")
    @WithConverter(Type.class)
    SensorType type();

    /** Where it publishes; {@code {name}} stands for its name. */
    @WithDefault("sensor/{name}")
    @WithConverter(Topic.class)
    String topic();

    /** The quality of service: 0, 1 or 2. */
    @WithConverter(Qos.class)
    int qos();

    /** Whether the broker keeps the last reading for those who come later. */
    @WithConverter(Settings.Flag.class)
    boolean retain();

    /** The form of a payload: {@code value} or {@code json}. */
    @WithDefault("value")
    @WithConverter(Format.class)
    PayloadFormat format();

    /** The same seed makes the same readings; by itself each process has another. */
    @WithConverter(Seed.class)
    Optional<Long> seed();

    /** To end after so many published readings; never when empty. */
    @WithConverter(Count.class)
    Optional<Long> readings();

    /** How many readings are kept for a broker that is away, at QoS 1 and 2. */
    @WithDefault("10000")
    @WithConverter(QueueSize.class)
    int queue();

    /** The variable that sets a property. */
    static String variableOf(String property) {
        return property.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
    }

    default Optional<String> secret() {
        return Secret.read("SIM_PASSWORD", password(), passwordFile());
    }

    /** A level of a topic (MQTT 3.1.1, 4.7). */
    final class Name implements Converter<String> {

        private static final long serialVersionUID = 1L;

        @Override
        public String convert(String value) {
            if (value.isBlank() || value.chars().anyMatch(c -> c == '+' || c == '#' || c == '/' || c == 0)) {
                throw new IllegalArgumentException("must be a name without +, # and /");
            }
            return value;
        }
    }

    /** The name of a topic (MQTT 3.1.1, 4.7): no wildcards. */
    final class Topic implements Converter<String> {

        private static final long serialVersionUID = 1L;

        @Override
        public String convert(String value) {
            if (value.isBlank() || value.chars().anyMatch(c -> c == '+' || c == '#' || c == 0)) {
                throw new IllegalArgumentException("must be a topic without + and #, such as sensor/{name}");
            }
            return value;
        }
    }

    /** At least a millisecond, the resolution of the timer. */
    final class Period implements Converter<Duration> {

        private static final long serialVersionUID = 1L;
        private static final Duration SHORTEST = Duration.ofMillis(1);

        @Override
        public Duration convert(String value) {
            Duration period = Settings.duration(value);
            if (period.compareTo(SHORTEST) < 0) {
                throw new IllegalArgumentException("must be at least 0.001 (1ms)");
            }
            return period;
        }
    }

    /** One of the types there are. */
    final class Type implements Converter<SensorType> {

        private static final long serialVersionUID = 1L;

        @Override
        public SensorType convert(String value) {
            return SensorType.of(value);
        }
    }

    /** One of the forms there are. */
    final class Format implements Converter<PayloadFormat> {

        private static final long serialVersionUID = 1L;

        @Override
        public PayloadFormat convert(String value) {
            return PayloadFormat.of(value);
        }
    }

    /** A quality of service. */
    final class Qos implements Converter<Integer> {

        private static final long serialVersionUID = 1L;

        @Override
        public Integer convert(String value) {
            return Settings.wholeNumber(value, 0, 2);
        }
    }

    /** Any whole number; none when empty. */
    final class Seed implements Converter<Long> {

        private static final long serialVersionUID = 1L;

        @Override
        public Long convert(String value) {
            if (value.isEmpty()) {
                return null;
            }
            try {
                return Long.parseLong(value);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("must be a whole number of at most 64 bits");
            }
        }
    }

    /** How many; none when empty. */
    final class Count implements Converter<Long> {

        private static final long serialVersionUID = 1L;

        @Override
        public Long convert(String value) {
            return value.isEmpty() ? null : (long) Settings.wholeNumber(value, 1, Integer.MAX_VALUE);
        }
    }

    /** How many may wait. */
    final class QueueSize implements Converter<Integer> {

        private static final long serialVersionUID = 1L;

        @Override
        public Integer convert(String value) {
            return Settings.wholeNumber(value, 1, 10_000_000);
        }
    }
}
