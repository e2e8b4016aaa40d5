package dev.sensorline.ingestor.point;

import dev.sensorline.reading.Reading;

/** A reading that has been understood, with its place in the store. */
public sealed interface Point extends Decoded permits FloatPoint, FieldsPoint {

    /** The reading as it arrived, to be set aside should the store refuse the point. */
    Reading origin();

    /** Measurement and tags. */
    Series series();

    /** Nanoseconds since 1970-01-01T00:00Z. */
    long timeNanos();
}
