package dev.sensorline.console.live;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class TrafficTest {

    private static final long WINDOW = 12_000;
    private static final long START = 1_800_000_000_000L;

    private final Traffic traffic = new Traffic(WINDOW, START);

    private void arrive(long everyMillis, long fromMillis, long untilMillis) {
        for (long at = fromMillis; at < untilMillis; at += everyMillis) {
            traffic.add(1, 10, START + at);
        }
    }

    @Test
    void the_rate_is_right_from_the_second_reading_on() {
        arrive(2_000, 0, 2_001);
        assertEquals(0.5, traffic.readingsPerSecond(START + 2_000), 1e-9);
        assertEquals(5, traffic.bytesPerSecond(START + 2_000), 1e-9);
    }

    @Test
    void one_reading_is_no_rate() {
        arrive(1, 0, 1);
        assertEquals(0, traffic.readingsPerSecond(START + 10));
        assertEquals(1, traffic.readings(START + 10));
    }

    @Test
    void the_rate_is_that_of_the_window() {
        arrive(100, 0, 60_000);
        assertEquals(10, traffic.readingsPerSecond(START + 60_000), 1);
        arrive(10, 60_000, 120_000);
        assertEquals(100, traffic.readingsPerSecond(START + 120_000), 1);
    }

    @Test
    void what_is_older_than_the_window_counts_no_more() {
        arrive(100, 0, 5_000);
        assertEquals(50, traffic.readings(START + 5_000));
        assertEquals(0, traffic.readings(START + 5_000 + WINDOW));
        assertEquals(0, traffic.readingsPerSecond(START + 1_000_000_000));
    }

    @Test
    void a_clock_that_is_set_back_takes_nothing_away() {
        arrive(100, 0, 5_000);
        traffic.add(1, 10, START - 3_600_000);
        assertEquals(51, traffic.readings(START + 5_000));
    }
}
