package dev.sensorline.console.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Random;

import org.junit.jupiter.api.Test;

import dev.sensorline.console.watch.Cadence.Kind;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;

class CadenceTest {

    private static final long MILLI = 1_000_000L;

    private final Cadence cadence = new Cadence();

    @Test
    void a_period_is_known_after_five_gaps() {
        for (int i = 0; i < 4; i++) {
            cadence.gap(2_000 * MILLI);
        }
        assertEquals(Kind.UNKNOWN, cadence.kind());
        cadence.gap(2_000 * MILLI);

        assertEquals(Kind.REGULAR, cadence.kind());
        assertEquals(2_000 * MILLI, cadence.periodNanos());
    }

    /** As the fleets of the simulator send: at k · period + jitter · u. */
    @Property(tries = 300)
    void no_gap_of_a_sensor_with_jitter_is_longer_than_period_and_margin(
            @ForAll @LongRange(min = 300, max = 3_600_000) long period,
            @ForAll @DoubleRange(min = 0, max = 0.1) double jitter,
            @ForAll long seed) {
        Cadence regular = new Cadence();
        Random random = new Random(seed);
        double before = 0;
        for (int k = 1; k <= 2_000; k++) {
            double at = k * (double) period + random.nextDouble() * jitter * period;
            long gap = (long) ((at - before) * MILLI);
            before = at;
            if (regular.kind() == Kind.REGULAR) {
                assertTrue(gap <= regular.periodNanos() + regular.marginNanos(), "gap " + k + " is too long");
            }
            regular.gap(gap);
        }
        assertEquals(Kind.REGULAR, regular.kind());
        assertEquals((double) (period * MILLI), (double) regular.periodNanos(), 0.1 * period * MILLI);
    }

    @Property(tries = 100)
    void doors_and_buttons_have_no_period(
            @ForAll @LongRange(min = 1_000, max = 3_600_000) long mean, @ForAll long seed) {
        Cadence door = new Cadence();
        Random random = new Random(seed);
        for (int i = 0; i < 9; i++) {
            door.gap((long) (-Math.log(1 - random.nextDouble()) * mean * MILLI));
        }
        for (int i = 0; i < 3_000; i++) {
            door.gap((long) (-Math.log(1 - random.nextDouble()) * mean * MILLI));
            assertNotEquals(Kind.REGULAR, door.kind());
        }
    }

    @Test
    void lost_readings_do_not_change_the_period() {
        Random random = new Random(1);
        for (int i = 0; i < 1_000; i++) {
            long gap = 10_000;
            while (random.nextDouble() < 0.1) {
                gap += 10_000;
            }
            cadence.gap(gap * MILLI);
            if (i >= 30) {
                assertEquals(Kind.REGULAR, cadence.kind());
                assertEquals(10_000 * MILLI, cadence.periodNanos());
            }
        }
    }

    @Test
    void a_backlog_does_not_change_the_period() {
        regular(10_000);
        for (int i = 0; i < 500; i++) {
            cadence.gap(100 * MILLI);
        }

        assertEquals(10_000 * MILLI, cadence.periodNanos());
        cadence.gap(10_000 * MILLI);
        assertEquals(10_000 * MILLI, cadence.periodNanos());
    }

    @Test
    void a_sensor_that_becomes_faster_for_good_gets_its_new_period() {
        regular(10_000);
        for (int i = 0; i < 110; i++) {
            cadence.gap(1_000 * MILLI);
        }

        assertEquals(Kind.REGULAR, cadence.kind());
        assertEquals(1_000 * MILLI, cadence.periodNanos());
    }

    @Test
    void a_sensor_that_becomes_slower_gets_its_new_period() {
        regular(1_000);
        for (int i = 0; i < Cadence.WINDOW; i++) {
            cadence.gap(10_000 * MILLI);
        }

        assertEquals(Kind.REGULAR, cadence.kind());
        assertEquals(10_000 * MILLI, cadence.periodNanos());
    }

    @Test
    void a_restored_period_holds_until_it_can_be_learnt_again() {
        cadence.restore(Duration.ofSeconds(30), Duration.ofSeconds(2));
        assertEquals(30_000 * MILLI, cadence.periodNanos());
        assertEquals((double) (2_000 * MILLI), (double) cadence.marginNanos(), (double) MILLI);

        for (int i = 0; i < 5; i++) {
            cadence.gap(31_000 * MILLI);
        }
        assertEquals(31_000 * MILLI, cadence.periodNanos());
    }

    private void regular(long millis) {
        for (int i = 0; i < 30; i++) {
            cadence.gap(millis * MILLI);
        }
    }
}
