package dev.sensorline.points;

/** What becomes of a reading: a point, or, when it is none, something to set aside. */
public sealed interface Decoded permits Point, Rejection {
}
