package dev.sensorline.points;

/** A point that can be written to InfluxDB as one line of line protocol. */
public sealed interface Storable permits Point, ForwardedPoint {

    /** The reading it was made from, which is set aside if the store refuses the point. */
    Reading origin();

    /** Time of the point in nanoseconds since 1970-01-01T00:00Z. */
    long timeNanos();

    /** About how many characters its line has. */
    int size();
}
