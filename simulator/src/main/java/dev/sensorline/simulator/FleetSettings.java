package dev.sensorline.simulator;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import dev.sensorline.application.BadConfiguration;
import dev.sensorline.application.Setting;
import dev.sensorline.application.SettingConverter;
import dev.sensorline.application.Settings;
import dev.sensorline.application.Settings.LengthOfTime;
import dev.sensorline.application.Settings.Text;
import dev.sensorline.application.Settings.WholeNumber;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;

/** Settings of a fleet. One sensor uses none of them. */
public interface FleetSettings {

    @Setting(
            "[fleet file](../docs/guide/fleets.md): run its sensors instead of the one that the other variables describe")
    @WithConverter(Settings.ReadableFile.class)
    Optional<Path> file();

    @Setting(
            "run so many copies of the sensor that the other variables describe; `{n}` in `SIM_NAME` stands for their number, which is otherwise behind it")
    @WithConverter(SensorCount.class)
    Optional<Integer> count();

    @Setting(
            value =
                    "of a fleet: how many connections the sensors share; `sensor`: each has its own, with its name as client id",
            unset = "one for 10,000 sensors, up to the number of processors")
    @WithConverter(ConnectionCount.class)
    Optional<Connections> connections();

    @Setting("of a fleet: how many connections are opened a second")
    @WithDefault("500")
    @WithConverter(ConnectRate.class)
    int connectRate();

    @Setting(
            value =
                    "of a fleet: how long it may take until a first connection is accepted; then the run ends with exit code 4, for load tests without anybody who watches",
            unset = "for ever")
    @WithConverter(SimulatorConfig.Expiry.class)
    Optional<Duration> connectLimit();

    @Setting(
            value =
                    "of a fleet: addresses of this machine to connect from, in turn, separated by commas: each has some 28,000 ports",
            unset = "chosen by the system")
    @WithName("addresses")
    Optional<List<@WithConverter(Settings.Host.class) String>> localAddresses();

    @Setting(
            "of a fleet: how late a reading may be sent, if its connection is lost or full; then it is skipped and counted. With a connection for each sensor, what cannot be sent when it is due is skipped")
    @WithDefault("10")
    @WithConverter(Latest.class)
    Duration late();

    @Setting(value = "of a fleet: how long it runs, or each step of `SIM_RATE`", unset = "for ever; 10 s a step")
    @WithConverter(SimulatorConfig.Expiry.class)
    Optional<Duration> duration();

    @Setting(
            value =
                    "of a fleet: readings a second, instead of those of the periods, which are scaled; several are steps of a sweep, which names the highest rate that is reached, and what limits it",
            unset = "by the periods")
    @WithConverter(RateList.class)
    Optional<Rates> rate();

    @Setting("of a fleet: which part of the readings may be missing at the end; if more are, the exit code is 3")
    @WithDefault("0.001")
    @WithConverter(Part.class)
    double tolerance();

    @Setting(
            "of a fleet: the result at the end for people, or for machines as an object of JSON on the last line of the standard output")
    @WithDefault("text")
    @WithConverter(ReportForm.class)
    String report();

    @Setting("of a fleet: print what would be sent within `SIM_DURATION`, from a fixed time on, and connect to nothing")
    @WithDefault("false")
    @WithConverter(Settings.Flag.class)
    boolean dryRun();

    @Setting(
            value =
                    "of a fleet: topic below which [commands](../docs/guide/fleets.md#commands) are taken, such as `fleet`",
            unset = "no commands")
    @WithConverter(CommandPrefix.class)
    Optional<String> commands();

    @Setting(
            value =
                    "of a fleet: [ledger](../docs/guide/fleets.md#ledger) to write, to a file or a topic: what was due, what was sent and what was done to it, for `simulator verify`",
            unset = "none")
    @WithConverter(LedgerTo.class)
    Optional<LedgerPlace> ledger();

