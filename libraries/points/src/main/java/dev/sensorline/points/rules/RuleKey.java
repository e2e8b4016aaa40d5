package dev.sensorline.points.rules;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A key of a rule, and how its text is read. To add one, add its constant here, and say in {@link RuleSettings#rule} what it does.
 *
 * @param <T> what its text stands for
 */
public final class RuleKey<T> {

    private static final Map<String, RuleKey<?>> BY_NAME = new LinkedHashMap<>();

    /** The topic filter, with names for levels. */
    static final RuleKey<TopicFilter> TOPIC = key("topic", stripped(TopicFilter::parse));
    /** The format of the payloads; {@code auto} when unset. */
    static final RuleKey<Format> FORMAT = key("format", choice(Format.values()));
    /** The names of the columns of {@code csv}; those of the first row when unset. */
    static final RuleKey<List<String>> COLUMNS = key("columns", list(Function.identity()));
    /** What separates the cells of {@code csv}; a comma when unset. */
    static final RuleKey<Delimiter> DELIMITER = key("delimiter", choice(Delimiter.values()));
    /** {@code sensor} when unset, or that of the payload with {@code line}. */
    static final RuleKey<SourceText> MEASUREMENT = key("measurement", stripped(SourceText::parse));
    /** Tags beside the named levels. */
    static final RuleKey<List<TagText>> TAGS = key("tags", list(TagText::parse));
    /** Fields; when unset, the payload is read as that of a topic of MQTT_TOPICS. */
    static final RuleKey<List<FieldText>> FIELDS = key("fields", list(FieldText::parse));
    /** What separates the fraction of numbers that are texts; a point when unset. */
    static final RuleKey<DecimalMark> DECIMAL = key("decimal", choice(DecimalMark.values()));
    /** Where a message says its time. */
    static final RuleKey<SourceText> TIME = key("time", stripped(SourceText::parse));
    /** In which unit; milliseconds when unset. */
    static final RuleKey<TimeUnit> TIME_UNIT = key("time-unit", RuleKey::timeUnit);
    /** The zone of times that are texts without an offset. */
    static final RuleKey<ZoneId> TIME_ZONE = key("time-zone", stripped(RuleKey::zone));
    /** The form of times that are texts, instead of ISO 8601. */
    static final RuleKey<TimeFormat> TIME_FORMAT = key("time-format", TimeFormat::parse);
    /** Earlier times are those of a clock that is not set; 2000-01-01 when unset. */
    static final RuleKey<Instant> TIME_EARLIEST = key("time-earliest", stripped(RuleKey::earliest));
    /** What becomes of readings of a clock that is not set; they get the time of arrival when unset. */
    static final RuleKey<InvalidTime> TIME_INVALID = key("time-invalid", choice(InvalidTime.values()));
    /** What becomes of different readings with the same time; as for all rules when unset. */
    static final RuleKey<SameTime> SAME_TIME = key("same-time", choice(SameTime.values()));
    /** What becomes of messages that the broker had retained; as for all rules when unset. */
    static final RuleKey<Retained> RETAINED = key("retained", choice(Retained.values()));
    /** What a document must say so that the rule applies. */
    static final RuleKey<Condition> WHEN = key("when", stripped(Condition::parse));
    /** Whether what the rule applies to is dropped. */
    static final RuleKey<Boolean> IGNORE = key("ignore", choice(true, false));

    private final String name;
    private final Function<String, T> reader;

    private RuleKey(String name, Function<String, T> reader) {
        this.name = name;
        this.reader = reader;
    }

    /** @param reader throws IllegalArgumentException with a message that says what is allowed */
    private static <T> RuleKey<T> key(String name, Function<String, T> reader) {
        RuleKey<T> key = new RuleKey<>(name, reader);
        BY_NAME.put(name, key);
        return key;
    }

    /** All keys, in the order in which they are listed for people. */
    public static Collection<RuleKey<?>> all() {
        return Collections.unmodifiableCollection(BY_NAME.values());
    }

    /** The key with a name, if there is one. */
    static Optional<RuleKey<?>> named(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /** As in a file: {@code time-unit}. */
    @Override
    public String toString() {
        return name;
    }

    /** @throws IllegalArgumentException with a message that says what is allowed */
    T read(String text) {
        return reader.apply(text);
    }

    private static <T> Function<String, T> stripped(Function<String, T> reader) {
        return text -> reader.apply(text.strip());
    }

    private static <T> Function<String, List<T>> list(Function<String, T> reader) {
        return text -> elements(text).stream().map(String::strip).map(reader).toList();
    }

    /** What commas separate; a backslash takes the special meaning from the character behind it. */
    private static List<String> elements(String text) {
        List<String> elements = new ArrayList<>();
        StringBuilder element = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == ',') {
                elements.add(element.toString());
                element.setLength(0);
            } else if (c != '\\') {
                element.append(c);
            } else if (++i < text.length()) {
                element.append(text.charAt(i));
            }
        }
        elements.add(element.toString());
        elements.removeIf(String::isEmpty);
        return elements;
    }

    @SafeVarargs
    private static <T> Function<String, T> choice(T... values) {
        List<String> names = Stream.of(values)
                .map(value -> value.toString().toLowerCase(Locale.ROOT))
                .toList();
        return text -> {
            int index = names.indexOf(text.strip());
            if (index < 0) {
                int last = names.size() - 1;
                throw new IllegalArgumentException(
                        "must be " + String.join(", ", names.subList(0, last)) + " or " + names.get(last));
            }
            return values[index];
        };
    }

    private static TimeUnit timeUnit(String text) {
        try {
            return text.strip().equals("rfc3339")
                    ? TimeUnit.ISO8601
                    : choice(TimeUnit.values()).apply(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(e.getMessage() + " (or rfc3339, which is the same)", e);
        }
    }

    private static ZoneId zone(String text) {
        try {
            return ZoneId.of(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("must be a time zone such as Europe/Berlin, UTC or +01:00", e);
        }
    }

    private static Instant earliest(String text) {
        try {
            return IsoTime.parse(text.indexOf(':') < 0 ? text + "T00:00" : text, ZoneOffset.UTC)
                    .time()
                    .toInstant();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "must be a date such as 2000-01-01, or a time such as 2000-01-01T00:00:00Z", e);
        }
    }
}
