package dev.sensorline.console.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import dev.sensorline.application.Credentials;
import dev.sensorline.application.HttpAddress;
import dev.sensorline.application.LogFormat;
import dev.sensorline.application.Setting;
import dev.sensorline.application.SettingConverter;
import dev.sensorline.application.Settings;
import dev.sensorline.application.Settings.Choice;
import dev.sensorline.application.Settings.Text;
import dev.sensorline.application.Settings.WholeNumber;
import dev.sensorline.application.StoreLogin;
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
 * All settings of the console, except the rules ({@link RuleTexts}). {@link Variables} names the variable of each. The table in this
 * module's README is made from here.
 */
@ConfigMapping(prefix = "console")
public interface ConsoleConfig {

    Http http();

    Https https();

    @Setting("how many sensors are held at most; the least recently seen one makes way for a new one")
    @WithDefault("20000")
    @WithConverter(Sensors.class)
    int sensors();

    @Setting("of which time readings are held, for curves, rates and statistics")
    @WithDefault("5m")
    @WithConverter(Window.class)
    Duration window();

    @Setting(
            "how many readings of a field of a sensor are held at most; fewer than the window has where a sensor is fast")
    @WithDefault("300")
    @WithConverter(Readings.class)
    int readings();

    @Setting("how many streams are open at most at once, `/api/stream`; a tenth of them for one client address")
    @WithDefault("200")
    @WithConverter(Streams.class)
    int streams();

    @Setting(
            value = "user name that readers give with HTTP basic authentication, together with the password",
            unset = "anybody may read")
    Optional<String> user();

    @Setting("password of the user")
    Optional<String> password();

    @Setting(value = "file with the password, instead of the variable", allowed = "a file that can be read")
    Optional<Path> passwordFile();

    @Setting(
            value = "file with a bearer token, which readers give instead of user and password",
            unset = "anybody may read",
            allowed = "a file that can be read")
    Optional<Path> tokenFile();

    @Setting("origins of other pages that may read the API in a browser (CORS), separated by commas")
    Optional<List<@WithConverter(Origin.class) String>> origins();

    @Setting(
            "where older readings come from: `influxdb`; `questdb`, which the demo uses; `none`: only what is in memory is shown")
    @WithDefault("influxdb")
    @WithConverter(StoreOf.class)
    Store history();

    @Setting("as for the ingestor: how many points a message may have at most")
    @WithDefault("10000")
    @WithConverter(Points.class)
    int maxPoints();

    @Setting("as for the ingestor: how many bytes the payload of a message has at most")
    @WithDefault("262144")
    @WithConverter(PayloadBytes.class)
    int maxPayloadBytes();

    @Setting("as for the ingestor: what becomes of different readings of a sensor that carry the same time")
    @WithDefault("exact")
    @WithConverter(RuleConverters.SameTimeOf.class)
    SameTime sameTime();

    Mqtt mqtt();

    Influx influx();

    Sensorline sensorline();

    Grafana grafana();

    Log log();

    /** The page, the API, health and metrics. */
    interface Http {

        @Setting("address of the page, the API, health and metrics; `0.0.0.0` in the images")
        @WithDefault("127.0.0.1")
        @WithConverter(Settings.Host.class)
        String host();

        @Setting("port of the page, the API, health and metrics")
        @WithDefault("8090")
        @WithConverter(Settings.Port.class)
        int port();
    }

    /** The same over HTTPS. */
    interface Https {

        @Setting("address of HTTPS, when there is a certificate")
        @WithDefault("0.0.0.0")
        @WithConverter(Settings.Host.class)
        String host();

        @Setting("port of HTTPS, when there is a certificate")
        @WithDefault("8443")
        @WithConverter(Settings.Port.class)
        int port();

        @Setting("PEM: certificate for the page and the API over HTTPS as well; a renewed one is used within a minute")
        Optional<@WithConverter(ServerFile.class) Path> certificateFile();

        @Setting("PEM: the key of the certificate")
        Optional<@WithConverter(ServerFile.class) Path> keyFile();
    }

    /** Where readings come from. */
    interface Mqtt extends BrokerSettings {

        @Setting(
                value = "topic filters, as for the ingestor. A shared subscription is read in full, not shared",
                allowed = "MQTT topic filters")
        @WithDefault("sensor/+")
        Optional<List<@WithConverter(RuleConverters.Filter.class) TopicFilter>> topics();

        @Setting("client id; each console has its own")
        @WithDefault("sensorline-console")
        @WithConverter(ClientId.class)
        String clientId();

        @Setting("version of MQTT; `auto`: 5, or 3.1.1 where the broker does not accept that")
        @WithDefault("auto")
        @WithConverter(BrokerSettings.Version.class)
        String version();

        @Setting(
                "messages that the broker had retained: `take` or `ignore` them; `timed`: take those whose payload carries a time")
        @WithDefault("timed")
        @WithConverter(RuleConverters.RetainedOf.class)
        Retained retained();
    }

    /** Where older readings are. */
    interface Influx extends Credentials {

        @Setting("HTTP interface of InfluxDB 1.8, or of QuestDB with `CONSOLE_HISTORY=questdb`")
        @WithDefault("http://localhost:8086")
        @WithConverter(Settings.HttpUrl.class)
        HttpAddress url();

