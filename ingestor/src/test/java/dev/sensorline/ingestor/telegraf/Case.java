package dev.sensorline.ingestor.telegraf;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What both are to read.
 *
 * @param rule    keys of a rule, one a line
 * @param parser  the settings of Telegraf's parser
 * @param valid   a payload that Telegraf makes a point of
 * @param samples the payloads
 */
record Case(String rule, String parser, byte[] valid, List<Sample> samples) {

    private static final int SAMPLES = Integer.getInteger("sensorline.samples", 10_000);

    /** With random payloads. */
    Case(String rule, String parser, byte[] valid, Supplier<Sample> samples) {
        this(rule, parser, valid, Stream.generate(samples).limit(SAMPLES).toList());
    }

    Case(String rule, String parser, String valid, Supplier<Sample> samples) {
        this(rule, parser, valid.getBytes(UTF_8), samples);
    }

    /** With recorded payloads, of which Telegraf makes a point of the first. */
    Case(String rule, String parser, List<Sample> samples) {
        this(rule, parser, samples.get(0).payload(), samples);
    }
}
