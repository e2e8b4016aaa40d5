package dev.sensorline.ingestor.setaside;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The two connections of an ingestor, as they come and go. */
class RivalConnectionsTest {

    private static final Duration LATENCY = Duration.ofMillis(3);
    private static final Duration PAUSE = Duration.ofMillis(60);

    private long nanos;
    private int reports;
    private final RivalConnections rivals = new RivalConnections(() -> nanos, () -> reports++);
    private final Consumer<Boolean> readings = rivals.readings();
    private final Consumer<Boolean> rejected = rivals.rejected();

    private void pass(Duration time) {
        nanos += time.toNanos();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void connections_that_end_each_other_in_turns_are_reported_once(boolean beginningIsSeenFirst) {
        readings.accept(true);
        for (int i = 1; i <= 20; i++) {
            pass(Duration.ofMillis(100).multipliedBy(i));
            Consumer<Boolean> winner = i % 2 == 0 ? readings : rejected;
            Consumer<Boolean> loser = i % 2 == 0 ? rejected : readings;
            (beginningIsSeenFirst ? winner : loser).accept(beginningIsSeenFirst);
            pass(LATENCY);
            (beginningIsSeenFirst ? loser : winner).accept(!beginningIsSeenFirst);
            assertEquals(i < RivalConnections.ENOUGH ? 0 : 1, reports, "after " + i);
        }
    }

    @Test
    void connections_to_a_broker_that_restarts_again_and_again_are_not_reported() {
        for (int i = 0; i < 20; i++) {
            List<Consumer<Boolean>> order = i % 2 == 0 ? List.of(readings, rejected) : List.of(rejected, readings);
            order.forEach(connection -> connection.accept(true));
            pass(Duration.ofMillis(200));
            order.forEach(connection -> connection.accept(false));
            pass(PAUSE);
            order.forEach(connection -> connection.accept(false)); // An attempt fails.
            pass(PAUSE);
        }
        assertEquals(0, reports);
    }

    @Test
    void takeovers_by_chance_between_long_connections_are_not_reported() {
        readings.accept(true);
        rejected.accept(true);
        for (int i = 0; i < 20; i++) {
            Consumer<Boolean> connection = i % 2 == 0 ? readings : rejected;
            pass(Duration.ofMinutes(1));
            connection.accept(false);
            pass(LATENCY);
            connection.accept(true);
        }
        assertEquals(0, reports);
    }

    @Test
    void a_client_elsewhere_that_ends_one_connection_again_and_again_is_not_reported() {
        rejected.accept(true);
        for (int i = 0; i < 20; i++) {
            readings.accept(true);
            pass(Duration.ofMillis(10));
            readings.accept(false);
            pass(PAUSE);
        }
        assertEquals(0, reports);
    }
}
