package dev.sensorline.ingestor.settings;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import org.apache.kafka.common.record.CompressionType;
import org.eclipse.microprofile.config.spi.Converter;

import dev.sensorline.application.BadConfiguration;
import dev.sensorline.application.Secret;
import dev.sensorline.application.Settings;
import dev.sensorline.points.rules.FieldText;
import dev.sensorline.points.rules.JsonPointer;
import dev.sensorline.points.rules.SourceText;
import dev.sensorline.points.rules.TagText;
import dev.sensorline.points.rules.TimeUnit;
import dev.sensorline.points.rules.TopicFilter;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.mutiny.tuples.Tuple2;

/**
 * All that the ingestor can be told. The variables named here and their defaults stand in application.properties.
 */
@ConfigMapping(prefix = "ingestor")
public interface IngestorConfig {

    /** INGESTOR_ROLE: what it does of the way from MQTT to InfluxDB, {@code whole}, {@code bridge} or {@code writer}. */
    @WithConverter(RoleOf.class)
    Role role();

    Mqtt mqtt();

    Influx influx();

    Kafka kafka();

    Batch batch();

    Http http();

    Https https();

    /** Rules beside those of MQTT_TOPICS, by their names. */
    Map<String, Rule> rules();

    /** The variable that sets a property; of a rule the property itself, when it is set in a file. */
    static String variableOf(String property) {
        if (property.startsWith("ingestor.rules.")) {
            String key = property.replaceAll("\\[\\d+]$", "");
            String variable = key.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
            return System.getenv().containsKey(variable) ? variable : key;
        }
        return property.replaceFirst("^ingestor\\.(?=mqtt|influx|kafka|http)", "")
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

        /** MQTT_TOPICS: topic filters, separated by commas; those of rules come to them. */
        Optional<List<@WithConverter(Filter.class) TopicFilter>> topics();

        /** MQTT_SUBSCRIBE: false to subscribe to none of them, and write only what the broker has kept for the client id. */
        @WithConverter(Settings.Flag.class)
        boolean subscribe();

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

        /** INFLUX_DATABASE: the database to write to, or the bucket; it must exist. */
        @WithConverter(Name.class)
        String database();

        /** INFLUX_RETENTION_POLICY: the database's default one when empty. */
        Optional<String> retentionPolicy();

        /** INFLUX_ORG: the organisation that the bucket belongs to, by name or id; InfluxDB 1.8 does not ask for one. */
        Optional<String> org();

        /** INFLUX_USERNAME: as whom to write; nobody when empty. */
        Optional<String> username();

        /** INFLUX_PASSWORD. */
        Optional<String> password();

        /** INFLUX_PASSWORD_FILE: a file that holds the password. */
        Optional<Path> passwordFile();

        /** INFLUX_TOKEN: a right to write, in the place of a user's. */
        Optional<String> token();

        /** INFLUX_TOKEN_FILE: a file that holds the token. */
        Optional<Path> tokenFile();

        /** INFLUX_CA_FILE: certificates, PEM, that are trusted as InfluxDB's; else those the machine trusts. */
        Optional<@WithConverter(Settings.ReadableFile.class) Path> caFile();

        /** User name and password, when there is a user name. */
        default Optional<Tuple2<String, String>> credentials() {
            Optional<String> secret = Secret.read("INFLUX_PASSWORD", password(), passwordFile());
            return username().map(name -> Tuple2.of(name, secret.orElse("")));
        }

        /** The token, when there is one; then there is no user. */
        default Optional<String> secretToken() {
            Optional<String> secret = Secret.read("INFLUX_TOKEN", token(), tokenFile());
            String told = tokenFile().map(file -> "INFLUX_TOKEN_FILE=" + file).orElse("INFLUX_TOKEN");
            if (secret.isPresent() && username().isPresent()) {
                throw new BadConfiguration(told + ": must not be set together with INFLUX_USERNAME");
            }
            if (!secret.orElse("-").matches("[!-~]+")) {
                throw new BadConfiguration(told + ": must be a token of ASCII characters without blanks");
            }
            return secret;
        }
    }

    /** What lies between the roles bridge and writer. What else its clients can be told has the keys kafka.*. */
    interface Kafka {

