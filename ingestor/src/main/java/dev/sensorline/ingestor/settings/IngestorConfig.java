package dev.sensorline.ingestor.settings;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.apache.kafka.common.record.CompressionType;

import dev.sensorline.application.Credentials;
import dev.sensorline.application.HttpAddress;
import dev.sensorline.application.LogFormat;
import dev.sensorline.application.Setting;
import dev.sensorline.application.SettingConverter;
import dev.sensorline.application.Settings;
import dev.sensorline.application.Settings.Choice;
import dev.sensorline.application.Settings.LengthOfTime;
import dev.sensorline.application.Settings.Text;
import dev.sensorline.application.Settings.WholeNumber;
import dev.sensorline.application.StoreLogin;
import dev.sensorline.application.TlsSettings;
import dev.sensorline.mqtt.connector.AcknowledgementOrder;
import dev.sensorline.mqtt.connector.BrokerSettings;
import dev.sensorline.points.rules.Retained;
import dev.sensorline.points.rules.SameTime;
import dev.sensorline.points.rules.TopicFilter;
import dev.sensorline.rulesettings.RuleConverters;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import io.smallrye.mutiny.tuples.Tuple2;

/**
 * All settings of the ingestor. {@link Variables} names the variable of each. The table in this module's README is made from
 * here.
 */
@ConfigMapping(prefix = "ingestor")
public interface IngestorConfig {

    /** The role of an ingestor that is not told another one. */
    String DEFAULT_ROLE = "whole";

    Mqtt mqtt();

    Influx influx();

    @Setting(
            "`whole`: from MQTT to InfluxDB; `bridge`: only from MQTT to [Kafka](#over-kafka); `writer`: only from Kafka to InfluxDB")
    @WithDefault(DEFAULT_ROLE)
    @WithConverter(RoleOf.class)
    Role role();

    Sensorline sensorline();

    Batch batch();

    @Setting(
            "how many points a message may have at most. One with more is [set aside](../docs/guide/rules.md#invalid-readings) as a whole")
    @WithDefault("10000")
    @WithConverter(Points.class)
    int maxPoints();

    @Setting(
            "how many bytes the payload of a message has at most; a longer one is [set aside](../docs/guide/rules.md#invalid-readings) "
                    + "with its beginning, and never held as a whole")
    @WithDefault("262144")
    @WithConverter(PayloadBytes.class)
    int maxPayloadBytes();

    @Setting("how many bytes of its payload the copy of a rejected reading has at most")
    @WithDefault("8192")
    @WithConverter(RejectedBytes.class)
    int rejectedBytes();

    @Setting(
            "different readings of a sensor that carry the same time: `exact` stores the first at exactly that time and remembers it; `spread` gives each a [place that depends on its content alone](../docs/architecture/time.md#readings-that-carry-their-time)")
    @WithDefault("exact")
    @WithConverter(RuleConverters.SameTimeOf.class)
    SameTime sameTime();

    @Setting(
            "how long readings are kept that InfluxDB does not take while it takes others, before they are [set aside](../docs/guide/rules.md#invalid-readings)")
    @WithDefault("30s")
    @WithConverter(LengthOfTime.class)
    Duration hold();

    @Setting(
            "how often the ingestor publishes its [status](../docs/operations/health.md#status-topic) on `<prefix>/status/<client id>`; `0`: never")
    @WithDefault("10s")
    @WithConverter(StatusPeriod.class)
    Duration statusPeriod();

    Kafka kafka();

    Http http();

    Https https();

    Log log();

    No no();

    /** Rules beside those of MQTT_TOPICS: the texts of their keys, by their names. */
    Map<String, Map<String, @WithConverter(RuleConverters.Verbatim.class) String>> rules();

    /** Where readings come from. */
    interface Mqtt extends BrokerSettings {

        @Setting(
                value =
                        "topic filters, separated by commas; in `plant/{site}/{name}` the named levels become tags. May be empty where there are [rules](#topics-to-points)",
                allowed = "MQTT topic filters")
        @WithDefault("sensor/+")
        Optional<List<@WithConverter(RuleConverters.Filter.class) TopicFilter>> topics();

        @Setting("`false`: do not subscribe, and write only what the broker has queued for the client id")
        @WithDefault("true")
        @WithConverter(Settings.Flag.class)
        boolean subscribe();

        @Setting("client id")
        @WithDefault("sensorline-ingestor")
        @WithConverter(ClientId.class)
        String clientId();

        @Setting(
                "the connection that publishes rejected readings: its `own`, with `-rejected` appended to the client id, or `shared` "
                        + "with the readings, for a [broker that takes both for one client](../docs/operations/faults.md#broker)")
        @WithDefault("own")
        @WithConverter(RejectedConnectionOf.class)
        RejectedConnection rejectedConnection();

