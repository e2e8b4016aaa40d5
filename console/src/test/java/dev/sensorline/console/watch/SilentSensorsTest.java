package dev.sensorline.console.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Random;

import dev.sensorline.console.watch.VirtualStack.Behaviour;
import dev.sensorline.console.watch.VirtualStack.Change;
import dev.sensorline.console.watch.VirtualStack.Sensor;
import org.junit.jupiter.api.Test;

class SilentSensorsTest {

    private static final long SECOND = VirtualStack.SECOND;

    @Test
    void a_million_sensor_minutes_have_no_false_alarm() {
        VirtualStack stack = new VirtualStack(1);
        Random random = new Random(2);
        int count = 2_000;
        for (int i = 0; i < count; i++) {
            Duration period = Duration.ofMillis(List.of(1_000, 2_000, 5_000, 10_000, 30_000, 60_000)
                    .get(random.nextInt(6)));
            stack.sensor(
                    "S" + i,
                    switch (i % 5) {
                        case 0 -> Behaviour.every(period);
                        case 1 -> Behaviour.every(period).withJitter(Duration.ofMillis(50));
                        case 2 -> Behaviour.every(period).withJitter(period.dividedBy(10));
                        case 3 -> Behaviour.every(period).withJitter(period.dividedBy(20)).losing(0.01);
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
        assertEquals(0, stack.watch.count(SensorState.LEARNING) + stack.watch.count(SensorState.SILENT));
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
