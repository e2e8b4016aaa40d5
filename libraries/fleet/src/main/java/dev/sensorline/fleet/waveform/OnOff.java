package dev.sensorline.fleet.waveform;

/**
 * The states of a machine, in cycles of time: on for about onNanos, then off for the rest of onNanos + offNanos. How long it is on in
 * cycle k is onNanos · (1 + spread · (2u − 1)), where u is the cycle's random number in [0, 1). The seed decides where in its first cycle a
 * machine is, so that not all are switched at once.
 *
 * @param on  value while it is on
 * @param off value while it is off
 * @param spread from 0, always as long, to 1
 */
public record OnOff(double on, double off, long onNanos, long offNanos, double spread) implements Waveform {

    @Override
    public double at(long seed, long step, long nanos) {
        long cycle = onNanos + offNanos;
        long shifted = nanos + (long) (UniformNoise.at(seed, -1) * cycle);
        double length = onNanos * (1 + spread * (2 * UniformNoise.at(seed, Math.floorDiv(shifted, cycle)) - 1));
        return Math.floorMod(shifted, cycle) < length ? on : off;
    }
}