        @Setting("MQTT quality of service")
        @WithDefault("1")
        @WithConverter(Qos.class)
        int qos();

        @Setting("version of MQTT; `auto`: 5, or 3.1.1 where the broker does not accept that")
        @WithDefault("auto")
        @WithConverter(BrokerSettings.Version.class)
        String version();

        @Setting(
                value = "how long the broker keeps readings while the ingestor is away, with MQTT 5",
                unset = "for ever")
        Optional<@WithConverter(LengthOfTime.class) Duration> sessionExpiry();

        @Setting(
                "acknowledgements (PUBACK) are sent in the order of the messages; `relaxed`: readings that are held apart, "
                        + "because the store does not take them yet, do not hold back the others; `strict`: they do")
        @WithDefault("relaxed")
        @WithConverter(AckOrder.class)
        AcknowledgementOrder ackOrder();

        @Setting(
                "messages that the broker had retained: `take` or `ignore` them; `timed`: take those whose payload carries a time")
        @WithDefault("timed")
        @WithConverter(RuleConverters.RetainedOf.class)
        Retained retained();
    }

    /** Which connection publishes rejected readings. */
    enum RejectedConnection {

        /** A second one, which keeps no session. */
        OWN,
        /** That of the readings. */
        SHARED
    }

    /** What the services of a stack have in common. */
    interface Sensorline {

        @Setting("topic below which the services publish, such as rejected readings on `<prefix>/rejected/`. "
                + "What is published there is never a reading")
        @WithDefault("sensorline")
        @WithConverter(Settings.TopicPrefix.class)
        String prefix();
    }

    /** Where points go. */
    interface Influx extends Credentials {

        @Setting("HTTP interface of InfluxDB, or of [another store](#other-stores)")
        @WithDefault("http://localhost:8086")
        @WithConverter(Settings.HttpUrl.class)
        HttpAddress url();

        @Setting("database, which must exist; the bucket in InfluxDB 2")
        @WithDefault("sensors")
        @WithConverter(Settings.DatabaseName.class)
        String database();

        @Setting(value = "retention policy to write to", unset = "the database's default")
        Optional<String> retentionPolicy();

        @Setting("organisation, which InfluxDB 2 requires")
        Optional<String> org();

        @Setting(value = "token, instead of a user", allowed = "ASCII characters without blanks")
        Optional<String> token();

        @Setting(value = "file with the token, instead of the variable", allowed = "a file that can be read")
        Optional<Path> tokenFile();

        @Setting(
                value = "PEM: the authorities that InfluxDB's certificate is checked against",
                unset = "the machine's authorities")
        Optional<@WithConverter(Settings.ReadableFile.class) Path> caFile();

        @Setting("PEM: the ingestor's own certificate for InfluxDB, or what is before it")
        Optional<@WithConverter(Settings.ReadableFile.class) Path> certificateFile();

        @Setting("PEM: the key of the certificate")
        Optional<@WithConverter(Settings.ReadableFile.class) Path> keyFile();

        /** User name and password, when there is a user name: in the variables, or in the URL. */
        default Optional<Tuple2<String, String>> credentials() {
            return StoreLogin.user(url(), this);
        }

        /** The token, when there is one; then there is no user. */
        default Optional<String> secretToken() {
            return StoreLogin.token(token(), tokenFile(), () -> credentials().isPresent());
        }
    }

    /** What lies between the roles bridge and writer. The keys kafka.* set what else Kafka's clients can be told. */
    interface Kafka extends Credentials, TlsSettings {

        @Setting("some Kafka brokers, separated by commas")
        @WithDefault("localhost:9092")
        List<@WithConverter(Server.class) HostAndPort> bootstrapServers();

        @Setting("topic of the points; points that InfluxDB refuses go to this name with `-rejected` appended")
        @WithDefault("sensorline-points")
        @WithConverter(KafkaTopicName.class)
        String topic();

        @Setting("consumer group of the writers that share the topic")
        @WithDefault("sensorline-writers")
        @WithConverter(Group.class)
        String group();

        @Setting(
                "how to authenticate by SASL, when there is a user name. `PLAIN` shows the broker the password: use it with TLS only")
        @WithDefault("SCRAM-SHA-512")
        @WithConverter(SaslMechanism.class)
        String saslMechanism();

        @Setting("how the bridge compresses records; `snappy` and `zstd` on the JVM only")
        @WithDefault("none")
        @WithConverter(Compression.class)
        CompressionType compressionType();

        default Optional<String> secret() {
            return Credentials.password("KAFKA", this);
        }
    }

    /** How readings travel together. */
    interface Batch {