    @Setting(
            value =
                    "of a fleet: where `/metrics` answers Prometheus over HTTP: a port of 127.0.0.1, or address and port, such as `0.0.0.0:9100`. See [metrics](../docs/guide/fleets.md#metrics)",
            unset = "no metrics")
    @WithConverter(MetricsAddress.class)
    Optional<ListenAddress> metrics();

    /** Whether the process is a fleet. */
    default boolean isFleet() {
        return file().isPresent() || count().isPresent();
    }

    /**
     * To be called for one sensor.
     *
     * @throws BadConfiguration if something is set that only fleets use
     */
    default void requireNoneOfFleets() {
        requireUnset("SIM_CONNECTIONS", connections().isPresent());
        requireUnset("SIM_CONNECT_LIMIT", connectLimit().isPresent());
        requireUnset("SIM_ADDRESSES", localAddresses().isPresent());
        requireUnset("SIM_DURATION", duration().isPresent());
        requireUnset("SIM_RATE", rate().isPresent());
        requireUnset("SIM_COMMANDS", commands().isPresent());
        requireUnset("SIM_LEDGER", ledger().isPresent());
        requireUnset("SIM_METRICS", metrics().isPresent());
        requireUnset("SIM_DRY_RUN", dryRun());
    }

    private static void requireUnset(String variable, boolean isSet) {
        if (isSet) {
            throw new BadConfiguration("%s: must be set together with SIM_FILE or SIM_COUNT only".formatted(variable));
        }
    }

    /** A file that can be made, or a topic; none when empty. */
    final class LedgerTo extends SettingConverter<LedgerPlace> {

        private static final long serialVersionUID = 1L;

        @Override
        public String allowed() {
            return "a file that can be written, or topic: and a topic (such as topic:fleet/ledger)";
        }

        @Override
        protected Optional<LedgerPlace> read(String text) {
            return LedgerPlace.parse(text);
        }

        @Override
        public LedgerPlace convert(String text) {
            return text.isEmpty() ? none() : super.convert(text);
        }
    }

    /** Where to listen; none when empty. */
    final class MetricsAddress extends SettingConverter<ListenAddress> {

        private static final long serialVersionUID = 1L;

        @Override
        public String allowed() {
            return "a port from 1 to 65535, or an address of this machine with a port (such as 9100, 0.0.0.0:9100 or [::1]:9100)";
        }

        @Override
        protected Optional<ListenAddress> read(String text) {
            return ListenAddress.parse(text.strip());
        }

        @Override
        public ListenAddress convert(String text) {
            return text.isEmpty() ? none() : super.convert(text);
        }
    }

    /**
     * How many connections there are.
     *
     * @param shared empty: each sensor has its own
     */
    record Connections(Optional<Integer> shared) {

        static final String OWN = "sensor";

        /** As it is configured. */
        @Override
        public String toString() {
            return shared.map(String::valueOf).orElse(OWN);
        }
    }

    /** Readings a second. */
    record Rates(List<Double> each) {

        private static final Pattern FORM = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(k?)");
        private static final BigDecimal THOUSAND = BigDecimal.valueOf(1_000);
        private static final double MOST = 10_000_000;

        static Optional<Rates> parse(String text) {
            List<Double> rates = new ArrayList<>();
            for (String part : text.split(",", -1)) {
                Matcher form = FORM.matcher(part.strip());
                if (!form.matches()) {
                    return Optional.empty();
                }
                BigDecimal number = new BigDecimal(form.group(1));
                double rate = (form.group(2).isEmpty() ? number : number.multiply(THOUSAND)).doubleValue();
                if (rate <= 0 || rate > MOST) {
                    return Optional.empty();
                }
                rates.add(rate);
            }
            return Optional.of(new Rates(rates));
        }

        /** As it is configured, without {@code k}. */
        @Override
        public String toString() {
            return each.stream()
                    .map(rate -> BigDecimal.valueOf(rate).stripTrailingZeros().toPlainString())
                    .collect(Collectors.joining(","));
        }
    }

