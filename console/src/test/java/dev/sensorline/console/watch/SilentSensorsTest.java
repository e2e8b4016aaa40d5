package dev.sensorline.console.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

import dev.sensorline.console.watch.VirtualStack.Behaviour;
import dev.sensorline.console.watch.VirtualStack.Change;
import dev.sensorline.console.watch.VirtualStack.Sensor;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class SilentSensorsTest {

    private static final long SECOND = VirtualStack.SECOND;

    @Test
    void a_million_sensor_minutes_have_no_false_alarm() {
        VirtualStack stack = new VirtualStack(1);
        Random random = new Random(2);
        int count = 2_000;
        for (int i = 0; i < count; i++) {
            Duration period = Duration.ofMillis(
                    List.of(1_000, 2_000, 5_000, 10_000, 30_000, 60_000).get(random.nextInt(6)));
            stack.sensor(
                    "S" + i,
                    switch (i % 5) {
                        case 0 -> Behaviour.every(period);
                        case 1 -> Behaviour.every(period).withJitter(Duration.ofMillis(50));
                        case 2 -> Behaviour.every(period).withJitter(period.dividedBy(10));
                        case 3 ->
                            Behaviour.every(period)
                                    .withJitter(period.dividedBy(20))
                                    .losing(0.01);
                        default -> Behaviour.ofEvents(Duration.ofMinutes(1 + random.nextInt(5)));
                    });
        }
        int minutes = 500;
        for (int minute = 0; minute < minutes; minute++) {
            stack.run(Duration.ofMinutes(1));
            switch (minute % 25) {
                case 10 -> stack.restartBroker(Duration.ofMillis(500 + random.nextInt(60_000)));
                case 15 -> stack.restartConsole(Duration.ofMillis(200 + random.nextInt(20_000)));
                case 18 -> stack.freezeBroker(Duration.ofMillis(100 + random.nextInt(10_000)));
                case 20 -> stack.setWallClock(Duration.ofHours(random.nextInt(100) - 50));
                default -> {}
            }
        }

        assertEquals(List.of(), stack.falseAlarms.subList(0, Math.min(20, stack.falseAlarms.size())));
        assertTrue(
                stack.changes.stream().anyMatch(change -> change.after() == SensorState.LATE),
                "lost readings make sensors late");
        assertEquals(0, stack.watch.count(SensorState.SILENT));
    }

    @Test
    void a_sensor_that_stops_is_late_within_a_second_of_the_first_missed_due_time_and_silent_of_the_third() {
        for (int seed = 0; seed < 200; seed++) {
            Duration period = Duration.ofMillis(500 + 250L * seed);
            VirtualStack stack = new VirtualStack(seed);
            Sensor sensor = stack.sensor("T1", Behaviour.every(period).withJitter(Duration.ofMillis(50)));
            stack.sensor("T2", Behaviour.every(Duration.ofSeconds(1)));
            stack.run(period.multipliedBy(30));
            sensor.stopped = stack.now();
            stack.run(period.multipliedBy(5).plusSeconds(2));

            assertEquals(List.of(), stack.falseAlarms);
            long last = sensor.lastDue();
            assertWithinASecond(last + period.toNanos(), at(stack, SensorState.LATE), seed);
            assertWithinASecond(last + 3 * period.toNanos(), at(stack, SensorState.SILENT), seed);
        }
    }

    @Property(tries = 40)
    void whatever_happens_no_alarm_is_false_and_every_sensor_that_sends_is_live_in_the_end(
            @ForAll long seed, @ForAll @Size(max = 12) List<@IntRange(max = 5) Integer> happenings) {
        VirtualStack stack = new VirtualStack(seed);
        Random random = new Random(seed);
        for (int i = 0; i < 30; i++) {
            Duration period = Duration.ofMillis(400 + random.nextInt(30_000));
            Behaviour behaviour = Behaviour.every(period).withJitter(period.dividedBy(10 + random.nextInt(100)));
            stack.sensor("S" + i, i % 3 == 0 ? behaviour.losing(0.02) : behaviour);
        }
        stack.run(Duration.ofMinutes(15));
        for (int happening : happenings) {
            switch (happening) {
                case 0 -> stack.restartBroker(Duration.ofMillis(random.nextInt(120_000)));
                case 1 -> stack.restartConsole(Duration.ofMillis(1 + random.nextInt(120_000)));
                case 2 -> stack.freezeBroker(Duration.ofMillis(random.nextInt(20_000)));
                case 3 -> stack.setWallClock(Duration.ofSeconds(random.nextInt(1_000_000) - 500_000));
                case 4 -> stack.pauseConsole(Duration.ofMillis(random.nextInt(20_000)));
                default ->
                    stack.backlog(
                            stack.sensors.get("S" + random.nextInt(30)),
                            random.nextInt(500),
                            Duration.ofMillis(1 + random.nextInt(100)));
            }
            // One after the other.
            stack.run(Duration.ofSeconds(160 + random.nextInt(300)));
        }
        stack.run(Duration.ofMinutes(10));

        assertEquals(List.of(), stack.falseAlarms);
        assertEquals(30, stack.watch.count(SensorState.LIVE) + stack.watch.count(SensorState.LATE));
    }

    @Test
    void a_console_that_starts_again_detects_as_fast_as_before() {
        VirtualStack stack = new VirtualStack(3);
        Sensor sensor = stack.sensor("T1", Behaviour.every(Duration.ofMinutes(5)));
        stack.run(Duration.ofHours(2));
        stack.restartConsole(Duration.ofSeconds(10));
        stack.run(Duration.ofMinutes(6));
        assertEquals(SensorState.LIVE, stack.watch.find("T1").state());

        sensor.stopped = stack.now();
        stack.run(Duration.ofMinutes(20));
        assertWithinASecond(sensor.lastDue() + 300 * SECOND, at(stack, SensorState.LATE), 3);
        assertWithinASecond(sensor.lastDue() + 900 * SECOND, at(stack, SensorState.SILENT), 3);
    }

    @Test
    void a_sensor_that_stops_while_the_console_is_away_becomes_silent() {
        VirtualStack stack = new VirtualStack(4);
        Sensor sensor = stack.sensor("T1", Behaviour.every(Duration.ofSeconds(10)));
        stack.run(Duration.ofMinutes(10));
        stack.restartConsole(Duration.ofSeconds(30));
        sensor.stopped = stack.now();
        stack.run(Duration.ofMinutes(5));

        assertEquals(
                List.of(SensorState.LATE, SensorState.SILENT),
                stack.changes.stream()
                        .map(Change::after)
                        .filter(state -> state == SensorState.LATE || state == SensorState.SILENT)
                        .toList());
        assertEquals(
                SensorState.SILENT,
                Remembered.of(stack.retained().get("T1")).orElseThrow().state());
    }

    @Test
    void all_sensors_behind_a_bridge_that_fails_become_silent() {
        VirtualStack stack = new VirtualStack(5);
        for (int i = 0; i < 50; i++) {
            stack.sensor("S" + i, Behaviour.every(Duration.ofSeconds(5)));
        }
        stack.run(Duration.ofMinutes(5));
        stack.sensors.values().forEach(sensor -> sensor.stopped = stack.now());
        stack.run(Duration.ofMinutes(1));

        assertEquals(50, stack.watch.count(SensorState.SILENT));
        assertEquals(List.of(), stack.falseAlarms);
    }

    @Test
    void the_state_of_a_sensor_that_is_no_longer_held_is_cleared() {
        VirtualStack stack = new VirtualStack(6);
        stack.sensor("T1", Behaviour.every(Duration.ofSeconds(5)));
        stack.run(Duration.ofMinutes(5));
        assertEquals(1, stack.retained().size());

        stack.watch.find("T1").end();
        assertEquals(0, stack.retained().size());
    }

    private static long at(VirtualStack stack, SensorState state) {
        return stack.changes.stream()
                .filter(change -> change.id().equals("T1") && change.after() == state)
                .mapToLong(Change::nanos)
                .findFirst()
                .orElseThrow();
    }

    private static void assertWithinASecond(long due, long told, int seed) {
        assertTrue(told > due && told <= due + SECOND, () -> (told - due) / 1e9 + " s after, with seed " + seed);
    }
}
