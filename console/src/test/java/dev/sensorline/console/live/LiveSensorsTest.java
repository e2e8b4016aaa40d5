package dev.sensorline.console.live;

import static dev.sensorline.console.VirtualClock.START;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import dev.sensorline.console.Points;
import dev.sensorline.console.VirtualClock;
import dev.sensorline.console.watch.NoWatch;
import dev.sensorline.console.watch.SensorState;
import dev.sensorline.points.Field;

class LiveSensorsTest {

    private final VirtualClock clock = new VirtualClock();
    private final LiveSensors sensors =
            new LiveSensors(new LiveLimits(3, Duration.ofMinutes(5), 300), new NoWatch(), clock);

    private void add(String name, double value) {
        sensors.add(Points.of(name, value, clock.millis()), 10, true);
    }

    private Sensor sensor(String name) {
        return sensors.find(SensorId.of(Points.series(name))).orElseThrow();
    }

    private static List<String> names(List<Sensor> of) {
        return of.stream().map(Sensor::name).toList();
    }

    @Test
    void the_least_recently_seen_sensor_makes_way_and_is_counted() {
        List.of("A", "B", "C", "A", "D").forEach(name -> add(name, 1));
        assertEquals(List.of("C", "A", "D"), names(List.copyOf(sensors.all())));
        assertEquals(1, sensors.evicted());
        assertEquals(3, sensors.known());
        assertTrue(sensors.find(SensorId.of(Points.series("B"))).isEmpty());
    }

    @Test
    void what_a_sensor_takes_is_free_when_it_has_made_way() {
        for (int i = 0; i < 100; i++) {
            add("S" + i, 1);
        }
        assertEquals(3 * 300 - 3 * 8, sensors.freeReadings());
    }

    @Test
    void many_fields_take_no_more_memory_than_the_readings_of_all_sensors() {
        for (int i = 0; i < 1_000; i++) {
            Field[] fields = new Field[20];
            for (int f = 0; f < 20; f++) {
                fields[f] = new Field.OfFloat("f" + f, i);
            }
            sensors.add(Points.of("A", clock.millis(), fields), 10, true);
            clock.pass(Duration.ofMillis(10));
        }
        assertEquals(16, sensor("A").values().size());
        assertEquals(4_000, sensors.unheldFields());
        assertEquals(0, sensors.freeReadings());
        assertEquals(999.0, sensor("A").values().get("f0"));
    }

    @Test
    void a_frame_has_each_sensor_that_has_changed_in_it_once() {
        add("A", 1);
        add("B", 1);
        add("A", 2);
        assertEquals(List.of("A", "B"), names(sensors.tick().changed()));
        assertEquals(List.of(), names(sensors.tick().changed()));
        add("B", 3);
        LiveSensors.Frame frame = sensors.tick();
        assertEquals(List.of("B"), names(frame.changed()));
        assertEquals(3, frame.number());
        assertEquals(3, sensor("B").changedFrame());
        assertEquals(1, sensor("A").changedFrame());
    }

    @Test
    void only_fields_that_have_changed_are_told() {
        sensors.add(Points.of("A", START, new Field.OfFloat("t", 1), new Field.OfString("s", "x")), 10, true);
        int frame = sensors.tick().number();
        sensors.add(Points.of("A", START, new Field.OfBoolean("s", true), new Field.OfInteger("n", 7)), 10, true);
        assertEquals(Map.of("s", true, "n", 7L), sensor("A").valuesSince(frame));
        assertEquals(Map.of("t", 1.0, "s", true, "n", 7L), sensor("A").values());
    }

    @Test
    void the_main_field_is_called_value_or_is_the_first_number() {
        sensors.add(Points.of("A", START, new Field.OfString("s", "x"), new Field.OfFloat("t", 1)), 10, true);
        assertEquals("t", sensor("A").mainField());
        sensors.add(Points.of("A", START, new Field.OfFloat("value", 2)), 10, true);
        assertEquals("value", sensor("A").mainField());
    }

    @Test
    void an_older_reading_does_not_replace_the_last_value_but_is_in_the_curve() {
        sensors.add(Points.of("A", 2, START), 10, true);
        sensors.add(Points.of("A", 1, START - 1_000), 10, true);
        assertEquals(2.0, sensor("A").values().get("value"));
        List<Double> curve = new ArrayList<>();
        sensor("A").visit("value", 0, (millis, value) -> curve.add(value));
        assertEquals(List.of(1.0, 2.0), curve);
    }

