package dev.sensorline.fleet.waveform;

/**
 * A random walk between two bounds that reflect it: fold(start + deviation · W(n)). W is a walk without bounds, from W(0) = 0, whose increments
 * are uncorrelated, with mean 0 and variance 1. Folding it at the bounds is reflecting it there, because its increments are
 * symmetric.
 * <p>
 * W(n) needs no earlier reading. W(2ᵏ⁺¹) − W(2ᵏ) is √2ᵏ · e, and between two known points the one in the middle is their mean plus
 * √span / 2 · e, as in a Brownian bridge, down to n: about log₂ n random numbers for a reading. Each e belongs to the point that it
 * makes, and is uniform with mean 0 and variance 1; their sums soon are nearly normal.
 *
 * @param deviation of one increment, in the unit of the values
 */
public record RandomWalk(double start, double deviation, double min, double max) implements Waveform {

    private static final double OF_VARIANCE_1 = Math.sqrt(12);

    @Override
    public double at(long seed, long step, long nanos) {
        double width = max - min;
        double travelled = (start - min + deviation * unbounded(seed, step)) % (2 * width);
        double place = travelled < 0 ? travelled + 2 * width : travelled;
        return min + (place <= width ? place : 2 * width - place);
    }

    private static double unbounded(long seed, long step) {
        if (step == 0) {
            return 0;
        }
        long from = 1;
        double left = random(seed, 1);
        double right = left + random(seed, 2);
        long span = 1;
        while (span <= step - from) {
            from += span;
            span *= 2;
            left = right;
            right = left + Math.sqrt((double) span) * random(seed, from + span);
        }
        while (from < step) {
            double middle = (left + right) / 2 + Math.sqrt((double) span) / 2 * random(seed, from + span / 2);
            span /= 2;
            if (step < from + span) {
                right = middle;
            } else {
                from += span;
                left = middle;
            }
        }
        return left;
    }

    private static double random(long seed, long n) {
        return (UniformNoise.at(seed, n) - 0.5) * OF_VARIANCE_1;
    }
}