        @Setting(
                "maximum number of readings in a batch, and of their points that are in memory together: a reading is not divided")
        @WithDefault("5000")
        @WithConverter(Size.class)
        int size();

        @Setting("how long a reading waits at most for its batch to fill")
        @WithDefault("180ms")
        @WithConverter(LengthOfTime.class)
        Duration age();

        /** Batches on their way to InfluxDB at once. */
        @WithDefault("2")
        int inFlight();
    }

    /** Health and metrics. */
    interface Http {

        @Setting("address of health (`/q/health`) and metrics (`/q/metrics`); `0.0.0.0` in the images")
        @WithDefault("127.0.0.1")
        @WithConverter(Settings.Host.class)
        String host();

        @Setting("port of health and metrics")
        @WithDefault("8080")
        @WithConverter(Settings.Port.class)
        int port();

        @Setting("proxy on the way to an `http://` address of InfluxDB; its URL may contain user and password")
        Optional<@WithConverter(ProxyUrl.class) HttpAddress> proxy();
    }

    /** Health and metrics for those outside. */
    interface Https {

        @Setting("address of HTTPS, when there is a certificate")
        @WithDefault("0.0.0.0")
        @WithConverter(Settings.Host.class)
        String host();

        @Setting("port of HTTPS, when there is a certificate")
        @WithDefault("8443")
        @WithConverter(Settings.Port.class)
        int port();

        @Setting("PEM: certificate for health and metrics over HTTPS as well; a renewed one is used within a minute")
        Optional<@WithConverter(ServerFile.class) Path> certificateFile();

        @Setting("PEM: the key of the certificate")
        Optional<@WithConverter(ServerFile.class) Path> keyFile();

        @Setting("PEM: the authorities of client certificates")
        Optional<@WithConverter(ServerFile.class) Path> caFile();

        @Setting("client names (CN) that are authorised, separated by commas")
        Optional<List<@WithConverter(CommonName.class) String>> clients();

        @Setting("proxy on the way to an `https://` address of InfluxDB")
        Optional<@WithConverter(ProxyUrl.class) HttpAddress> proxy();
    }

    /** What is reached without a proxy. */
    interface No {

        @Setting(
                "hosts that are reached without a proxy, separated by commas: names, ends of names such as `.example.org`, or `*`")
        Optional<List<String>> proxy();
    }

    /** What the ingestor says of itself. */
    interface Log {

        @Setting("how the log is written; `json` is an object on each line")
        @WithDefault("text")
        @WithConverter(LogFormat.Name.class)
        LogFormat format();
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
    final class RoleOf extends Choice<Role> {

        private static final long serialVersionUID = 1L;

        @Override
        protected List<Role> values() {
            return List.of(Role.values());
        }

        @Override
        public Role convert(String text) {
            return super.convert(text);
        }
    }

    /** A broker of Kafka. */
    final class Server extends SettingConverter<HostAndPort> {

        private static final long serialVersionUID = 1L;

        @Override
        public String allowed() {
            return "host:port, or several of them separated by commas";
        }

        @Override
        protected Optional<HostAndPort> read(String text) {
            String server = text.strip();
            // Kafka's clients allow no more in an address.
            if (!server.matches("\\[?[\\w.:%-]+]?:\\d+")) {
                return Optional.empty();
            }
            int colon = server.lastIndexOf(':');
            try {
                return Optional.of(new HostAndPort(
                        server.substring(0, colon), new Settings.Port().convert(server.substring(colon + 1))));
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }

        @Override
        public HostAndPort convert(String text) {
            return super.convert(text);
        }
    }

    /** The name of a topic of Kafka, which has room for an ending. */
    final class KafkaTopicName extends Text {

        private static final long serialVersionUID = 1L;

        @Override
        public String allowed() {
            return "a name of up to 200 letters, digits, ., _ and -";
        }

        @Override
        protected boolean isAllowed(String text) {
            return text.matches("[\\w.-]{1,200}") && !text.matches("\\.+");
        }
    }

    /** The name of a consumer group. */
    final class Group extends Text {

        private static final long serialVersionUID = 1L;

        @Override
        public String allowed() {
            return "a name that is not empty: Kafka keeps under it what has been written";
        }

        @Override
        protected boolean isAllowed(String text) {
            return !text.isBlank();
        }
    }

    /** Of SASL's mechanisms those that need no more than a name and a password. */
    final class SaslMechanism extends Choice<String> {

        private static final long serialVersionUID = 1L;

        @Override
        protected List<String> values() {
            return List.of("SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN");
        }

        @Override
        protected String nameOf(String value) {
            return value;
        }

        @Override
        public String convert(String text) {
            return super.convert(text);
        }
    }

