package dev.sensorline.console.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.sensorline.console.problem.ProblemException;

class TimeRangeTest {

    private static final Instant NOW = Instant.parse("2026-11-27T20:00:00Z");
    private static final Duration WINDOW = Duration.ofMinutes(5);

    @ParameterizedTest
    @CsvSource({
        ",,, 500ms",
        "-15m,,, 1s",
        "-1h,,, 5s",
        "-24h,,, 2m",
        "-300d,,, ''",
        "2025-11-27T20:00:00Z,,, 12h",
        "1970-01-01T00:00:00Z,,, 504h",
        "-15m,,10s, 10s",
        "-15m,-5m,1m, 1m"
    })
    void the_step_is_chosen_so_that_there_are_at_most_a_thousand(String from, String to, String step, String chosen) {
        if (chosen.isEmpty()) {
            assertThrows(ProblemException.class, () -> TimeRange.of(from, to, step, NOW, WINDOW));
            return;
        }
        TimeRange range = TimeRange.of(from, to, step, NOW, WINDOW);
        assertEquals(chosen, range.stepText());
        assertTrue(Duration.between(range.from(), range.to()).dividedBy(range.step()) <= 1_000);
    }

    @Test
    void the_beginning_is_a_multiple_of_the_step() {
        TimeRange range = TimeRange.of("2026-11-27T19:59:33.5+00:00", null, "10s", NOW, WINDOW);
        assertEquals(Instant.parse("2026-11-27T19:59:30Z"), range.from());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "yesterday|||from: must be a time such as",
                "-5m|-10m||from: must be before to",
                "-15m||soon|step: must be a length of time",
                "-15m||0.0001|step: must be a length of time",
                "-15m||1ms|step: must divide the time into at most 10000 steps",
                "9999-01-01T00:00:00Z|||from: must be a time such as"
            })
    void a_wrong_parameter_is_a_problem_that_names_it(String from, String to, String step, String detail) {
        ProblemException problem =
                assertThrows(ProblemException.class, () -> TimeRange.of(from, to, step, NOW, WINDOW));
        assertEquals(400, problem.problem().status());
        assertTrue(
                problem.problem().detail().startsWith(detail), problem.problem().detail());
    }
}
