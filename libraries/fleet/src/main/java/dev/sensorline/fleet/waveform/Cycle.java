package dev.sensorline.fleet.waveform;

/** Where a time is in a cycle. */
final class Cycle {

    private Cycle() {}

    /**
     * The part of the cycle that has passed, in [0, 1).
     *
     * @param period in nanoseconds
     * @param phase  in periods
     */
    static double at(long nanos, long period, double phase) {
        double cycles = Math.floorMod(nanos, period) / (double) period + phase;
        double passed = cycles - Math.floor(cycles);
        // A tiny negative number plus 1 rounds to 1.
        return passed < 1 ? passed : 0;
    }
}
