package dev.sensorline.points;

/** A decoded reading: the series it belongs to, its fields and its time. */
public sealed interface Point extends Decoded, Storable permits FloatPoint, FieldsPoint {

    /** Measurement and tags. */
    Series series();

    /** What a time and the characters around it take in line protocol. */
    int TIME_SIZE = 22;
}
