package dev.sensorline.simulator.waveform;

/** An alternating current: the sine of the reading's number, in radians, from sin 1 on. */
record Current() implements Waveform {

    @Override
    public double at(long n) {
        return Math.sin(n + 1.0);
    }
}
