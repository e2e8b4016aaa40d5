package dev.sensorline.fleet.waveform;

/**
 * A sawtooth of time: low + (high − low) · f, where f is the part of the period that has passed, in [0, 1).
 *
 * @param period in nanoseconds
 * @param phase  in periods
 */
public record Sawtooth(double low, double high, long period, double phase) implements Waveform {

    @Override
    public double at(long seed, long step, long nanos) {
        return low + (high - low) * Cycle.at(nanos, period, phase);
    }
}
