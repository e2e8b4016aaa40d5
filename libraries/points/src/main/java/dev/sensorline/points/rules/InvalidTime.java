package dev.sensorline.points.rules;

/** What becomes of a reading whose time is that of a clock that is not set. */
public enum InvalidTime {

    /** It gets the time of its arrival. */
    ARRIVAL,
    /** It is set aside. */
    REJECT
}
