package dev.sensorline.fleet.waveform;

/**
 * A waveform with random numbers of its own, so that two waveforms of one sensor are independent of each other.
 *
 * @param salt random bits, different for each of them
 */
public record Reseeded(Waveform of, long salt) implements Waveform {

    @Override
    public double at(long seed, long step, long nanos) {
        return of.at(seed ^ salt, step, nanos);
    }
}
