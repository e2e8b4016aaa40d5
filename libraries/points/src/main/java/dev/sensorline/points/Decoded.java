package dev.sensorline.points;

/** The result of decoding a reading: a point, a rejection if the reading is invalid, or nothing if it is dropped knowingly. */
public sealed interface Decoded permits Point, Rejection, Dropped {}