        /** KAFKA_BOOTSTRAP_SERVERS: host:port of some of its brokers, separated by commas. */
        List<@WithConverter(Server.class) HostAndPort> bootstrapServers();

        /** KAFKA_TOPIC: the topic of the points; with -rejected behind it, that of those InfluxDB refuses. */
        @WithConverter(KafkaTopicName.class)
        String topic();

        /** KAFKA_GROUP: the consumer group of the writers that share the topic. */
        @WithConverter(Group.class)
        String group();

        /** KAFKA_USERNAME: as whom to authenticate, by SASL; nobody when empty. */
        Optional<String> username();

        /** KAFKA_PASSWORD. */
        Optional<String> password();

        /** KAFKA_PASSWORD_FILE: a file that holds the password. */
        Optional<Path> passwordFile();

        /** KAFKA_SASL_MECHANISM: how to authenticate. */
        @WithConverter(SaslMechanism.class)
        String saslMechanism();

        /** KAFKA_TLS: whether to connect with TLS; a file of certificates below implies it. */
        @WithConverter(Settings.Flag.class)
        boolean tls();

        /** KAFKA_CA_FILE: certificates, PEM, that are trusted as the brokers'; else those the machine trusts. */
        Optional<@WithConverter(Settings.ReadableFile.class) Path> caFile();

        /** KAFKA_CERTIFICATE_FILE: the ingestor's own certificate, PEM. */
        Optional<@WithConverter(Settings.ReadableFile.class) Path> certificateFile();

        /** KAFKA_KEY_FILE: the certificate's key, PEM. */
        Optional<@WithConverter(Settings.ReadableFile.class) Path> keyFile();

        /** KAFKA_COMPRESSION_TYPE: how records are compressed. */
        @WithConverter(Compression.class)
        CompressionType compressionType();

