package dev.sensorline.points.rules;

/** Which times different readings of a series get that carry the same time. */
public enum SameTime {

    /** The first gets exactly that time, and each other one a later one. What is there already is remembered. */
    EXACT,

    /** Each, the first one too, gets a time that depends on its content alone. Nothing is remembered. */
    SPREAD
}
