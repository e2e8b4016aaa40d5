package dev.sensorline.simulator.fleet;

/** What faults do to the sending of a reading. One object is used again and again, so that a reading makes none. For one thread. */
final class Fate {

    /** No time: {@link #awayUntil}. */
    static final long NEVER = Long.MIN_VALUE;

    /** The kinds of the faults that happen to the reading, as bits. */
    int kinds;
    /** Whether the reading is sent. */
    boolean isSent = true;
    /** Whether it is sent a second time, with the same payload. */
    boolean isTwice;
    /** How much later than it is due it is sent, in nanoseconds. */
    long delay;
    /** Whether its payload is damaged. */
    boolean isMalformed;
    /** Random bits for the damage. */
    long damage;
    /** Until when the sensor has no connection, in nanoseconds since 1970-01-01T00:00Z; {@link #NEVER} if it has one. */
    long awayUntil = NEVER;
    /** Whether the connection ends and begins again before the reading is sent. */
    boolean isReconnecting;

    /** The reading is sent as it is. */
    void clear() {
        kinds = 0;
        isSent = true;
        isTwice = false;
        delay = 0;
        isMalformed = false;
        damage = 0;
        awayUntil = NEVER;
        isReconnecting = false;
    }
}
