package dev.sensorline.simulator.waveform;

/** An alternating current: sin(n + 1), in radians. */
record Current() implements Waveform {

    @Override
    public double at(long n) {
        return Math.sin(n + 1.0);
    }
}
