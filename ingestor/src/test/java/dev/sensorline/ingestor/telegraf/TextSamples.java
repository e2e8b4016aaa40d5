package dev.sensorline.ingestor.telegraf;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** Random line protocol and CSV. The same seed gives the same sequence. */
final class TextSamples {

    private static final long FIRST_TIME_MILLIS = 1_700_000_000_000L;

    private final Random random;
    private long times;

    TextSamples(long seed) {
        random = new Random(seed);
    }

    private String one(String... of) {
        return of[random.nextInt(of.length)];
    }

    private String several(Supplier<String> line) {
        List<String> lines = new ArrayList<>();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            lines.add(line.get());
        }
        return String.join("\n", lines) + one("", "\n");
    }

    /** Lines with tags and fields of all types. */
    Sample lines() {
        return Sample.usual(several(() -> one("", "# a comment\n", "\n") + line()));
    }

    private String line() {
        List<String> fields = new ArrayList<>();
        fields.add("temp=" + one("21.5", "21", "-3.25", "1e3", "0", "4.9e-324", "1.7976931348623157e308"));
        if (random.nextBoolean()) {
            fields.add("hum=" + one("0i", "-7i", "9223372036854775807i", "-9223372036854775808i", "40i"));
        }
        if (random.nextBoolean()) {
            fields.add("on=" + one("t", "T", "true", "True", "TRUE", "f", "F", "false", "False", "FALSE"));
        }
        if (random.nextBoolean()) {
            fields.add("text=" + one("\"a b\"", "\"x,y=z\"", "\"\"", "\"say \\\"hi\\\"\"", "\"C:\\\\x\"", "\"日\""));
        }
        return "weather" + one("", ",room=a", ",room=a\\ b", ",room=x\\,y\\=z,floor=1") + " " + String.join(",", fields)
                + one("", " " + (FIRST_TIME_MILLIS + times++) * 1_000_000);
    }

    /** Rows with the columns t, id, temp and hum. */
    Sample rows() {
        return Sample.usual(several(() -> FIRST_TIME_MILLIS + times++ + ","
                + one("a", "a b", "\"x,y\"", "\"say \"\"hi\"\"\"", "日") + ","
                + one("21.5", "21", "-3.25", "1e3", "\"0.5\"") + "," + one("0", "-7", "9223372036854775807", "40")));
    }
}