        @Setting("database")
        @WithDefault("sensors")
        @WithConverter(Settings.DatabaseName.class)
        String database();

        @Setting(value = "retention policy to read from", unset = "the database's default")
        Optional<String> retentionPolicy();

        @Setting(value = "token, instead of a user")
        Optional<String> token();

        @Setting(value = "file with the token, instead of the variable", allowed = "a file that can be read")
        Optional<Path> tokenFile();

        @Setting(
                value = "PEM: the authorities that InfluxDB's certificate is checked against",
                unset = "the machine's authorities")
        Optional<@WithConverter(Settings.ReadableFile.class) Path> caFile();

        /** User name and password, from the variables or the URL. */
        default Optional<Tuple2<String, String>> credentials() {
            return StoreLogin.user(url(), this);
        }

        /** The token, when there is one; then there is no user. */
        default Optional<String> secretToken() {
            return StoreLogin.token(token(), tokenFile(), () -> credentials().isPresent());
        }
    }

    /** What the services of a stack have in common. */
    interface Sensorline {

        @Setting(
                "topic below which the services publish: rejected readings on `<prefix>/rejected/`, the ingestors' status on "
                        + "`<prefix>/status/`")
        @WithDefault("sensorline")
        @WithConverter(Settings.TopicPrefix.class)
        String prefix();
    }

    /** What keeps the history for people. */
    interface Grafana {

        @Setting(
                value = "address of Grafana for a link on the page",
                unset = "no link",
                allowed = "a URL of http or https")
        Optional<@WithConverter(Link.class) String> url();
    }

    /** What the console says of itself. */
    interface Log {

        @Setting("how the log is written; `json` is an object on each line")
        @WithDefault("text")
        @WithConverter(LogFormat.Name.class)
        LogFormat format();
    }

    /** Where older readings come from. */
    enum Store {
        INFLUXDB,
        QUESTDB,
        NONE
    }

    /** A store. */
    final class StoreOf extends Choice<Store> {

        private static final long serialVersionUID = 1L;

        @Override
        protected List<Store> values() {
            return List.of(Store.values());
        }

        @Override
        public Store convert(String text) {
            return super.convert(text);
        }
    }

    /** How many sensors are held. */
    final class Sensors extends WholeNumber {

        private static final long serialVersionUID = 1L;

        public Sensors() {
            super(1, 1_000_000);
        }
    }

    /** How many readings of a field are held. */
    final class Readings extends WholeNumber {

        private static final long serialVersionUID = 1L;

        public Readings() {
            super(2, 100_000);
        }
    }

    /** How many streams are open. */
    final class Streams extends WholeNumber {

        private static final long serialVersionUID = 1L;

        public Streams() {
            super(1, 10_000);
        }
    }

    /** As for the ingestor. */
    final class Points extends WholeNumber {

        private static final long serialVersionUID = 1L;

        public Points() {
            super(1, 100_000);
        }
    }

    /** As for the ingestor. */
    final class PayloadBytes extends WholeNumber {

        private static final long serialVersionUID = 1L;

        public PayloadBytes() {
            super(1, 1_048_576);
        }
    }

    /** Of which time readings are held. */
    final class Window extends SettingConverter<Duration> {

        private static final long serialVersionUID = 1L;

        private static final Duration SHORTEST = Duration.ofSeconds(10);
        private static final Duration LONGEST = Duration.ofDays(1);

        @Override
        public String allowed() {
            return "a duration from 10s to 24h, such as 5m";
        }

        @Override
        protected Optional<Duration> read(String text) {
            return Settings.duration(text)
                    .filter(time -> time.compareTo(SHORTEST) >= 0 && time.compareTo(LONGEST) <= 0);
        }

        @Override
        public Duration convert(String text) {
            return super.convert(text);
        }
    }

    /** An identifier that the broker accepts. */
    final class ClientId extends Text {

        private static final long serialVersionUID = 1L;

        @Override
        public String allowed() {
            return "a name of 1 to 1000 characters, without control characters";
        }

        @Override
        protected boolean isAllowed(String text) {
            return !text.isBlank() && text.length() <= 1_000 && text.chars().noneMatch(Character::isISOControl);
        }
    }

    /** A file of HTTPS. Quarkus reads a list of them. */
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

    /** The origin of a page (RFC 6454). */
    final class Origin extends SettingConverter<String> {

        private static final long serialVersionUID = 1L;

        @Override
        public String allowed() {
            return "origins separated by commas, such as https://example.org or http://localhost:3000, without a path";
        }

        @Override
        protected Optional<String> read(String text) {
            return Optional.of(text.strip())
                    .filter(origin -> origin.matches("https?://([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(:\\d{1,5})?"));
        }

        @Override
        public String convert(String text) {
            return super.convert(text);
        }
    }

    /** The address of a page that a browser opens; none when empty. */
    final class Link extends SettingConverter<String> {

        private static final long serialVersionUID = 1L;

        @Override
        public String allowed() {
            return "a URL such as http://localhost:3000";
        }

        @Override
        protected Optional<String> read(String text) {
            return Optional.of(text.strip()).filter(url -> url.matches("https?://[^\\s\"'<>@]+"));
        }

        @Override
        public String convert(String text) {
            return text.isEmpty() ? none() : super.convert(text);
        }
    }
}
