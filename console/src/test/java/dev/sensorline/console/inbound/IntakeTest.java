package dev.sensorline.console.inbound;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;

import dev.sensorline.console.VirtualClock;
import dev.sensorline.console.live.LiveLimits;
import dev.sensorline.console.live.LiveSensors;
import dev.sensorline.console.live.Sensor;
import dev.sensorline.console.rejected.RejectedReadings;
import dev.sensorline.console.settings.ConsoleTopics;
import dev.sensorline.console.status.Ingestors;
import dev.sensorline.console.watch.NoWatch;
import dev.sensorline.points.Reading;
import dev.sensorline.points.decoding.Decoder;
import dev.sensorline.points.rules.Retained;
import dev.sensorline.points.rules.SameTime;
import dev.sensorline.points.rules.TopicFilter;
import dev.sensorline.rulesettings.CurrentRules;
import dev.sensorline.rulesettings.Environment;
import dev.sensorline.rulesettings.RuleSet;

class IntakeTest {

    private final VirtualClock clock = new VirtualClock();
    private final CurrentRules rules = new CurrentRules(rules("sensor/+"));
    private final ReadingDecoder decoder = new ReadingDecoder(new Decoder(rules.rules(), 100), rules);
    private final LiveSensors sensors =
            new LiveSensors(new LiveLimits(10, Duration.ofMinutes(5), 300), new NoWatch(), clock);
    private final RejectedReadings rejected = new RejectedReadings(clock);
    private final Ingestors ingestors = new Ingestors(clock);
    private final Intake intake =
            new Intake(
                    new ConsoleTopics("sensorline", List.of()),
                    decoder,
                    sensors,
                    rejected,
                    ingestors,
                    (topic, payload, isRetained) -> {});
    private long arrival = VirtualClock.START * 1_000_000;

    private static RuleSet rules(String filter) {
        return RuleSet.of(
                List.of(TopicFilter.parse(filter)),
                Map.of("timed", Map.of("topic", "timed/{name}", "fields", "value", "time", "/t")),
                SameTime.EXACT,
                Retained.TIMED,
                new Environment(Set.of(), property -> property));
    }

    private void arrive(String topic, String payload, boolean isRetained) {
        byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
        intake.accept(List.of(new Reading(topic, bytes, bytes.length, arrival++, isRetained)));
    }

    private List<String> known() {
        return sensors.all().stream().map(Sensor::name).toList();
    }

    @Test
    void a_reading_becomes_the_sensors_of_its_points() {
        arrive("sensor/A", "21.5", false);
        arrive("sensor/B", "{\"value\":1}", false);
        assertEquals(List.of("A", "B"), known());
    }

    @Test
    void what_is_invalid_is_counted_and_no_sensor() {
        arrive("sensor/A", "abc", false);
        assertEquals(List.of(), known());
        assertEquals(1, decoder.rejected());
    }

    @Test
    void a_retained_reading_without_a_time_is_not_live() {
        arrive("sensor/A", "21.5", true);
        arrive("timed/B", "{\"value\":1,\"t\":%d}".formatted(VirtualClock.START), true);
        assertEquals(List.of("B"), known());
        assertEquals(1, decoder.ignored());
    }

    @Test
    void messages_of_the_services_are_no_readings() {
        arrive("sensorline/status/i", "{\"state\":\"online\"}", true);
        arrive("sensorline/rejected/sensor/A", "{\"topic\":\"sensor/A\",\"reason\":\"empty\"}", false);
        arrive("sensorline/session/i", "x", true);
        assertEquals(List.of(), known());
        assertEquals(1, ingestors.all().size());
        assertEquals(1, rejected.total());
    }

    @Test
    void changed_rules_apply_from_the_next_reading_on() {
        arrive("sensor/A", "1", false);
        rules.replace(rules("plant/+"));
        decoder.useCurrentRules();
        arrive("sensor/B", "1", false);
        arrive("plant/C", "1", false);
        assertEquals(List.of("A", "C"), known());
    }
}
