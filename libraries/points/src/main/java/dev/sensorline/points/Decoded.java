package dev.sensorline.points;

/** The result of decoding a reading: a point, or a rejection if the reading is invalid. */
public sealed interface Decoded permits Point, Rejection {}
