package dev.sensorline.fleet.waveform;

/**
 * Normal noise: mean + deviation · √(−2 ln(1 − u)) · cos 2πv, where u and v are two random numbers in [0, 1) of the reading (Box and
 * Muller, 1958). No value is further than 8.6 deviations from the mean, because 1 − u is at least 2⁻⁵³.
 *
 * @param deviation the standard deviation, in the unit of the mean
 */
public record Gaussian(double mean, double deviation) implements Waveform {

    @Override
    public double at(long seed, long step, long nanos) {
        double radius = Math.sqrt(-2 * StrictMath.log(1 - UniformNoise.at(seed, 2 * step)));
        return mean + deviation * radius * StrictMath.cos(2 * Math.PI * UniformNoise.at(seed, 2 * step + 1));
    }
}
