package dev.sensorline.fleet.sparkplug;

import dev.sensorline.fleet.Metric;

/** Values with the decimals of their metrics. */
final class Rounding {

    private static final double[] POWERS_OF_10 = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
    /** From here on, doubles have no decimals. */
    private static final double EXACT = 0x1p53;

    private Rounding() {}

    /** The nearest number with so many decimals as the metric has, half to even. */
    static double round(Metric metric, double value) {
        if (metric.decimals() == Metric.SHORTEST) {
            return value;
        }
        double scaled = Math.rint(value * POWERS_OF_10[metric.decimals()]);
        return Math.abs(scaled) < EXACT ? scaled / POWERS_OF_10[metric.decimals()] : value;
    }
}
