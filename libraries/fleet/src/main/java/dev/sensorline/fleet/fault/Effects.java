package dev.sensorline.fleet.fault;

/**
 * What faults do to the sending of a reading. One object is used again and again, so that a reading makes none. For one thread.
 */
public final class Effects {

    /** No time: {@link #awayUntil}. */
    public static final long NEVER = Long.MIN_VALUE;

    /** The kinds of the faults that happen to the reading: bits of {@link FaultKind}. */
    public int kinds;
    /** Whether the reading is sent. */
    public boolean isSent;
    /** Whether it is sent a second time, with the same payload. */
    public boolean isTwice;
    /** How much later than it is due it is sent, in nanoseconds. */
    public long delay;
    /** Whether its payload is damaged, by {@link Damage}. */
    public boolean isMalformed;
    /** Random bits for {@link Damage}. */
    public long damage;
    /**
     * Until when the sensor has no connection, in nanoseconds since 1970-01-01T00:00Z; {@link #NEVER} if it has one. A time that is not
     * after the reading is due: the connection ends and begins again at once.
     */
    public long awayUntil;
    /** Whether the connection ends and begins again before the reading is sent. */
    public boolean isReconnecting;

    /** No effects: the reading is sent as it is. */
    public void clear() {
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
