package dev.sensorline.ingestor.telegraf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.sensorline.ingestor.settings.Configured;
import dev.sensorline.points.Point;
import dev.sensorline.points.Reading;
import dev.sensorline.points.decoding.Decoder;
import dev.sensorline.servers.Feature;
import dev.sensorline.servers.junit.Needs;
import io.smallrye.config.PropertiesConfigSource;

/**
 * Telegraf as a second opinion: it reads the same random payloads as the ingestor, and the points are the same, except for what
 * docs/guide/from-telegraf.md explains. More payloads: {@code -Dsensorline.samples=1000000}.
 */
@Needs({Feature.TELEGRAF, Feature.MOSQUITTO})
class TelegrafTest {

    /** Times before it are those of arrivals at the ingestor, which are small numbers here. */
    private static final long SOME_DAYS_NANOS = 1_000_000_000_000_000L;
    /** Times after it are those of arrivals at Telegraf. */
    private static final long AFTER_ALL_SAMPLES_NANOS = 1_720_000_000_000_000_000L;

    private static final Map<String, Case> CASES = new LinkedHashMap<>(GeneratedCases.all());

    static {
        CASES.putAll(RecordedCases.all());
    }

    private static final Map<String, List<ReadPoint>> TELEGRAFS = new HashMap<>();

    @BeforeAll
    static void letTelegrafRead() {
        Map<String, String> parsers = new LinkedHashMap<>();
        Map<String, byte[]> valid = new LinkedHashMap<>();
        Map<String, byte[]> payloads = new LinkedHashMap<>();
        CASES.forEach((name, each) -> {
            parsers.put(name, each.parser());
            valid.put(name, each.valid());
            List<Sample> samples = each.samples();
            for (int i = 0; i < samples.size(); i++) {
                payloads.put(name + "/" + i, samples.get(i).payload());
            }
        });
        try (Telegraf telegraf = new Telegraf(parsers, valid)) {
            telegraf.read(payloads, valid)
                    .forEach(point -> TELEGRAFS
                            .computeIfAbsent(
                                    point.measurement() + "/" + point.tags().get("key"), key -> new ArrayList<>())
                            .add(point.timeNanos() > AFTER_ALL_SAMPLES_NANOS ? point.at(0) : point));
        }
    }

    @AfterAll
    static void forget() {
        TELEGRAFS.clear();
    }

    static Set<String> names() {
        return CASES.keySet();
    }

    @ParameterizedTest
    @MethodSource("names")
    void the_points_are_those_of_telegraf_except_for_explained_differences(String name) {
        Decoder decoder = decoder(name, CASES.get(name).rule());
        List<String> unexplained = new ArrayList<>();
        Set<Difference> expected = EnumSet.of(Difference.NONE);
        Set<Difference> seen = EnumSet.noneOf(Difference.class);
        int points = 0;
        List<Sample> samples = CASES.get(name).samples();
        for (int i = 0; i < samples.size(); i++) {
            Sample sample = samples.get(i);
            List<ReadPoint> ours = read(decoder, name + "/" + i, sample.payload());
            List<ReadPoint> theirs = TELEGRAFS.getOrDefault(name + "/" + i, List.of());
            Difference difference = Difference.of(ours, theirs);
            points += ours.size();
            expected.add(sample.difference());
            seen.add(difference);
            if (difference != Difference.NONE && difference != sample.difference()) {
                unexplained.add("%s (%s instead of %s)%n  %s%n  ingestor %s%n  Telegraf %s"
                        .formatted(sample.odd(), difference, sample.difference(), sample, ours, theirs));
            }
        }
        System.out.printf("[telegraf] %s: %d payloads, %d points%n", name, samples.size(), points);
        assertTrue(
                unexplained.isEmpty(),
                () -> unexplained.size() + ", such as\n"
                        + String.join("\n", unexplained.subList(0, Math.min(10, unexplained.size()))));
        seen.add(Difference.NONE);
        assertEquals(expected, seen, "a difference that is explained is no longer there");
        assertTrue(2 * points >= samples.size(), "few are read");
    }

    private static Decoder decoder(String name, String rule) {
        Map<String, String> settings = new HashMap<>();
        String prefix = "ingestor.rules." + name + ".";
        settings.put(prefix + "topic", name + "/{key}");
        settings.put(prefix + "measurement", name);
        rule.lines().map(line -> line.split("=", 2)).forEach(setting -> settings.put(prefix + setting[0], setting[1]));
        return new Decoder(Configured.rules(new PropertiesConfigSource(settings, "test", 300)), 10_000);
    }

    private static List<ReadPoint> read(Decoder decoder, String topic, byte[] payload) {
        return decoder.decode(new Reading(topic, payload, payload.length, 1)).stream()
                .filter(Point.class::isInstance)
                .map(Point.class::cast)
                .map(point -> ReadPoint.of(point, point.timeNanos() < SOME_DAYS_NANOS ? 0 : point.timeNanos()))
                .toList();
    }
}