    @Test
    void the_reading_of_a_clock_that_is_far_off_is_shown_at_its_arrival() {
        sensors.add(Points.of("A", 1, START - 3_600_000), 10, true);
        List<Long> times = new ArrayList<>();
        sensor("A").visit("value", 0, (millis, value) -> times.add(millis));
        assertEquals(List.of(START), times);
        assertEquals(START - 3_600_000, sensor("A").lastMillis());
    }

    @Test
    void statistics_and_readings_are_those_of_the_window() {
        for (int i = 0; i < 400; i++) {
            add("A", i);
            clock.pass(Duration.ofSeconds(1));
        }
        Statistics statistics = sensor("A").statistics(clock.millis());
        assertEquals(300, statistics.count());
        assertEquals(100, statistics.min());
        assertEquals(399, statistics.max());
        assertEquals(1, sensor("A").readingsPerSecond(clock.millis()), 0.01);
    }

    @Test
    void a_sensor_with_very_long_names_is_not_held_and_counted() {
        add("x".repeat(3_000), 1);
        assertEquals(0, sensors.known());
        assertEquals(1, sensors.unheldPoints());
    }

    @Test
    void a_long_text_is_cut_but_not_within_a_character() {
        sensors.add(Points.of("A", START, new Field.OfString("s", "a".repeat(254) + "😀".repeat(300))), 10, true);
        assertEquals("a".repeat(254) + "…", sensor("A").values().get("s"));
    }

    @Test
    void sensors_are_counted_by_state() {
        add("A", 1);
        add("B", 1);
        add("B", 1);
        assertEquals(1, sensors.count(SensorState.LEARNING));
        assertEquals(1, sensors.count(SensorState.LIVE));
        List.of("C", "D").forEach(name -> add(name, 1));
        assertEquals(2, sensors.count(SensorState.LEARNING));
        assertEquals(1, sensors.count(SensorState.LIVE));
    }

    @Test
    void sensors_that_came_and_went_are_told_until_there_are_too_many() {
        add("A", 1);
        int frame = sensors.tick().number();
        assertTrue(sensors.comingsSince(frame).isEmpty());
        List.of("B", "C", "D").forEach(name -> add(name, 1));
        Comings.Since since = sensors.comingsSince(frame);
        assertEquals(3, since.added().size());
        assertEquals(List.of(SensorId.of(Points.series("A"))), since.gone());
        for (int i = 0; i < 1_000; i++) {
            add("S" + i, 1);
        }
        assertTrue(sensors.comingsSince(frame).isTooMuch());
        assertFalse(sensors.comingsSince(sensors.tick().number()).isTooMuch());
    }

    @Test
    void names_of_any_kind_have_ids_that_need_no_escape() {
        for (String name : List.of("a b", "a/b", "Wärme", "🌡", "a,b=c")) {
            add(name, 1);
            assertTrue(SensorId.isValid(sensor(name).id()), name);
            assertEquals(name, sensor(name).name());
        }
    }

    @Test
    void the_id_is_the_beginning_of_the_hash_of_the_series_key() {
        // printf %s 'sensor,name=TEMPSENS2' | openssl dgst -sha256 -binary | head -c 12 | base64 | tr '+/' '-_'
        assertEquals("Ha1LvzwXco6JXI8d", SensorId.of(Points.series("TEMPSENS2")));
    }

    @Test
    void who_floods_is_told_by_topic_and_by_level() {
        for (int i = 0; i < 100; i++) {
            add("A", 1);
            if (i % 10 == 0) {
                add("B", 1);
            }
            clock.pass(Duration.ofMillis(100));
        }
        List<Levels.Level> levels = Levels.busiest(sensors.all(), clock.millis());
        assertEquals(
                List.of("sensor/#", "sensor/A", "sensor/B"),
                levels.stream().map(Levels.Level::topic).toList());
        assertEquals(11, levels.get(0).readingsPerSecond(), 0.5);
        assertEquals(110, levels.get(0).bytesPerSecond(), 5);
    }
}
