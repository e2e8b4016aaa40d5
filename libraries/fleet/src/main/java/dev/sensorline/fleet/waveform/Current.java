package dev.sensorline.fleet.waveform;

/**
 * An alternating current: sin(n + 1), in radians. Uses the processor's sine, as the teaching stack does: its last digit may differ from
 * that of {@link StepSine}.
 */
record Current() implements Waveform {

    @Override
    public double at(long seed, long step, long nanos) {
        return Math.sin(step + 1.0);
    }
}
