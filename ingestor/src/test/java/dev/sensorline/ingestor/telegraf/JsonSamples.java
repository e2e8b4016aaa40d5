package dev.sensorline.ingestor.telegraf;

import static dev.sensorline.ingestor.telegraf.Difference.LOST_BY_TELEGRAF;
import static dev.sensorline.ingestor.telegraf.Difference.NONE;
import static dev.sensorline.ingestor.telegraf.Difference.ONLY_TELEGRAF;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

/** Random JSON documents, each with one odd value at most. The same seed gives the same sequence. */
final class JsonSamples {

    private static final long FIRST_TIME_MILLIS = 1_700_000_000_000L;

    private static final List<String> FLOATS = List.of(
            "0",
            "-0",
            "21",
            "21.5",
            "-3.25",
            "1e3",
            "1E-3",
            "2.5e+2",
            "4.9e-324",
            "1.7976931348623157e308",
            "9007199254740993",
            "123456789012345678901234567890",
            "0.1",
            "\"21.5\"",
            "\"-7\"",
            "\"1e3\"");
    private static final List<String> INTEGERS = List.of(
            "0",
            "-0",
            "412",
            "-7",
            "9007199254740993",
            "9223372036854775807",
            "-9223372036854775808",
            "\"412\"",
            "\"-7\"");
    private static final List<String> BINARY_INTEGERS =
            List.of("0", "412", "-7", "1000000", "9007199254740991", "\"412\"");
    private static final List<String> BOOLEANS = List.of("true", "false");
    private static final List<String> STRINGS = List.of(
            "\"clear\"",
            "\"a b\"",
            "\"ü 日 🌡\"",
            "\"a\\\"b\\\\c\"",
            "\"x,y=z\"",
            "\"21.5\"",
            "21",
            "21.5",
            "true",
            "\"\\u00e9\"");
    private static final List<String> TAGS = List.of("\"north\"", "\"a b\"", "\"x,y=z\"", "\"日\"", "7", "true", "21.5");

    private final Random random;

    // Of the current document.
    private boolean mayBeOdd;
    private @Nullable Odd odd;
    private String oddType = "";
    /** Whether the document becomes one in a binary format. */
    private boolean isBinary;

    private long times;

    JsonSamples(long seed) {
        random = new Random(seed);
    }

    private Sample sample(Supplier<String> document) {
        return sample(document, 10);
    }

    /** @param oddDocuments how many in a hundred are odd as a whole */
    private Sample sample(Supplier<String> document, int oddDocuments) {
        mayBeOdd = random.nextInt(3) == 0;
        odd = null;
        String text = document.get();
        if (odd != null) {
            return Sample.odd(text, oddType + " " + odd.text(), odd.difference());
        }
        return random.nextInt(100) < oddDocuments ? oddDocument(text) : Sample.usual(text);
    }

    private static Sample oddDocument(int kind, String text) {
        return switch (kind) {
            case 0 -> Sample.odd("\ufeff" + text, "byte order mark", LOST_BY_TELEGRAF);
            case 1 -> Sample.odd(text + "\0", "zero byte at the end", LOST_BY_TELEGRAF);
            case 2 -> Sample.odd(" \r\n\t" + text + "\n", "blanks around", NONE);
            case 3 -> Sample.odd(text.substring(0, text.length() - 1), "cut", NONE);
            case 4 -> Sample.odd("x" + text, "malformed", NONE);
            case 5 -> Sample.odd("null", "null", NONE);
            case 6 -> Sample.odd(text + "\n" + text, "several documents", LOST_BY_TELEGRAF);
            default -> Sample.odd(text.replaceFirst("[{]", "{\"x\":NaN,"), "NaN", LOST_BY_TELEGRAF);
        };
    }

    private Sample oddDocument(String text) {
        return oddDocument(random.nextInt(8), text);
    }

    private String value(String type, List<String> usual, List<Odd> oddOnes) {
        if (mayBeOdd && odd == null && !oddOnes.isEmpty() && random.nextInt(4) == 0) {
            odd = oddOnes.get(random.nextInt(oddOnes.size()));
            oddType = type;
            return odd.text();
        }
        return usual.get(random.nextInt(usual.size()));
    }

