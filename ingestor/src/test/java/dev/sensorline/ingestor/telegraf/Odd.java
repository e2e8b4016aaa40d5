package dev.sensorline.ingestor.telegraf;

import static dev.sensorline.ingestor.telegraf.Difference.LOST_BY_TELEGRAF;
import static dev.sensorline.ingestor.telegraf.Difference.NONE;
import static dev.sensorline.ingestor.telegraf.Difference.ONLY_TELEGRAF;
import static dev.sensorline.ingestor.telegraf.Difference.OTHER_TAG;
import static dev.sensorline.ingestor.telegraf.Difference.OTHER_TIME;
import static dev.sensorline.ingestor.telegraf.Difference.OTHER_VALUE;
import static dev.sensorline.ingestor.telegraf.Difference.SEVERAL_POINTS;

import java.util.ArrayList;
import java.util.List;

/**
 * A value in JSON that is not quite of its type, and what the two make of it. docs/guide/from-telegraf.md explains each difference.
 *
 * @param difference the only one that there may be; there is none where the points are the same by chance
 */
record Odd(String text, Difference difference) {

    static final List<Odd> FLOATS = list(
            all(NONE, "\"nan\"", "\"Inf\"", "1e999", "null", "\"+5\"", "\".5\"", "\"5.\""),
            all(LOST_BY_TELEGRAF, "\"\"", "\" 21.5 \"", "\"0x1F\"", "\"20.6 °C\"", "\"21,5\"", "\"ON\"", "{\"x\":1}"),
            all(ONLY_TELEGRAF, "true", "\"0x1p3\"", "\"1_0\""),
            all(SEVERAL_POINTS, "[1,2]"));

    static final List<Odd> INTEGERS = list(
            all(NONE, "null", "\"+5\"", "\"007\"", "412.0", "1e3"),
            all(LOST_BY_TELEGRAF, "\"\"", "\" 412\"", "\"412.0\"", "\"0x1F\"", "\"1_0\"", "\"ON\"", "{\"x\":1}"),
            all(ONLY_TELEGRAF, "true", "1.5", "9223372036854775808", "[1]"));

    static final List<Odd> BOOLEANS = list(
            all(NONE, "\"true\"", "\"True\"", "\"FALSE\"", "0", "1", "1.0", "\"0\"", "\"1\"", "null"),
            all(LOST_BY_TELEGRAF, "\"\"", "\"ON\"", "\"off\"", "\"yes\"", "\"open\"", "\"maybe\"", "2"),
            all(ONLY_TELEGRAF, "\"t\"", "\"T\"", "[true]"));

    static final List<Odd> STRINGS = list(
            all(NONE, "\"\"", "null", "-0"),
            all(ONLY_TELEGRAF, "\"\\ud800\"", "[1]", "{\"x\":1}"),
            all(OTHER_VALUE, "1e3", "1.50", "0.1000", "12345678901234567890"));

    static final List<Odd> TAGS = list(
            all(NONE, "\"\"", "null", "-0", "\" a \""),
            all(LOST_BY_TELEGRAF, "{\"x\":1}"),
            all(ONLY_TELEGRAF, "\"a\\\\\""),
            all(OTHER_TAG, "1e3", "1.50"));

    static final List<Odd> TIMES = list(
            all(NONE, "0", "1.7e12", "1700000000123.75", "\"1700000000123.5\""),
            all(LOST_BY_TELEGRAF, "null", "\"\""),
            all(ONLY_TELEGRAF, "\"2023-11-14T22:13:20Z\"", "true", "[1]", "1e30"),
            all(OTHER_TIME, "1700000000", "-1"));

    /** In CBOR and MessagePack. */
    static final List<Odd> BINARY_INTEGERS = all(LOST_BY_TELEGRAF, "9223372036854775807", "-9223372036854775808");

    private static List<Odd> all(Difference difference, String... texts) {
        return List.of(texts).stream().map(text -> new Odd(text, difference)).toList();
    }

    @SafeVarargs
    private static List<Odd> list(List<Odd>... parts) {
        List<Odd> all = new ArrayList<>();
        List.of(parts).forEach(all::addAll);
        return List.copyOf(all);
    }
}
