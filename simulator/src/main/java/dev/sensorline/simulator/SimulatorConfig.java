package dev.sensorline.simulator;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import dev.sensorline.application.LogFormat;
import dev.sensorline.application.Setting;
import dev.sensorline.application.SettingConverter;
import dev.sensorline.application.Settings;
import dev.sensorline.application.Settings.Choice;
import dev.sensorline.application.Settings.LengthOfTime;
import dev.sensorline.application.Settings.Text;
import dev.sensorline.application.Settings.WholeNumber;
import dev.sensorline.mqtt.connector.BrokerSettings;
import dev.sensorline.simulator.waveform.SensorType;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;

/**
 * All settings of a sensor. Each property is set by the variable of the same name: {@code sim.host} by SIM_HOST. The table in
 * this module's README is made from here.
 */
@ConfigMapping(prefix = "sim")
public interface SimulatorConfig extends BrokerSettings {

    /** What the variables begin with. */
    String PREFIX = "SIM";

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

    @Setting("topic of the readings; `{name}` stands for the sensor's name")
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

    @Setting(value = "stop after this number of published readings, with exit code 0", unset = "unlimited")
    @WithConverter(Count.class)
    Optional<Integer> readings();

    @Setting("readings queued while the broker is away, at QoS 1 and 2")
    @WithDefault("10000")
    @WithConverter(QueueSize.class)
    int queue();

    @Setting("how the log is written; `json` is an object on each line")
    @WithDefault("text")
    @WithConverter(LogFormat.Name.class)
    LogFormat logFormat();

    /** The variable that sets a property. Both services have the same one for the log, so it has no prefix. */
    static String variableOf(String property) {
        return property.equals("sim.log-format") ? "LOG_FORMAT" : property.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /** A level of a topic (MQTT 3.1.1, 4.7). */
    final class Name extends Text {

        private static final long serialVersionUID = 1L;

        @Override
        public String allowed() {
            return "a name without +, # and /";
        }

        @Override
        protected boolean isAllowed(String text) {
            return !text.isBlank() && text.chars().noneMatch(c -> c == '+' || c == '#' || c == '/' || c == 0);
        }
    }

    /** The name of a topic (MQTT 3.1.1, 4.7): no wildcards. */
    final class Topic extends Text {

        private static final long serialVersionUID = 1L;

        @Override
        public String allowed() {
            return "a topic without + and #, such as sensor/{name}";
        }

        @Override
        protected boolean isAllowed(String text) {
            return !text.isBlank() && text.chars().noneMatch(c -> c == '+' || c == '#' || c == 0);
        }
    }

    /** At least a millisecond, the resolution of the timer. */
    final class Period extends LengthOfTime {

        private static final long serialVersionUID = 1L;
        private static final Duration SHORTEST = Duration.ofMillis(1);

        @Override
        public String allowed() {
            return "at least 0.001: seconds (such as 1 or 0.05) or a duration (such as 250ms, 2s or 1m)";
        }

        @Override
        protected boolean isAllowed(Duration duration) {
            return duration.compareTo(SHORTEST) >= 0;
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
            return text.isEmpty() ? null : super.convert(text);
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
            return text.isEmpty() ? null : super.convert(text);
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