    /** How Kafka's records are compressed. */
    final class Compression extends Choice<CompressionType> {

        private static final long serialVersionUID = 1L;

        @Override
        protected List<CompressionType> values() {
            return List.of(CompressionType.values());
        }

        @Override
        public CompressionType convert(String text) {
            return super.convert(text);
        }
    }

    /** An identifier that the broker accepts and keeps a session for. */
    final class ClientId extends Text {

        private static final long serialVersionUID = 1L;

        /** In bytes, of 65,535 (MQTT 5, 1.5.4); -rejected may be appended. */
        private static final int LONGEST = 65_000;

        @Override
        public String allowed() {
            return "a name that is not empty, without control characters: the broker keeps the session under it";
        }

        @Override
        protected boolean isAllowed(String text) {
            return !text.isBlank()
                    && text.chars().noneMatch(Character::isISOControl)
                    && text.getBytes(StandardCharsets.UTF_8).length <= LONGEST;
        }
    }

    /** A connection for rejected readings. */
    final class RejectedConnectionOf extends Choice<RejectedConnection> {

        private static final long serialVersionUID = 1L;

        @Override
        protected List<RejectedConnection> values() {
            return List.of(RejectedConnection.values());
        }

        @Override
        public RejectedConnection convert(String text) {
            return super.convert(text);
        }
    }

    /** A length of time after which something is repeated; none if it is 0. */
    final class StatusPeriod extends LengthOfTime {

        private static final long serialVersionUID = 1L;

        @Override
        public String allowed() {
            return "0, or at least 1 second (such as 10 or 1m), at most 365 days";
        }

        @Override
        protected boolean isAllowed(Duration duration) {
            return duration.isZero() || duration.compareTo(Duration.ofSeconds(1)) >= 0;
        }
    }

    /** How long a payload may be. */
    final class PayloadBytes extends WholeNumber {

        private static final long serialVersionUID = 1L;

        public PayloadBytes() {
            super(1, 1_048_576);
        }
    }

    /** How much of a rejected payload is kept. */
    final class RejectedBytes extends WholeNumber {

        private static final long serialVersionUID = 1L;

        public RejectedBytes() {
            super(0, 1_048_576);
        }
    }

    /** How many points a message may have. */
    final class Points extends WholeNumber {

        private static final long serialVersionUID = 1L;

        public Points() {
            super(1, 100_000);
        }
    }

    /** A quality of service that loses nothing or says so. */
    final class Qos extends WholeNumber {

        private static final long serialVersionUID = 1L;

        public Qos() {
            super(0, 1);
        }
    }

    /** The order of acknowledgements. */
    final class AckOrder extends Choice<AcknowledgementOrder> {

        private static final long serialVersionUID = 1L;

        @Override
        protected List<AcknowledgementOrder> values() {
            return List.of(AcknowledgementOrder.values());
        }

        @Override
        public AcknowledgementOrder convert(String text) {
            return super.convert(text);
        }
    }

    /** The address of a proxy; none when empty. Without a scheme it is http, as curl takes it. */
    final class ProxyUrl extends SettingConverter<HttpAddress> {

        private static final long serialVersionUID = 1L;

        @Override
        public String allowed() {
            return "a URL such as http://proxy:3128";
        }

        @Override
        protected Optional<HttpAddress> read(String text) {
            String url = text.contains("://") ? text : "http://" + text.strip();
            return HttpAddress.parse(url).filter(address -> !address.tls());
        }

        @Override
        public HttpAddress convert(String text) {
            return text.isEmpty() ? none() : super.convert(text);
        }
    }

    /** How many readings go together. */
    final class Size extends WholeNumber {

        private static final long serialVersionUID = 1L;

        public Size() {
            super(1, 100_000);
        }
    }

    /** A file that Quarkus reads for its HTTP server, from a list that is separated by commas. */
    final class ServerFile extends Settings.ReadableFile {

        private static final long serialVersionUID = 1L;

        @Override
        public String allowed() {
            return super.allowed() + ", without a comma in its name";
        }

        @Override
        protected Optional<Path> read(String text) {
            return text.indexOf(',') < 0 ? super.read(text) : Optional.empty();
        }
    }

    /** A name that needs no escape in a distinguished name (RFC 4514). */
    final class CommonName extends SettingConverter<String> {

        private static final long serialVersionUID = 1L;

        @Override
        public String allowed() {
            return "names separated by commas, of letters, digits, _, . and -";
        }

        @Override
        protected Optional<String> read(String text) {
            return Optional.of(text.strip()).filter(name -> name.matches("[\\w.-]+"));
        }

        @Override
        public String convert(String text) {
            return super.convert(text);
        }
    }
}
