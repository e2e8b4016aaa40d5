package dev.sensorline.points.rules;

/** What becomes of messages that the broker had retained. */
public enum Retained {

    /** Those whose payload carries a time become points, which are the same each time. */
    TIMED,
    /** They become points. */
    TAKE,
    /** They are dropped. */
    IGNORE
}
