package dev.sensorline.fleet.waveform;

/** A growing acceleration: n² up to a limit, written as whole numbers: 0, 1, 4, 9, … 500000. */
record Acceleration() implements Waveform {

    private static final double LIMIT = 500_000;

    @Override
    public double at(long seed, long step, long nanos) {
        return Math.min((double) step * step, LIMIT);
    }

    @Override
    public boolean isWhole() {
        return true;
    }
}