    /** Different ones, because the ingestor moves different points with the same time apart. */
    private String time() {
        long millis = FIRST_TIME_MILLIS + times++ % 100_000_000;
        return value(
                "time",
                List.of(Long.toString(millis), "\"" + millis + "\"", millis + ".25"),
                isBinary ? List.of() : Odd.TIMES);
    }

    private String reading() {
        return value("float", FLOATS, isBinary ? List.of() : Odd.FLOATS);
    }

    private String whole() {
        return value("integer", isBinary ? BINARY_INTEGERS : INTEGERS, isBinary ? Odd.BINARY_INTEGERS : Odd.INTEGERS);
    }

    private String tag() {
        return value("tag", TAGS, isBinary ? List.of() : Odd.TAGS);
    }

    private void maybe(List<String> members, String name, String value) {
        if (random.nextInt(6) > 0) {
            members.add("\"" + name + "\":" + value);
        }
    }

    private String object(List<String> members) {
        Collections.shuffle(members, random);
        String separator = List.of(",", ", ", ",\n").get(random.nextInt(3));
        return "{" + String.join(separator, members) + "}";
    }

    /** One point, of values at several depths. */
    Sample object() {
        return sample(() -> {
            List<String> env = new ArrayList<>();
            maybe(env, "temp", reading());
            maybe(env, "hum", whole());
            List<String> members = new ArrayList<>();
            maybe(members, "env", object(env));
            maybe(members, "list", "[1," + reading() + "]");
            maybe(members, "rain", value("boolean", BOOLEANS, Odd.BOOLEANS));
            maybe(members, "sky", value("string", STRINGS, Odd.STRINGS));
            maybe(members, "site", tag());
            if (mayBeOdd && odd == null && random.nextInt(20) == 0) {
                odd = new Odd("absent", LOST_BY_TELEGRAF);
                oddType = "time";
            } else {
                members.add("\"at\":" + time());
            }
            members.add("\"battery\":3.1");
            return object(members);
        });
    }

    /** A point of each element of an array, with a value around it. */
    Sample array() {
        return sample(() -> {
            List<String> members = new ArrayList<>();
            members.add("\"values\":" + elements());
            maybe(members, "site", TAGS.get(random.nextInt(TAGS.size())));
            return object(members);
        });
    }

    /** A document that is an array of points. */
    Sample batch() {
        return sample(this::elements);
    }

    private String elements() {
        List<String> elements = new ArrayList<>();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            List<String> element = new ArrayList<>();
            maybe(element, "id", tag());
            element.add("\"reading\":" + reading());
            maybe(element, "n", whole());
            element.add("\"t\":" + time());
            elements.add(object(element));
        }
        return "[" + String.join(",", elements) + "]";
    }

    /** The same in a binary format. */
    Sample binaryBatch(UnaryOperator<byte[]> format) {
        isBinary = true;
        Sample json = sample(this::elements, 0);
        return new Sample(format.apply(json.payload()), json.odd(), json.difference());
    }

    /** A bare number. */
    Sample bare() {
        if (random.nextInt(5) > 0) {
            String number = random.nextBoolean()
                    ? Double.toString(random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20))
                    : Integer.toString(random.nextInt());
            return Sample.usual(List.of("", " ", "\n").get(random.nextInt(3))
                    + number
                    + List.of("", "\n", " ").get(random.nextInt(3)));
        }
        return switch (random.nextInt(8)) {
            case 0 -> Sample.odd("21.5\0", "zero byte at the end", NONE);
            case 1 -> Sample.odd("\ufeff21.5", "byte order mark", LOST_BY_TELEGRAF);
            case 2 -> Sample.odd("\"21.5\"", "JSON string", LOST_BY_TELEGRAF);
            case 3 -> Sample.odd("ON", "word", NONE);
            case 4 -> Sample.odd("12 13", "several values", ONLY_TELEGRAF);
            case 5 -> Sample.odd("nan", "not finite", NONE);
            case 6 -> Sample.odd("", "empty", NONE);
            default -> Sample.odd("null", "null", NONE);
        };
    }
}
