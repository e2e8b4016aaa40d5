package dev.sensorline.fleet.waveform;

/**
 * A counter, such as that of a meter: start + increment · (n + spread · u), modulo wrap, where u is the reading's random number in [0, 1).
 * Two readings are one increment apart on average, and from 1 − spread to 1 + spread increments each time, so that it never goes back
 * except at the wrap.
 *
 * @param spread from 0, always the same increment, to 1
 * @param wrap   the value at which it begins at 0 again; infinite for never
 */
public record Counter(double start, double increment, double spread, double wrap) implements Waveform {

    @Override
    public double at(long seed, long step, long nanos) {
        double count = start + increment * (step + spread * UniformNoise.at(seed, step));
        return count % wrap;
    }
}
