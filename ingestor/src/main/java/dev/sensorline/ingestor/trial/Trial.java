package dev.sensorline.ingestor.trial;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.sensorline.application.StartFailure;
import dev.sensorline.ingestor.settings.IngestorConfig;
import dev.sensorline.ingestor.trial.Samples.Sample;
import dev.sensorline.points.ArrivalClock;
import dev.sensorline.points.Decoded;
import dev.sensorline.points.Ignored;
import dev.sensorline.points.Point;
import dev.sensorline.points.Reading;
import dev.sensorline.points.Rejection;
import dev.sensorline.points.Rejection.Reason;
import dev.sensorline.points.decoding.Decoder;
import dev.sensorline.points.lineprotocol.LineProtocol;
import dev.sensorline.points.rules.Rules;
import dev.sensorline.rulesettings.RuleSet;

/**
 * Shows what the rules make of samples: points as line protocol on the output, and for each sample what became of it, and by which
 * rule, beside it. Not thread-safe.
 */
public final class Trial {

    /** The exit code if nothing is set aside. */
    public static final int NOTHING_SET_ASIDE = 0;
    /** The exit code if something is set aside. */
    public static final int SET_ASIDE = 1;

    private final InputStream input;
    private final PrintStream points;
    private final PrintStream remarks;

    /** @param remarks what is not a point */
    public Trial(InputStream input, PrintStream points, PrintStream remarks) {
        this.input = input;
        this.points = points;
        this.remarks = remarks;
    }

    /**
     * Tries samples, and returns the exit code.
     *
     * @param arguments those of the command, without its name
     * @param failure   says what is wrong with the configuration
     */
    public int run(
            List<String> arguments,
            Supplier<IngestorConfig> settings,
            Function<IngestorConfig, RuleSet> rules,
            StartFailure failure) {
        try {
            Samples samples = Samples.of(arguments, Instant.now());
            IngestorConfig config = settings.get();
            return run(samples, config, rules.apply(config).rules());
        } catch (IllegalArgumentException e) {
            remarks.println(e.getMessage());
            remarks.println(Samples.USAGE);
        } catch (IOException | UncheckedIOException e) {
            remarks.println("A sample cannot be read: " + e.getMessage());
        } catch (RuntimeException e) {
            List<String> lines = failure.lines(e);
            if (lines.isEmpty()) {
                throw e;
            }
            lines.forEach(remarks::println);
        } finally {
            points.flush();
            remarks.flush();
        }
        return StartFailure.BAD_CONFIGURATION;
    }

    private int run(Samples samples, IngestorConfig config, Rules rules) throws IOException {
        Decoder decoder = new Decoder(rules, config.maxPoints());
        ArrivalClock clock = new ArrivalClock(Clock.fixed(samples.arrival(), ZoneOffset.UTC));
        int exitCode = NOTHING_SET_ASIDE;
        for (Sample sample : samples.read(input)) {
            int size = sample.payload().length;
            byte[] kept = size <= config.maxPayloadBytes()
                    ? sample.payload()
                    : Arrays.copyOf(sample.payload(), Math.min(config.rejectedBytes(), config.maxPayloadBytes()));
            Reading reading = new Reading(sample.topic(), kept, size, clock.nextNanos(), false, samples.properties());
            if (!show(reading, decoder, rules)) {
                exitCode = SET_ASIDE;
            }
        }
        return exitCode;
    }

    /** Returns whether nothing is set aside. */
    private boolean show(Reading reading, Decoder decoder, Rules rules) {
        Map<Ignored, Long> before = ignored(decoder);
        List<Decoded> decoded = decoder.decode(reading);
        int made = 0;
        boolean isValid = true;
        for (Decoded each : decoded) {
            if (each instanceof Point point) {
                points.print(LineProtocol.line(point) + "\n");
                made++;
            } else {
                isValid &= !show((Rejection) each, decoder, rules);
            }
        }
        if (made > 0) {
            remark(
                    reading,
                    "%d %s%s"
                            .formatted(
                                    made,
                                    made == 1 ? "point" : "points",
                                    decoder.unsetClocks() > 0
                                            ? ", with the time of arrival: the clock is not set"
                                            : ""),
                    decoder);
        }
        ignored(decoder).forEach((reason, count) -> {
            long more = count - before.getOrDefault(reason, 0L);
            if (more > 0) {
                remark(
                        reading,
                        "ignored: %s%s".formatted(reason.key(), more > 1 ? ", " + more + " times" : ""),
                        decoder);
            }
        });
        return isValid;
    }

    /** Returns whether it is set aside. */
    private boolean show(Rejection rejection, Decoder decoder, Rules rules) {
        if (rejection.reason() == Reason.NO_RULE) {
            boolean isUnwanted = rules.isUnwanted(rejection.reading().topic());
            remark(rejection.reading(), isUnwanted ? "ignored: unwanted" : "set aside: no_rule");
            return !isUnwanted;
        }
        String detail = rejection.detail() == null ? "" : " (" + rejection.detail() + ")";
        remark(rejection.reading(), "set aside: " + rejection.reason().key() + detail, decoder);
        return true;
    }

    private void remark(Reading reading, String text, Decoder decoder) {
        remark(reading, text + ", by " + decoder.origin().topic());
    }

    /** What comes from outside must not write lines of its own. */
    private void remark(Reading reading, String text) {
        remarks.println((reading.topic() + ": " + text).replaceAll("\\p{Cntrl}", "?"));
    }

    private static Map<Ignored, Long> ignored(Decoder decoder) {
        Map<Ignored, Long> counts = new EnumMap<>(Ignored.class);
        for (Ignored reason : Ignored.values()) {
            counts.put(reason, decoder.ignored(reason));
        }
        return counts;
    }
}