        default Optional<String> secret() {
            return Secret.read("KAFKA_PASSWORD", password(), passwordFile());
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

    /** Health and metrics for those outside. */
    interface Https {

        /** HTTPS_HOST: the address to listen on. */
        @WithConverter(Settings.Host.class)
        String host();

        /** HTTPS_PORT: the port to listen on. */
        @WithConverter(Settings.Port.class)
        int port();

        /** HTTPS_CERTIFICATE_FILE: the ingestor's certificate, PEM; nobody listens without it. */
        Optional<@WithConverter(Settings.ReadableFile.class) Path> certificateFile();

        /** HTTPS_KEY_FILE: the certificate's key, PEM. */
        Optional<@WithConverter(Settings.ReadableFile.class) Path> keyFile();

        /** HTTPS_CA_FILE: certificates, PEM, whose owners' certificates are those of clients. */
        Optional<@WithConverter(Settings.ReadableFile.class) Path> caFile();

        /** HTTPS_CLIENTS: names (CN) in the certificates of clients who may ask, separated by commas. */
        Optional<List<@WithConverter(CommonName.class) String>> clients();
    }

    /** How readings of some topics become points; see this module's README. */
    interface Rule {

        /** The topic filter, with names for levels. */
        @WithConverter(Filter.class)
        TopicFilter topic();

        /** {@code sensor} when empty. */
        Optional<@WithConverter(SourceOf.class) SourceText> measurement();

        /** Tags beside the named levels. */
        Optional<List<@WithConverter(TagOf.class) TagText>> tags();

        /** Fields; when empty, the payload is read as that of a topic of MQTT_TOPICS. */
        Optional<List<@WithConverter(FieldOf.class) FieldText>> fields();

        /** Where the payload says its time. */
        Optional<@WithConverter(Pointer.class) JsonPointer> time();

        /** In which unit; milliseconds when empty. */
        Optional<@WithConverter(Unit.class) TimeUnit> timeUnit();
    }

    /** What an ingestor does of the way. */
    enum Role {

        /** MQTT to InfluxDB. */
        WHOLE,
        /** MQTT to Kafka. */
        BRIDGE,
        /** Kafka to InfluxDB. */
        WRITER
    }

    /** Where a server listens. */
    record HostAndPort(String host, int port) {

        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    /** A role. */
    final class RoleOf implements Converter<Role> {

        private static final long serialVersionUID = 1L;

        @Override
        public Role convert(String value) {
            return Stream.of(Role.values()).filter(role -> role.name().toLowerCase(Locale.ROOT).equals(value))
                    .findFirst().orElseThrow(() -> new IllegalArgumentException("must be whole, bridge or writer"));
        }
    }

    /** A broker of Kafka. */
    final class Server implements Converter<HostAndPort> {

        private static final long serialVersionUID = 1L;

        @Override
        public HostAndPort convert(String value) {
            String server = value.strip();
            int colon = server.lastIndexOf(':');
            try {
                return new HostAndPort(new Settings.Host().convert(server.substring(0, Math.max(0, colon))),
                        new Settings.Port().convert(server.substring(colon + 1)));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("must be host:port, or several of them separated by commas");
            }
        }
    }

    /** The name of a topic of Kafka, which has room for an ending. */
    final class KafkaTopicName implements Converter<String> {

        private static final long serialVersionUID = 1L;

        @Override
        public String convert(String value) {
            if (!value.matches("[\\w.-]{1,200}") || value.matches("\\.+")) {
                throw new IllegalArgumentException("must be a name of up to 200 letters, digits, ., _ and -");
            }
            return value;
        }
    }

    /** The name of a consumer group. */
    final class Group implements Converter<String> {

        private static final long serialVersionUID = 1L;

        @Override
        public String convert(String value) {
            if (value.isBlank()) {
                throw new IllegalArgumentException("must not be empty: Kafka keeps under it what has been written");
            }
            return value;
        }
    }

    /** Of SASL's mechanisms those that need no more than a name and a password. */
    final class SaslMechanism implements Converter<String> {

        private static final long serialVersionUID = 1L;
        private static final List<String> KNOWN = List.of("SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN");

        @Override
        public String convert(String value) {
            if (!KNOWN.contains(value)) {
                throw new IllegalArgumentException("must be SCRAM-SHA-512, SCRAM-SHA-256 or PLAIN");
            }
            return value;
        }
    }

    /** How Kafka's records are compressed. */
    final class Compression implements Converter<CompressionType> {

        private static final long serialVersionUID = 1L;

        @Override
        public CompressionType convert(String value) {
            return Stream.of(CompressionType.values()).filter(type -> type.name.equals(value))
                    .findFirst().orElseThrow(() -> new IllegalArgumentException("must be none, gzip, snappy, lz4 or zstd"));
        }
    }

    /** A topic filter. */
    final class Filter implements Converter<TopicFilter> {

        private static final long serialVersionUID = 1L;

        @Override
        public TopicFilter convert(String value) {
            return TopicFilter.parse(value.strip());
        }
    }

    /** What a text comes from. */
    final class SourceOf implements Converter<SourceText> {

        private static final long serialVersionUID = 1L;

        @Override
        public SourceText convert(String value) {
            return SourceText.parse(value.strip());
        }
    }

    /** A tag of a rule. */
    final class TagOf implements Converter<TagText> {

        private static final long serialVersionUID = 1L;

        @Override
        public TagText convert(String value) {
            return TagText.parse(value.strip());
        }
    }

    /** A field of a rule. */
    final class FieldOf implements Converter<FieldText> {

        private static final long serialVersionUID = 1L;

        @Override
        public FieldText convert(String value) {
            return FieldText.parse(value.strip());
        }
    }

    /** A place in JSON. */
    final class Pointer implements Converter<JsonPointer> {

        private static final long serialVersionUID = 1L;

        @Override
        public JsonPointer convert(String value) {
            return JsonPointer.parse(value);
        }
    }

    /** A unit of time. */
    final class Unit implements Converter<TimeUnit> {

        private static final long serialVersionUID = 1L;

        @Override
        public TimeUnit convert(String value) {
            return Stream.of(TimeUnit.values()).filter(unit -> unit.name().toLowerCase(Locale.ROOT).equals(value))
                    .findFirst().orElseThrow(() -> new IllegalArgumentException("must be s, ms, us, ns or rfc3339"));
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

    /** A name that needs no escape in a distinguished name (RFC 4514). */
    final class CommonName implements Converter<String> {

        private static final long serialVersionUID = 1L;

        @Override
        public String convert(String value) {
            String name = value.strip();
            if (!name.matches("[\\w.-]+")) {
                throw new IllegalArgumentException("must be names separated by commas, of letters, digits, _, . and -");
            }
            return name;
        }
    }
}
