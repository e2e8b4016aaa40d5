package dev.sensorline.fleet.waveform;

/**
 * A square wave of time: high while the part of the period that has passed is less than the duty, else low.
 *
 * @param period in nanoseconds
 * @param duty   from 0 to 1
 * @param phase  in periods
 */
public record Square(double low, double high, long period, double duty, double phase) implements Waveform {

    @Override
    public double at(long seed, long step, long nanos) {
        return Cycle.at(nanos, period, phase) < duty ? high : low;
    }
}
