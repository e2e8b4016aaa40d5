package dev.sensorline.ingestor.telegraf;

import static dev.sensorline.ingestor.telegraf.Difference.LOST_BY_TELEGRAF;
import static dev.sensorline.ingestor.telegraf.Difference.NONE;
import static dev.sensorline.ingestor.telegraf.Difference.ONLY_TELEGRAF;
import static dev.sensorline.ingestor.telegraf.Difference.OTHER_VALUE;

import java.util.List;
import java.util.Random;

/** Random bare values, of which some are odd. The same seed gives the same sequence. */
final class ValueSamples {

    private final Random random;

    ValueSamples(long seed) {
        random = new Random(seed);
    }

    private String one(String... of) {
        return of[random.nextInt(of.length)];
    }

    private Sample sample(String usual, List<Sample> odd) {
        return random.nextInt(5) > 0
                ? Sample.usual(one("", " ", "\n") + usual + one("", "\n", " "))
                : odd.get(random.nextInt(odd.size()));
    }

    private static Sample odd(String payload, Difference difference) {
        return Sample.odd(payload, payload, difference);
    }

    private String anInteger() {
        return random.nextBoolean() ? Long.toString(random.nextLong()) : Integer.toString(random.nextInt(1_000) - 500);
    }

    Sample integer() {
        return sample(
                anInteger(),
                List.of(
                        odd("+5", NONE),
                        odd("007", NONE),
                        odd("1_0", NONE),
                        odd("1.5", NONE),
                        odd("9223372036854775808", NONE),
                        odd("ON", NONE),
                        odd("412.0", LOST_BY_TELEGRAF),
                        odd("1e3", LOST_BY_TELEGRAF),
                        odd("\ufeff412", LOST_BY_TELEGRAF),
                        odd("12 13", ONLY_TELEGRAF)));
    }

    Sample truth() {
        return sample(
                one("true", "false", "True", "FALSE", "1", "0"),
                List.of(
                        odd("maybe", NONE),
                        odd("2", NONE),
                        odd("ON", LOST_BY_TELEGRAF),
                        odd("yes", LOST_BY_TELEGRAF),
                        odd("closed", LOST_BY_TELEGRAF),
                        odd("1.0", LOST_BY_TELEGRAF),
                        odd("tRUE", LOST_BY_TELEGRAF),
                        odd("t", ONLY_TELEGRAF),
                        odd("F", ONLY_TELEGRAF),
                        odd("true false", ONLY_TELEGRAF)));
    }

    Sample text() {
        return sample(
                one("ON", "a b", "21.5", "true", "{\"x\":1}", "say \"hi\"", "C:\\x", "x,y=z", "日 🌡"),
                List.of(
                        odd("ON\0", NONE),
                        odd("\0ON", OTHER_VALUE),
                        odd("", ONLY_TELEGRAF),
                        odd("null", ONLY_TELEGRAF)));
    }

    /** A number, or a text, which Telegraf may store in a field of numbers. */
    Sample number() {
        return sample(
                Double.toString(random.nextGaussian()),
                List.of(odd("ON", ONLY_TELEGRAF), odd("nan", NONE), odd("1,5", ONLY_TELEGRAF)));
    }

    Sample whole() {
        return sample(
                anInteger(), List.of(odd("1.5", ONLY_TELEGRAF), odd("ON", ONLY_TELEGRAF), odd("null", ONLY_TELEGRAF)));
    }
}
