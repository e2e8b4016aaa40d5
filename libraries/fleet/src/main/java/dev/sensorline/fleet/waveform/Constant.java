package dev.sensorline.fleet.waveform;

/** Always the same value. */
public record Constant(double value) implements Waveform {

    @Override
    public double at(long seed, long step, long nanos) {
        return value;
    }
}
