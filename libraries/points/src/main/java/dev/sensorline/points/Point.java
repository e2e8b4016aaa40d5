package dev.sensorline.points;

/** A reading that has been understood, with its place in the store. */
public sealed interface Point extends Decoded, Storable permits FloatPoint, FieldsPoint {

    /** Measurement and tags. */
    Series series();
}
