package dev.sensorline.simulator;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import dev.sensorline.application.BadConfiguration;
import dev.sensorline.application.LogFormat;
import dev.sensorline.application.Setting;
import dev.sensorline.application.SettingConverter;
import dev.sensorline.application.Settings;
import dev.sensorline.application.Settings.Choice;
import dev.sensorline.application.Settings.LengthOfTime;
import dev.sensorline.application.Settings.Text;
import dev.sensorline.application.Settings.WholeNumber;
import dev.sensorline.fleet.waveform.SensorType;
import dev.sensorline.mqtt.client.ProtocolVersion;
import dev.sensorline.mqtt.client.PublishProperties;
import dev.sensorline.mqtt.connector.BrokerSettings;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;

/**
 * All settings of a sensor. Each property is set by the variable of the same name: {@code sim.host} by SIM_HOST. The table in
 * this module's README is made from here.
 */
@ConfigMapping(prefix = "sim")
public interface SimulatorConfig extends BrokerSettings, FleetSettings {

    /** What the variables begin with. */
    String PREFIX = "SIM";

    /** In bytes of UTF-8. */
    int LONGEST_STRING = 65_535;

    @Setting("name of the sensor, also its MQTT client id")
    @WithDefault("sensor")
    @WithConverter(Name.class)
    String name();

    @Setting("time between two readings")
    @WithDefault("1")
    @WithConverter(Period.class)
    Duration period();

    @Setting("type of the sensor, which decides the waveform")
    @WithDefault("temperature")
    @WithConverter(Type.class)
    SensorType type();

    @Setting("topic of the readings; `{name}` stands for `SIM_NAME` and `{type}` for `SIM_TYPE`")
    @WithDefault("sensor/{name}")
    @WithConverter(Topic.class)
    String topic();

    @Setting("MQTT quality of service")
    @WithDefault("0")
    @WithConverter(Qos.class)
    int qos();

    @Setting(
            "version of MQTT; `auto`: 5, or 3.1.1 where the broker does not accept that. With 5, Mosquitto's defaults allow 20 messages in flight")
    @WithDefault("3.1.1")
    @WithConverter(BrokerSettings.Version.class)
    String mqttVersion();

    @Setting("whether the broker retains the last reading for later subscribers")
    @WithDefault("false")
    @WithConverter(Settings.Flag.class)
    boolean retain();

    @Setting(
            "payload: `value` is the bare number; `json` is `{\"type\": …, \"name\": …, \"value\": …, \"time\": …}`, with the time in epoch milliseconds")
    @WithDefault("value")
    @WithConverter(Format.class)
    PayloadFormat format();

    @Setting(value = "the same seed makes the same readings", unset = "random")
    @WithConverter(Seed.class)
    Optional<Long> seed();

    @Setting(
            value =
                    "stop after this number of published readings, with exit code 0; of a fleet, each sensor has so many",
            unset = "unlimited")
    @WithConverter(Count.class)
    Optional<Integer> readings();

    @Setting("readings queued while the broker is away, at QoS 1 and 2")
    @WithDefault("10000")
    @WithConverter(QueueSize.class)
    int queue();

    @Setting("readings published and not yet acknowledged by the broker: a larger number for a slow connection")
    @WithDefault("100")
    @WithConverter(Inflight.class)
    int inflight();

    @Setting(
            "time from connecting to the first reading; `seed` is a part of the period that the seed decides, so that sensors that are started together do not publish in the same millisecond")
    @WithDefault("0")
    @WithConverter(PhaseOf.class)
    Phase phase();

    @Setting(
            value =
                    "user properties of each reading, as name=value, separated by commas, such as `site=lab,room=1`; needs MQTT 5, and is left out where `SIM_MQTT_VERSION=auto` finds only 3.1.1",
            unset = "none")
    @WithConverter(Properties.class)
    Optional<UserProperties> userProperties();

    @Setting(
            value =
                    "how long the broker keeps a reading for subscribers that are away, rounded up to whole seconds; needs MQTT 5, like `SIM_USER_PROPERTIES`",
            unset = "for ever")
    @WithConverter(Expiry.class)
    Optional<Duration> messageExpiry();

    @Setting("how the log is written; `json` is an object on each line")
    @WithDefault("text")
    @WithConverter(LogFormat.Name.class)
    LogFormat logFormat();

    /**
     * The topic with its placeholders filled in.
     *
     * @throws BadConfiguration if it is too long
     */
    static String topicOfReadings(SimulatorConfig config) {
        String topic = config.topic()
                .replace("{name}", config.name())
                .replace("{type}", config.type().name().toLowerCase(Locale.ROOT));
        if (!fits(topic)) {
            throw new BadConfiguration("SIM_TOPIC and SIM_NAME: must be a topic of at most 65,535 bytes together");
        }
        return topic;
    }

    /**
     * What each reading says besides its value.
     *
     * @throws BadConfiguration if the version of MQTT cannot send it
     */
    static PublishProperties propertiesOfReadings(SimulatorConfig config) {
        if (config.mqttVersion().equals(ProtocolVersion.V3_1_1.toString())) {
            requireUnset("SIM_USER_PROPERTIES", config.userProperties());
            requireUnset("SIM_MESSAGE_EXPIRY", config.messageExpiry());
        }
        return new PublishProperties(
                config.userProperties().map(UserProperties::pairs).orElse(List.of()), config.messageExpiry());
    }

    private static void requireUnset(String variable, Optional<?> value) {
        if (value.isPresent()) {
            throw new BadConfiguration("%s=%s: must not be set with SIM_MQTT_VERSION=3.1.1: set that to 5 or auto"
                    .formatted(variable, value.get()));
        }
    }

