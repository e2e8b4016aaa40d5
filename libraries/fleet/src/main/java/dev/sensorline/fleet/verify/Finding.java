package dev.sensorline.fleet.verify;

import java.util.Locale;

/** What is found of a point that is stored, or of a reading that is not. */
public enum Finding {
    /** The point is as it was sent. */
    AS_SENT(Subject.POINT, true, "stored as sent"),
    /** The point is as it was sent, and a fault had changed it. */
    FAULTY(Subject.POINT, true, "stored with the effect of a fault"),
    /** One more point of a reading. Its fault or its quality of service allows that. */
    REPEATED(Subject.POINT, true, "stored again"),
    /** The ledger of a process that was killed ends before it. */
    BEYOND_CUT(Subject.POINT, true, "stored after the ledger was cut"),
    /** The ledger has no such reading. */
    NO_ENTRY(Subject.POINT, false, "stored, but not in the ledger"),
    /** The ledger says that it was not sent. */
    STORED_UNSENT(Subject.POINT, false, "stored, but not sent"),
    /** Its payload was malformed. */
    STORED_MALFORMED(Subject.POINT, false, "stored, but malformed"),
    /** Its value is not the one that was sent. */
    OTHER_VALUE(Subject.POINT, false, "stored with another value"),
    /** Its time is not the one that was sent. */
    OTHER_TIME(Subject.POINT, false, "stored with another time"),
    /** One more point of a reading that was sent once, at QoS 0. */
    REPEATED_UNASKED(Subject.POINT, false, "stored again, but sent once at QoS 0"),
    /** Its name is that of no sensor of the ledger. */
    OTHER_SENSOR(Subject.POINT, false, "stored for a sensor that is not in the ledger"),

    /** The fault dropout. */
    DROPOUT(Subject.GAP, true, "not sent: dropout"),
    /** The fault disconnect. */
    DISCONNECT(Subject.GAP, true, "not sent: disconnect"),
    /** The policy for late readings. */
    TOO_LATE(Subject.GAP, true, "not sent: too late"),
    /** There was no connection. */
    NO_CONNECTION(Subject.GAP, true, "not sent: no connection"),
    /** The run ended. */
    ENDED(Subject.GAP, true, "not sent: the run ended"),
    /** A command had switched the sensor off. */
    OFF(Subject.GAP, true, "not sent: switched off by a command"),
    /** The broker takes no packets as large as its message. */
    TOO_LARGE(Subject.GAP, true, "not sent: larger than the broker takes"),
    /** The fault malformed: the ingestor sets it aside. */
    MALFORMED(Subject.GAP, true, "sent malformed, so set aside"),
    /** Another reading of the sensor has the same time, and replaced it in the store. */
    OVERWRITTEN(Subject.GAP, true, "replaced by a reading of the same time"),
    /** It was sent at QoS 1 or 2, and the broker did not acknowledge it. */
    UNACKNOWLEDGED(Subject.GAP, true, "sent, not acknowledged, lost"),
    /** It was sent at QoS 0 on a connection that a fault ended. */
    LOST_RECONNECTING(Subject.GAP, true, "sent at QoS 0 in a reconnect storm, lost"),
    /** It was sent at QoS 0. */
    LOST(Subject.GAP, false, "sent at QoS 0, lost"),
    /** The broker acknowledged it. */
    LOST_ACKNOWLEDGED(Subject.GAP, false, "acknowledged, lost"),
    /** The ledger has readings after it, but not this one. */
    NOT_RECORDED(Subject.GAP, false, "due, but not in the ledger");

    /** What it is about. */
    public enum Subject {
        /** A point that is stored. */
        POINT,
        /** A reading that is not stored. */
        GAP
    }

    private final Subject subject;
    private final boolean isExplained;
    private final String text;
    private final String key;

    Finding(Subject subject, boolean isExplained, String text) {
        this.subject = subject;
        this.isExplained = isExplained;
        this.text = text;
        this.key = name().toLowerCase(Locale.ROOT);
    }

    public Subject subject() {
        return subject;
    }

    /** Whether the ledger explains it. */
    public boolean isExplained() {
        return isExplained;
    }

    /** For people. */
    public String text() {
        return text;
    }

    /** For machines. */
    public String key() {
        return key;
    }
}
