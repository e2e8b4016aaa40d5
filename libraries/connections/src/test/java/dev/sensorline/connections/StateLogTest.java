package dev.sensorline.connections;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;

import org.jboss.logging.Logger;
import org.jboss.logging.Logger.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StateLogTest {

    private final List<String> lines = new ArrayList<>();
    private final Handler handler = new Handler() {

        @Override
        public void publish(LogRecord record) {
            lines.add(record.getMessage());
        }

        @Override
        public void flush() {
            // There is nothing to do.
        }

        @Override
        public void close() {
            // There is nothing to do.
        }
    };

    @BeforeEach
    void listen() {
        java.util.logging.Logger.getLogger("state").addHandler(handler);
    }

    @AfterEach
    void leave() {
        java.util.logging.Logger.getLogger("state").removeHandler(handler);
    }

    @Test
    void a_state_that_lasts_is_one_line_and_each_change_is_another() {
        StateLog<String> log = new StateLog<>(Logger.getLogger("state"), null);
        for (String state : List.of("away", "away", "away", "connected", "away")) {
            log.report(state, Level.WARN, () -> "is " + state);
        }
        assertEquals(List.of("is away", "is connected", "is away"), lines);
    }

    @Test
    void the_initial_state_needs_no_line() {
        StateLog<String> log = new StateLog<>(Logger.getLogger("state"), "stopped");
        log.report("stopped", Level.INFO, () -> "is stopped");
        assertEquals(List.of(), lines);
    }
}
