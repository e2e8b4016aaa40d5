package dev.sensorline.ingestor;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import org.eclipse.microprofile.config.spi.Converter;

import dev.sensorline.configuration.Secret;
import dev.sensorline.configuration.Settings;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.mutiny.tuples.Tuple2;

/**
 * All that the ingestor can be told. The variables named here and their defaults stand in application.properties.
 */
@ConfigMapping(prefix = "ingestor")
public interface IngestorConfig {

    Mqtt mqtt();

    Influx influx();

    Batch batch();

    Http http();

    /** The variable that sets a property. */
    static String variableOf(String property) {
        return property.replaceFirst("^ingestor\\.(?=mqtt|influx|http)", "")
                .replaceAll("\\[\\d+]$", "").toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
    }

    /** Where readings come from. */
    interface Mqtt {

        /** MQTT_HOST: the broker's name or address. */
        @WithConverter(Settings.Host.class)
        String host();

        /** MQTT_PORT: the broker's port. */
        @WithConverter(Settings.Port.class)
        int port();

        /** MQTT_USERNAME: as whom to connect; nobody when empty. */
        Optional<String> username();

        /** MQTT_PASSWORD. */
        Optional<String> password();

        /** MQTT_PASSWORD_FILE: a file that holds the password. */
        Optional<Path> passwordFile();

        /** MQTT_TLS: whether to connect with TLS; a file of certificates below implies it. */
        @WithConverter(Settings.Flag.class)
        boolean tls();

        /** MQTT_CA_FILE: certificates, PEM, that are trusted as the broker's; else those the machine trusts. */
        Optional<@WithConverter(Settings.ReadableFile.class) Path> caFile();

        /** MQTT_CERTIFICATE_FILE: the ingestor's own certificate, PEM. */
        Optional<@WithConverter(Settings.ReadableFile.class) Path> certificateFile();

        /** MQTT_KEY_FILE: the certificate's key, PEM. */
        Optional<@WithConverter(Settings.ReadableFile.class) Path> keyFile();

        /** MQTT_TOPICS: topic filters, separated by commas. */
        @WithConverter(TopicFilter.class)
        List<String> topics();

        /** MQTT_CLIENT_ID: under which the broker keeps the session; with -rejected behind it, who publishes what is none. */
        @WithConverter(ClientId.class)
        String clientId();

        /** MQTT_QOS: 0 or 1. */
        @WithConverter(Qos.class)
        int qos();

        default Optional<String> secret() {
            return Secret.read("MQTT_PASSWORD", password(), passwordFile());
        }
    }

    /** Where points go. */
    interface Influx {

        /** INFLUX_URL: of InfluxDB's HTTP interface. */
        @WithConverter(HttpUrl.class)
        String url();

        /** INFLUX_DATABASE: the database to write to; it must exist. */
        @WithConverter(Name.class)
        String database();

        /** INFLUX_RETENTION_POLICY: the database's default one when empty. */
        Optional<String> retentionPolicy();

        /** INFLUX_USERNAME: as whom to write; nobody when empty. */
        Optional<String> username();

        /** INFLUX_PASSWORD. */
        Optional<String> password();

        /** INFLUX_PASSWORD_FILE: a file that holds the password. */
        Optional<Path> passwordFile();

        /** INFLUX_CA_FILE: certificates, PEM, that are trusted as InfluxDB's; else those the machine trusts. */
        Optional<@WithConverter(Settings.ReadableFile.class) Path> caFile();

        /** User name and password, when there is a user name. */
        default Optional<Tuple2<String, String>> credentials() {
            Optional<String> secret = Secret.read("INFLUX_PASSWORD", password(), passwordFile());
            return username().map(name -> Tuple2.of(name, secret.orElse("")));
        }
    }

    /** How readings travel together. */
    interface Batch {

        /** INGESTOR_BATCH_SIZE: the most readings of a batch. */
        @WithConverter(Size.class)
        int size();

        /** INGESTOR_BATCH_AGE: how long a reading waits at most for others to go with. */
        @WithConverter(Age.class)
        Duration age();

        /** Batches on their way to InfluxDB at once. */
        int inFlight();
    }

    /** Health and metrics. */
    interface Http {

        /** HTTP_HOST: the address to listen on. */
        @WithConverter(Settings.Host.class)
        String host();

        /** HTTP_PORT: the port to listen on. */
        @WithConverter(Settings.Port.class)
        int port();
    }

    /** A topic filter: {@code +} and {@code #} take a level each, {@code #} the last (MQTT 3.1.1, 4.7.1). */
    final class TopicFilter implements Converter<String> {

        private static final long serialVersionUID = 1L;

        @Override
        public String convert(String value) {
            String filter = value.strip();
            if (!filter.matches("(?:\\+|[^+#\\x00/]*)(?:/(?:\\+|[^+#\\x00/]*))*(?:(?<=/)#)?|#") || filter.isEmpty()) {
                throw new IllegalArgumentException(
                        "must be topic filters separated by commas, with + or # for whole levels and # last");
            }
            return filter;
        }
    }

    /** An identifier that the broker accepts and keeps a session for. */
    final class ClientId implements Converter<String> {

        private static final long serialVersionUID = 1L;

        @Override
        public String convert(String value) {
            if (value.isBlank()) {
                throw new IllegalArgumentException("must not be empty: the broker keeps the session under it");
            }
            return value;
        }
    }

    /** A quality of service that loses nothing or says so. */
    final class Qos implements Converter<Integer> {

        private static final long serialVersionUID = 1L;

        @Override
        public Integer convert(String value) {
            return Settings.wholeNumber(value, 0, 1);
        }
    }

    /** The address of a server. */
    final class HttpUrl implements Converter<String> {

        private static final long serialVersionUID = 1L;

        @Override
        public String convert(String value) {
            try {
                URI url = URI.create(value);
                if (url.getHost() != null && value.matches("https?://.*")) {
                    return value;
                }
            } catch (IllegalArgumentException e) {
                // Told below.
            }
            throw new IllegalArgumentException("must be a URL such as http://localhost:8086");
        }
    }

    /** The name of a database. */
    final class Name implements Converter<String> {

        private static final long serialVersionUID = 1L;

        @Override
        public String convert(String value) {
            if (value.isBlank() || value.indexOf('/') >= 0) {
                throw new IllegalArgumentException("must be a name without /");
            }
            return value;
        }
    }

    /** How many readings go together. */
    final class Size implements Converter<Integer> {

        private static final long serialVersionUID = 1L;

        @Override
        public Integer convert(String value) {
            return Settings.wholeNumber(value, 1, 100_000);
        }
    }

    /** How long something may wait. */
    final class Age implements Converter<Duration> {

        private static final long serialVersionUID = 1L;

        @Override
        public Duration convert(String value) {
            return Settings.duration(value);
        }
    }
}