    /** Whether a text can be a string of MQTT that every broker accepts (MQTT 3.1.1, 1.5.3). */
    private static boolean fits(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length <= LONGEST_STRING
                && text.chars().noneMatch(Character::isISOControl);
    }

    /** The variable that sets a property. All services have the same one for the log, so it has no prefix. */
    static String variableOf(String property) {
        return property.equals("sim.log-format")
                ? "LOG_FORMAT"
                : property.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /** A level of a topic (MQTT 3.1.1, 4.7). */
    final class Name extends Text {

        private static final long serialVersionUID = 1L;

        @Override
        public String allowed() {
            return "a name without +, #, / and control characters";
        }

        @Override
        protected boolean isAllowed(String text) {
            return !text.isBlank() && fits(text) && text.chars().noneMatch(c -> c == '+' || c == '#' || c == '/');
        }
    }

    /** The name of a topic (MQTT 3.1.1, 4.7): no wildcards, and none of those that begin with $, which are the broker's own. */
    final class Topic extends Text {

        private static final long serialVersionUID = 1L;

        @Override
        public String allowed() {
            return "a topic such as sensor/{name}: without +, # and control characters, not beginning with $, of at most 65535 bytes";
        }

        @Override
        protected boolean isAllowed(String text) {
            return !text.isBlank()
                    && fits(text)
                    && !text.startsWith("$")
                    && text.chars().noneMatch(c -> c == '+' || c == '#');
        }
    }

    /** At least a millisecond, the resolution of the timer. */
    final class Period extends LengthOfTime {

        private static final long serialVersionUID = 1L;
        private static final Duration SHORTEST = Duration.ofMillis(1);

        @Override
        public String allowed() {
            return "from 0.001 to 365 days: seconds (such as 1 or 0.05) or a duration (such as 250ms, 2s or 1m)";
        }

        @Override
        protected boolean isAllowed(Duration duration) {
            return duration.compareTo(SHORTEST) >= 0;
        }
    }

    /** None, a length of time, or by the seed. */
    final class PhaseOf extends SettingConverter<Phase> {

        private static final long serialVersionUID = 1L;

        @Override
        public String allowed() {
            return "seed, 0 or a duration of at most 365 days (such as 0.05, 250ms or 2s)";
        }

        @Override
        protected Optional<Phase> read(String text) {
            return text.equals(Phase.BY_SEED)
                    ? Optional.of(new Phase(Optional.empty()))
                    : Settings.duration(text)
                            .filter(delay -> !delay.isNegative())
                            .map(delay -> new Phase(Optional.of(delay)));
        }

        @Override
        public Phase convert(String text) {
            return super.convert(text);
        }
    }

    /** How many readings are on their way; packet ids, of 16 bits, are the limit (MQTT 3.1.1, 2.3.1). */
    final class Inflight extends WholeNumber {

        private static final long serialVersionUID = 1L;

        public Inflight() {
            super(1, 65_535);
        }
    }

    /** One of the types there are. */
    final class Type extends Choice<SensorType> {

        private static final long serialVersionUID = 1L;

        @Override
        protected List<SensorType> values() {
            return List.of(SensorType.values());
        }

        @Override
        public SensorType convert(String text) {
            return super.convert(text);
        }
    }

    /** One of the formats there are. */
    final class Format extends Choice<PayloadFormat> {

        private static final long serialVersionUID = 1L;

        @Override
        protected List<PayloadFormat> values() {
            return List.of(PayloadFormat.values());
        }

        @Override
        public PayloadFormat convert(String text) {
            return super.convert(text);
        }
    }

    /** A quality of service. */
    final class Qos extends WholeNumber {

        private static final long serialVersionUID = 1L;

        public Qos() {
            super(0, 2);
        }
    }

    /** User properties; none when empty. */
    final class Properties extends SettingConverter<UserProperties> {

        private static final long serialVersionUID = 1L;

        @Override
        public String allowed() {
            return "name=value, separated by commas (such as site=lab,room=1), without control characters";
        }

        @Override
        protected Optional<UserProperties> read(String text) {
            return UserProperties.parse(text).filter(properties -> fits(text));
        }

        @Override
        public UserProperties convert(String text) {
            return text.isEmpty() ? none() : super.convert(text);
        }
    }

    /** How long a reading is of use; none when empty. */
    final class Expiry extends LengthOfTime {

        private static final long serialVersionUID = 1L;

        @Override
        public Duration convert(String text) {
            return text.isEmpty() ? none() : super.convert(text);
        }
    }

    /** Any whole number; none when empty. */
    final class Seed extends SettingConverter<Long> {

        private static final long serialVersionUID = 1L;

        @Override
        public String allowed() {
            return "a whole number of at most 64 bits";
        }

        @Override
        protected Optional<Long> read(String text) {
            try {
                return Optional.of(Long.valueOf(text));
            } catch (NumberFormatException e) {
                return Optional.empty();
            }
        }

        @Override
        public Long convert(String text) {
            return text.isEmpty() ? none() : super.convert(text);
        }
    }

    /** How many readings; none when empty. */
    final class Count extends WholeNumber {

        private static final long serialVersionUID = 1L;

        public Count() {
            super(1, Integer.MAX_VALUE);
        }

        @Override
        public Integer convert(String text) {
            return text.isEmpty() ? none() : super.convert(text);
        }
    }

    /** How many readings are queued. */
    final class QueueSize extends WholeNumber {

        private static final long serialVersionUID = 1L;

        public QueueSize() {
            super(1, 10_000_000);
        }
    }
}
