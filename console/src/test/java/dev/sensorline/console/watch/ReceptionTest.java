package dev.sensorline.console.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ReceptionTest {

    private static final long SECOND = 1_000_000_000L;
    private static final long START = beforeTheEnd(5 * SECOND);

    /** The clock overflows during the test, as System.nanoTime may. */
    private final Reception reception = new Reception(START);

    /** No constant of the compiler, which refuses to overflow. */
    private static long beforeTheEnd(long nanos) {
        return Long.MAX_VALUE - nanos;
    }

    @Test
    void a_beat_that_comes_back_proves_what_was_sent_before_it() {
        reception.connected(START);
        assertFalse(reception.proves(START));

        reception.beat(START + 10 * SECOND, START + 10 * SECOND + 1);
        assertTrue(reception.proves(START + 10 * SECOND));
        assertFalse(reception.proves(START + 10 * SECOND + 1));
    }

    @Test
    void a_slow_beat_proves_nothing_and_neither_do_those_sent_before_it_came_back() {
        reception.connected(START);
        reception.beat(START, START + SECOND);
        assertFalse(reception.proves(START));
        reception.beat(START + SECOND - 1, START + SECOND + 1);
        assertFalse(reception.proves(START));

        reception.beat(START + SECOND, START + SECOND + 2);
        assertTrue(reception.proves(START + SECOND));
    }

    @Test
    void a_lost_connection_begins_anew_and_clients_get_twice_its_time_to_connect() {
        reception.connected(START);
        reception.beat(START, START);
        reception.disconnected(START + SECOND);
        assertFalse(reception.proves(START));

        reception.connected(START + 4 * SECOND);
        assertEquals(START + 4 * SECOND, reception.sinceNanos());
        assertEquals(16 * SECOND, reception.settlingNanos());
    }

    @Test
    void clients_get_one_minute_at_most() {
        reception.connected(START);
        reception.disconnected(START + SECOND);
        reception.connected(START + 1_000 * SECOND);

        assertEquals(60 * SECOND, reception.settlingNanos());
    }

    @Test
    void an_interruption_soon_after_a_long_one_gives_as_much_time_as_that() {
        reception.connected(START);
        reception.disconnected(START + SECOND);
        reception.connected(START + 1_000 * SECOND);
        reception.disconnected(START + 1_010 * SECOND);
        reception.connected(START + 1_011 * SECOND);

        assertEquals(60 * SECOND, reception.settlingNanos());
    }

    @Test
    void beats_that_do_not_come_back_for_long_are_an_interruption() {
        reception.connected(START);
        reception.beat(START, START);
        reception.beat(START + 20 * SECOND, START + 20 * SECOND);

        assertEquals(START + 20 * SECOND, reception.sinceNanos());
        assertEquals(50 * SECOND, reception.settlingNanos());
    }

    @Test
    void readings_are_the_proof_where_the_broker_sends_back_no_beats() {
        reception.connected(START);
        reception.heard(START + SECOND);
        reception.heard(START + 100 * SECOND);

        assertTrue(reception.proves(START + 100 * SECOND));
        assertEquals(START, reception.sinceNanos());

        reception.beat(START + 101 * SECOND, START + 101 * SECOND);
        reception.heard(START + 102 * SECOND);
        assertFalse(reception.proves(START + 102 * SECOND));
    }
}
