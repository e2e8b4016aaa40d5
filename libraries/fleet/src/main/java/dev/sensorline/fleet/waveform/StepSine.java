package dev.sensorline.fleet.waveform;

/** An alternating current in a fleet: sin(n + 1), in radians, with the same digits on every machine. */
public record StepSine() implements Waveform {

    @Override
    public double at(long seed, long step, long nanos) {
        return StrictMath.sin(step + 1.0);
    }
}
