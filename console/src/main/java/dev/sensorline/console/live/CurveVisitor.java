package dev.sensorline.console.live;

/** Reads the readings of a curve, one after the other. */
@FunctionalInterface
public interface CurveVisitor {

    /** @param millis since 1970 */
    void reading(long millis, double value);
}
