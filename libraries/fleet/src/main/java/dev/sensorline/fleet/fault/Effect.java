package dev.sensorline.fleet.fault;

import java.util.Arrays;

import dev.sensorline.fleet.Fault;
import dev.sensorline.fleet.Measurement;
import dev.sensorline.fleet.Seeds;
import dev.sensorline.fleet.waveform.Gaussian;
import dev.sensorline.fleet.waveform.UniformNoise;

/** What a fault does to a reading while it happens. */
interface Effect {

    double NANOS_PER_HOUR = 3_600e9;

    /**
     * Applies the fault.
     *
     * @param begun when it began, in nanoseconds since 1970-01-01T00:00Z
     * @param seed  of sensor and fault
     */
    void apply(Measurement reading, long begun, long seed, Effects effects);

    /** The fault does not happen to a reading. */
    default void pass(Measurement reading) {}

    static Effect of(Fault fault, int sensors, int metrics) {
        return switch (FaultKind.of(fault)) {
            case DROPOUT -> (reading, begun, seed, effects) -> effects.isSent = false;
            case STUCK -> new Stuck(sensors, metrics);
            case SPIKE -> added(((Fault.Spike) fault).by());
            case DRIFT -> {
                double perHour = ((Fault.Drift) fault).perHour();
                yield (reading, begun, seed, effects) ->
                        add(reading, perHour * ((reading.due - begun) / NANOS_PER_HOUR));
            }
            case OFFSET -> added(((Fault.Offset) fault).by());
            case NOISE -> noise(((Fault.NoiseBurst) fault).deviation());
            case LATE -> {
                long by = ((Fault.Late) fault).by().toNanos();
                yield (reading, begun, seed, effects) -> effects.delay += by;
            }
            case DUPLICATE -> (reading, begun, seed, effects) -> effects.isTwice = true;
            case MALFORMED ->
                (reading, begun, seed, effects) -> {
                    effects.isMalformed = true;
                    effects.damage = UniformNoise.bits(independent(seed), reading.sequence);
                };
            case CLOCK_SKEW -> {
                long by = ((Fault.ClockSkew) fault).by().toNanos();
                yield (reading, begun, seed, effects) -> reading.time += by;
            }
            case DISCONNECT -> {
                long lasting = fault.when().lasting().toNanos();
                yield (reading, begun, seed, effects) -> {
                    effects.isSent = false;
                    effects.awayUntil = Math.max(effects.awayUntil, begun + lasting);
                };
            }
            case RECONNECT_STORM -> (reading, begun, seed, effects) -> effects.isReconnecting = true;
        };
    }

    private static Effect added(double by) {
        return (reading, begun, seed, effects) -> add(reading, by);
    }

    private static void add(Measurement reading, double by) {
        for (int i = 0; i < reading.values.length; i++) {
            reading.values[i] += by;
        }
    }

    private static Effect noise(double deviation) {
        Gaussian noise = new Gaussian(0, deviation);
        return (reading, begun, seed, effects) -> {
            int metrics = reading.values.length;
            for (int i = 0; i < metrics; i++) {
                reading.values[i] += noise.at(independent(seed), reading.sequence * metrics + i, reading.due);
            }
        };
    }

    /** Random numbers other than those that decide whether the fault begins. */
    private static long independent(long seed) {
        return Seeds.of(seed, 1);
    }

    /** Repeats the values of the reading before the fault. A first reading has none before it: it repeats its own. */
    final class Stuck implements Effect {

        private final int metrics;
        /** Values of each sensor's reading before; NaN if there is none. */
        private final double[] before;

        Stuck(int sensors, int metrics) {
            this.metrics = metrics;
            this.before = new double[Math.multiplyExact(sensors, metrics)];
            Arrays.fill(before, Double.NaN);
        }

        @Override
        public void apply(Measurement reading, long begun, long seed, Effects effects) {
            int from = reading.sensor * metrics;
            if (Double.isNaN(before[from])) {
                pass(reading);
            }
            System.arraycopy(before, from, reading.values, 0, metrics);
        }

        @Override
        public void pass(Measurement reading) {
            System.arraycopy(reading.values, 0, before, reading.sensor * metrics, metrics);
        }
    }
}
