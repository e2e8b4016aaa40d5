package dev.sensorline.simulator.waveform;

/** A body that goes faster and faster up to a limit: 0, 1, 4, 9, … 500000, as whole numbers. */
record Acceleration() implements Waveform {

    private static final double LIMIT = 500_000;

    @Override
    public double at(long n) {
        return Math.min((double) n * n, LIMIT);
    }

    @Override
    public String text(double reading) {
        return Long.toString((long) reading);
    }
}