    /** How many sensors; none when empty. */
    final class SensorCount extends WholeNumber {

        private static final long serialVersionUID = 1L;

        public SensorCount() {
            super(1, 1_000_000);
        }

        @Override
        public Integer convert(String text) {
            return text.isEmpty() ? none() : super.convert(text);
        }
    }

    /** How many connections; none when empty. */
    final class ConnectionCount extends SettingConverter<Connections> {

        private static final long serialVersionUID = 1L;
        private static final int MOST = 1_000;

        @Override
        public String allowed() {
            return "sensor or a whole number from 1 to %d".formatted(MOST);
        }

        @Override
        protected Optional<Connections> read(String text) {
            if (text.equals(Connections.OWN)) {
                return Optional.of(new Connections(Optional.empty()));
            }
            try {
                return Optional.of(Integer.valueOf(text))
                        .filter(count -> count >= 1 && count <= MOST)
                        .map(count -> new Connections(Optional.of(count)));
            } catch (NumberFormatException e) {
                return Optional.empty();
            }
        }

        @Override
        public Connections convert(String text) {
            return text.isEmpty() ? none() : super.convert(text);
        }
    }

    /** Connections a second. */
    final class ConnectRate extends WholeNumber {

        private static final long serialVersionUID = 1L;

        public ConnectRate() {
            super(1, 100_000);
        }
    }

    /** How late a reading may be. */
    final class Latest extends LengthOfTime {

        private static final long serialVersionUID = 1L;

        @Override
        public String allowed() {
            return "0, seconds (such as 1 or 0.05) or a duration (such as 250ms, 2s or 1m), at most 365 days";
        }

        @Override
        protected boolean isAllowed(Duration duration) {
            return !duration.isNegative();
        }
    }

    /** Rates; none when empty. */
    final class RateList extends SettingConverter<Rates> {

        private static final long serialVersionUID = 1L;

        @Override
        public String allowed() {
            return "readings a second, from 0.000000001 to 10 million, such as 500 or 10k, or several separated by commas (such as 10k,20k,50k)";
        }

        @Override
        protected Optional<Rates> read(String text) {
            return Rates.parse(text);
        }

        @Override
        public Rates convert(String text) {
            return text.isEmpty() ? none() : super.convert(text);
        }
    }

    /** A part of a whole. */
    final class Part extends SettingConverter<Double> {

        private static final long serialVersionUID = 1L;

        @Override
        public String allowed() {
            return "a number from 0 to 1, such as 0.001";
        }

        @Override
        protected Optional<Double> read(String text) {
            try {
                return Optional.of(new BigDecimal(text))
                        .filter(part -> part.signum() >= 0 && part.compareTo(BigDecimal.ONE) <= 0)
                        .map(BigDecimal::doubleValue);
            } catch (NumberFormatException e) {
                return Optional.empty();
            }
        }

        @Override
        public Double convert(String text) {
            return super.convert(text);
        }
    }

    /** The beginning of a topic; none when empty. */
    final class CommandPrefix extends Text {

        private static final long serialVersionUID = 1L;
        private static final SimulatorConfig.Topic TOPIC = new SimulatorConfig.Topic();

        @Override
        public String allowed() {
            return TOPIC.allowed();
        }

        @Override
        protected boolean isAllowed(String text) {
            return TOPIC.isAllowed(text) && !text.endsWith("/");
        }

        @Override
        public String convert(String text) {
            return text.isEmpty() ? none() : super.convert(text);
        }
    }

    /** For people or for machines. */
    final class ReportForm extends Text {

        private static final long serialVersionUID = 1L;

        static final String JSON = "json";

        @Override
        public String allowed() {
            return "text or json";
        }

        @Override
        protected boolean isAllowed(String text) {
            return text.equals("text") || text.equals(JSON);
        }
    }
}
