package dev.sensorline.fleet.waveform;

/**
 * A sine of time: mean + amplitude · sin 2π(t / period + phase). Time counts from 1970, so that a sensor that is started again goes
 * on where it would have been.
 *
 * @param period in nanoseconds
 * @param phase  in periods: 0.25 begins at the top
 */
public record Sine(double mean, double amplitude, long period, double phase) implements Waveform {

    @Override
    public double at(long seed, long step, long nanos) {
        return mean + amplitude * StrictMath.sin(2 * Math.PI * Cycle.at(nanos, period, phase));
    }
}
