package dev.sensorline.console.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;

import dev.sensorline.points.Series;

class StatePublisherTest {

    private final List<String> published = new ArrayList<>();
    private final Deque<Consumer<Boolean>> inFlight = new ArrayDeque<>();
    private long now;
    private int dropped;
    private final SilentSensors watch = new SilentSensors(
            1_000, topic -> true, new Untold(), () -> now, Clock.systemUTC());
    private final StatePublisher publisher = new StatePublisher(
            (id, payload, settled) -> {
                published.add(id + " " + new String(payload, UTF_8).replaceAll(".*\"state\":\"(\\w+)\".*", "$1"));
                inFlight.add(settled);
            },
            id -> Optional.ofNullable(watch.find(id)),
            200,
            () -> dropped++);

    private static final class Untold implements SilentSensors.Changes {

        @Override
        public void changed(WatchedSensor sensor, SensorState before, Duration lasted) {}

        @Override
        public void ended(String id) {}
    }

    @Test
    void a_sensor_that_is_no_longer_held_is_cleared() {
        SensorWatch.Watched sensor = live("A");
        publisher.changed("A");
        sensor.end();
        publisher.changed("A");

        assertEquals(List.of("A live", "A "), published);
    }

    @Test
    void only_the_latest_state_waits_while_the_broker_takes_nothing() {
        for (int i = 0; i < StatePublisher.WINDOW; i++) {
            publisher.changed("x" + i);
        }
        live("A");
        for (int i = 0; i < 1_000; i++) {
            publisher.changed("A");
        }
        assertEquals(1, publisher.waiting());
        assertEquals(StatePublisher.WINDOW, published.size());

        inFlight.remove().accept(true);
        assertEquals("A live", published.get(StatePublisher.WINDOW));
    }

    @Test
    void what_is_not_taken_over_is_published_again_with_the_next_check() {
        live("A");
        publisher.changed("A");
        inFlight.remove().accept(false);
        assertEquals(1, published.size());

        publisher.resume();
        assertEquals(List.of("A live", "A live"), published);
    }

    @Test
    void the_oldest_message_is_dropped_and_counted_when_too_many_wait() {
        for (int i = 0; i < StatePublisher.WINDOW + 250; i++) {
            publisher.changed("x" + i);
        }

        assertEquals(200, publisher.waiting());
        assertEquals(50, dropped);
        inFlight.remove().accept(true);
        assertTrue(published.get(StatePublisher.WINDOW).startsWith("x" + (StatePublisher.WINDOW + 50)));
    }

    private SensorWatch.Watched live(String id) {
        SensorWatch.Watched sensor =
                watch.begin(id, Series.of("sensor", new TreeMap<>(Map.of("name", id))), id, "sensor/" + id, "value");
        watch.brokerConnected(true);
        for (int i = 0; i < 10; i++) {
            now += Duration.ofSeconds(1).toNanos();
            sensor.arrived(i);
        }
        assertEquals(SensorState.LIVE, sensor.state());
        return sensor;
    }
}
