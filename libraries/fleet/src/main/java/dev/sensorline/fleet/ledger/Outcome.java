package dev.sensorline.fleet.ledger;

import java.util.Locale;

/** Whether a reading was sent, or why not. Their order is that of their numbers in a ledger. */
public enum Outcome {
    /** It was sent. */
    SENT,
    /** The fault {@code dropout}. */
    DROPOUT,
    /** The fault {@code disconnect}. */
    DISCONNECT,
    /** It was too late, and the run's policy was not to send it. */
    TOO_LATE,
    /** There was no connection, without a fault. */
    NO_CONNECTION,
    /** The run ended before it was sent. */
    ENDED,
    /** A command had switched the sensor off. */
    OFF,
    /** The broker takes no packets as large as its message. */
    TOO_LARGE;

    private final String key;

    Outcome() {
        this.key = name().toLowerCase(Locale.ROOT);
    }

    /** Its name in reports. */
    public String key() {
        return key;
    }
}
