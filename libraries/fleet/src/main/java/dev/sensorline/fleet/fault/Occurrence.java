package dev.sensorline.fleet.fault;

import java.util.Arrays;

import dev.sensorline.fleet.Fault.AtRandom;
import dev.sensorline.fleet.Fault.Scheduled;
import dev.sensorline.fleet.Fault.When;
import dev.sensorline.fleet.Measurement;
import dev.sensorline.fleet.waveform.UniformNoise;

/**
 * When a fault happens to the sensors of a group. Readings of a sensor are asked for in their order, those of different sensors in any
 * order. What is remembered of a sensor belongs to the thread that asks for its readings.
 */
interface Occurrence {

    /** It does not happen. */
    long NOT = Long.MIN_VALUE;

    /**
     * When the fault began that happens to a reading, in nanoseconds since 1970-01-01T00:00Z; {@link #NOT} if none does.
     *
     * @param seed of sensor and fault
     */
    long begun(Measurement reading, long seed);

    /** @param start of the fleet, in nanoseconds since 1970-01-01T00:00Z */
    static Occurrence of(When when, int sensors, long start) {
        long lasting = when.lasting().toNanos();
        if (when instanceof Scheduled scheduled) {
            long first = start + scheduled.after().toNanos();
            long every = scheduled.every().toNanos();
            return lasting == 0
                    ? new OneEach(first, every, sensors)
                    : (reading, seed) -> {
                        long phase = Math.floorMod(reading.due - first, every);
                        return reading.due >= first && phase < lasting ? reading.due - phase : NOT;
                    };
        }
        double rate = ((AtRandom) when).rate();
        return lasting == 0
                ? (reading, seed) -> UniformNoise.at(seed, reading.sequence) < rate ? reading.due : NOT
                : new LastingAtRandom(rate, lasting, sensors);
    }

    /** By a schedule, to the first reading at or after each beginning. */
    final class OneEach implements Occurrence {

        private final long first;
        private final long every;
        /** Beginnings that each sensor has passed. */
        private final long[] passed;

        OneEach(long first, long every, int sensors) {
            this.first = first;
            this.every = every;
            this.passed = new long[sensors];
        }

        @Override
        public long begun(Measurement reading, long seed) {
            long beginnings = Math.floorDiv(reading.due - first, every) + 1;
            if (beginnings <= passed[reading.sensor]) {
                return NOT;
            }
            passed[reading.sensor] = beginnings;
            return reading.due;
        }
    }

    /** At random, for some time, in which it does not begin again. */
    final class LastingAtRandom implements Occurrence {

        private final double rate;
        private final long lasting;
        /** When it began last for each sensor. */
        private final long[] begun;

        LastingAtRandom(double rate, long lasting, int sensors) {
            this.rate = rate;
            this.lasting = lasting;
            this.begun = new long[sensors];
            Arrays.fill(begun, NOT);
        }

        @Override
        public long begun(Measurement reading, long seed) {
            long last = begun[reading.sensor];
            if (last != NOT && reading.due - last < lasting) {
                return last;
            }
            if (UniformNoise.at(seed, reading.sequence) >= rate) {
                return NOT;
            }
            begun[reading.sensor] = reading.due;
            return reading.due;
        }
    }
}
