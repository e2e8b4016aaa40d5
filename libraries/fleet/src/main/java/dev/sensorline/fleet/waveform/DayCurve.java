package dev.sensorline.fleet.waveform;

/**
 * A day: (min + max) / 2 + (max − min) / 2 · cos 2π(t − peak) / 24 h. The highest value is at the peak, the lowest twelve hours later.
 *
 * @param peak nanoseconds after midnight UTC
 */
public record DayCurve(double min, double max, long peak) implements Waveform {

    private static final long DAY = 86_400_000_000_000L;

    @Override
    public double at(long seed, long step, long nanos) {
        double passed = Cycle.at(nanos - peak, DAY, 0);
        return (min + max) / 2 + (max - min) / 2 * StrictMath.cos(2 * Math.PI * passed);
    }
}
