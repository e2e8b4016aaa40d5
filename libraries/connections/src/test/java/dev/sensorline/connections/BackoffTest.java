package dev.sensorline.connections;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class BackoffTest {

    private static List<Long> millis(Backoff backoff, int count) {
        return Stream.generate(backoff::next)
                .limit(count)
                .map(Duration::toMillis)
                .toList();
    }

    @Test
    void each_pause_is_twice_the_last_up_to_the_longest() {
        Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofMillis(500), limit -> limit);
        assertEquals(List.of(100L, 200L, 400L, 500L, 500L), millis(backoff, 5));
    }

    @Test
    void after_a_reset_it_starts_from_the_shortest_pause() {
        Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5), limit -> limit);
        millis(backoff, 4);
        backoff.reset();
        assertEquals(List.of(100L, 200L), millis(backoff, 2));
    }

    @RepeatedTest(100)
    void a_pause_is_between_half_of_its_limit_and_all_of_it() {
        Duration pause = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5)).next();
        assertTrue(pause.toMillis() >= 50 && pause.toMillis() <= 100, pause::toString);
    }
}
