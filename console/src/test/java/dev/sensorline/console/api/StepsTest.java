package dev.sensorline.console.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;

import org.junit.jupiter.api.Test;

import dev.sensorline.console.history.History.Downsampled;

class StepsTest {

    @Test
    void each_step_with_readings_has_their_mean_minimum_and_maximum() {
        Steps steps = new Steps(1_000, 4_000, 1_000);
        steps.reading(999, 99);
        steps.reading(1_000, 1);
        steps.reading(1_999, 3);
        steps.reading(3_000, 7);
        steps.reading(4_000, 99);
        assertEquals(List.of(new Downsampled(1_000, 2, 1, 3), new Downsampled(3_000, 7, 7, 7)), steps.done());
        assertEquals(2, steps.done().size());
    }

    @Test
    void the_mean_is_never_beyond_minimum_and_maximum() {
        Steps steps = new Steps(0, 1_000, 1_000);
        for (int i = 0; i < 10; i++) {
            steps.reading(i, 0.1);
        }
        assertEquals(0.1, steps.done().get(0).mean());
    }

    @Test
    void without_readings_there_are_no_steps() {
        assertEquals(List.of(), new Steps(0, 1_000, 1).done());
    }
}
