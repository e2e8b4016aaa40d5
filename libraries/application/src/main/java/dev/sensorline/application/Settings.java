package dev.sensorline.application;

import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Converters of the settings that services have in common. */
public final class Settings {

    private static final Pattern WITH_UNIT = Pattern.compile("(\\d+(?:\\.\\d*)?|\\.\\d+)\\s*(ms|s|m|h)?");
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    /** Far less than the 292 years that nanoseconds in 64 bits can count. */
    private static final Duration LONGEST = Duration.ofDays(365);

    private Settings() {}

    /** Text of a certain form, as it is. */
    public abstract static class Text extends SettingConverter<String> {

        private static final long serialVersionUID = 1L;

        protected abstract boolean isAllowed(String text);

        @Override
        protected final Optional<String> read(String text) {
            return Optional.of(text).filter(this::isAllowed);
        }

        @Override
        public String convert(String text) {
            return super.convert(text);
        }
    }

    /** A host name or address, without a port. */
    public static final class Host extends Text {

        private static final long serialVersionUID = 1L;

        /** Letters of other scripts are for whoever resolves the name; underscores are in those of Docker's services. */
        private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{M}\\p{N}._-]+");
        /** With at least two colons, and perhaps a zone: {@code fe80::1%eth0}. */
        private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F]*:[0-9a-fA-F]*:[0-9a-fA-F:.]*(?:%[\\w.-]+)?");

        @Override
        public String allowed() {
            return "a host name or an address, without a port";
        }

        @Override
        protected boolean isAllowed(String text) {
            return NAME.matcher(text).matches() || IPV6.matcher(text).matches();
        }
    }

    /** A whole number from a range. */
    public abstract static class WholeNumber extends SettingConverter<Integer> {

        private static final long serialVersionUID = 1L;

        private final int least;
        private final int most;

        protected WholeNumber(int least, int most) {
            this.least = least;
            this.most = most;
        }

        @Override
        public String allowed() {
            return "a whole number from %d to %d".formatted(least, most);
        }

        @Override
        protected Optional<Integer> read(String text) {
            try {
                return Optional.of(Integer.valueOf(text.strip())).filter(number -> number >= least && number <= most);
            } catch (NumberFormatException e) {
                return Optional.empty();
            }
        }

        @Override
        public Integer convert(String text) {
            return super.convert(text);
        }
    }

    /** A TCP port. */
    public static final class Port extends WholeNumber {

        private static final long serialVersionUID = 1L;

        public Port() {
            super(1, 65_535);
        }
    }

    /**
     * One of a few values, by their names in lower case.
     *
     * @param <T> their type
     */
    public abstract static class Choice<T> extends SettingConverter<T> {

        private static final long serialVersionUID = 1L;

        /** All values, in the order in which they are listed for people. */
        protected abstract List<T> values();

        protected String nameOf(T value) {
            return value.toString().toLowerCase(Locale.ROOT);
        }

        @Override
        public String allowed() {
            List<String> names = values().stream().map(this::nameOf).toList();
            int last = names.size() - 1;
            return String.join(", ", names.subList(0, last)) + " or " + names.get(last);
        }

        @Override
        protected Optional<T> read(String text) {
            return values().stream().filter(value -> nameOf(value).equals(text)).findFirst();
        }
    }

    /** Yes or no. */
    public static final class Flag extends Choice<Boolean> {

        private static final long serialVersionUID = 1L;

        @Override
        protected List<Boolean> values() {
            return List.of(true, false);
        }

        @Override
        public Boolean convert(String text) {
            return super.convert(text);
        }
    }

    /** A file that is there; none when empty, as SmallRye Config asks for each {@code Optional} that is not set. */
    public static class ReadableFile extends SettingConverter<Path> {

        private static final long serialVersionUID = 1L;

        @Override
        public String allowed() {
            return "a file that can be read";
        }

        @Override
        protected Optional<Path> read(String text) {
            try {
                return Optional.of(Path.of(text)).filter(file -> Files.isReadable(file) && !Files.isDirectory(file));
            } catch (InvalidPathException e) {
                return Optional.empty();
            }
        }

        @Override
        public Path convert(String text) {
            return text.isEmpty() ? none() : super.convert(text);
        }
    }

    /**
     * A length of time: seconds ({@code 1}, {@code 0.05}), with a unit ({@code 250ms}, {@code 2s}, {@code 1m},
     * {@code 1h}) or in the form of ISO 8601 ({@code PT0.5S}).
     */
    public static class LengthOfTime extends SettingConverter<Duration> {

        private static final long serialVersionUID = 1L;

        @Override
        public String allowed() {
            return "seconds greater than 0 (such as 1 or 0.05) or a duration (such as 250ms, 2s or 1m), at most 365 days";
        }

        /** Whether it is long enough. */
        protected boolean isAllowed(Duration duration) {
            return duration.compareTo(Duration.ZERO) > 0;
        }

        @Override
        protected Optional<Duration> read(String text) {
            return duration(text).filter(this::isAllowed);
        }

        @Override
        public Duration convert(String text) {
            return super.convert(text);
        }
    }

    /** A topic with levels below it. */
    public static final class TopicPrefix extends Text {

        private static final long serialVersionUID = 1L;

        @Override
        public String allowed() {
            return "a topic of up to 200 characters, without +, # and $, and without / at either end";
        }

        @Override
        protected boolean isAllowed(String text) {
            return text.length() <= 200 && text.matches("[^+#$/\\p{Cntrl}]+(/[^+#$/\\p{Cntrl}]+)*");
        }
    }

    /** The address of a server. */
    public static final class HttpUrl extends SettingConverter<HttpAddress> {

        private static final long serialVersionUID = 1L;

        @Override
        public String allowed() {
            return "a URL such as http://localhost:8086, without a query";
        }

        @Override
        protected Optional<HttpAddress> read(String text) {
            return HttpAddress.parse(text);
        }

        @Override
        public HttpAddress convert(String text) {
            return super.convert(text);
        }
    }

    /** The name of a database. */
    public static final class DatabaseName extends Text {

        private static final long serialVersionUID = 1L;

        @Override
        public String allowed() {
            return "a name without /";
        }

        @Override
        protected boolean isAllowed(String text) {
            return !text.isBlank() && text.indexOf('/') < 0;
        }
    }

    /** A length of time, which may be 0 or negative; empty if the text is none, or if it is longer than 365 days. */
    public static Optional<Duration> duration(String text) {
        try {
            return Optional.of(parse(text.strip())).filter(duration -> duration.compareTo(LONGEST) <= 0);
        } catch (DateTimeParseException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    private static Duration parse(String value) {
        Matcher matcher = WITH_UNIT.matcher(value.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            return Duration.parse(value);
        }
        BigDecimal seconds = new BigDecimal(matcher.group(1)).multiply(secondsOf(matcher.group(2)));
        return Duration.ofNanos(seconds.multiply(BigDecimal.valueOf(NANOS_PER_SECOND))
                .toBigInteger()
                .longValueExact());
    }

    private static BigDecimal secondsOf(String unit) {
        return switch (unit == null ? "s" : unit) {
            case "ms" -> new BigDecimal("0.001");
            case "m" -> BigDecimal.valueOf(60);
            case "h" -> BigDecimal.valueOf(3_600);
            default -> BigDecimal.ONE;
        };
    }
}
