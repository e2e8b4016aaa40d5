package dev.sensorline.points;

/** What InfluxDB can be given as a line of its protocol. */
public sealed interface Storable permits Point, ForwardedPoint {

    /** What arrived and became this, to be set aside should the store refuse it. */
    Reading origin();

    /** Nanoseconds since 1970-01-01T00:00Z. */
    long timeNanos();
}
