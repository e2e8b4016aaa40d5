package dev.sensorline.fleet.ledger;

/** The first byte of an entry or of an acknowledgement. */
final class Flags {

    /** An acknowledgement; otherwise an entry. */
    static final int ACKNOWLEDGEMENT = 1;

    /** Of an acknowledgement: it is for the entry behind that of the acknowledgement before. */
    static final int NEXT_ENTRY = 2;

    /** Of an entry: the group is that of the entry before. */
    static final int SAME_GROUP = 2;
    /** The sensor is the one behind that of the group's entry before. */
    static final int NEXT_SENSOR = 4;
    /** Faults follow. */
    static final int FAULTS = 8;
    /** Why it was not sent follows, instead of when it was. */
    static final int UNSENT = 16;
    /** The time in the payload is not when the reading was due, and follows. */
    static final int SKEWED = 32;
    /** A value is too large for a whole number of its decimals: all of them are 64-bit floats. */
    static final int RAW = 64;

    private Flags() {}
}
