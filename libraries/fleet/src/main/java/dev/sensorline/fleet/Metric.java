package dev.sensorline.fleet;

import dev.sensorline.fleet.waveform.Waveform;

/**
 * One of the values that a sensor measures.
 *
 * @param decimals how many decimals are written, from 0 to 9; {@link #SHORTEST} for as many as the value needs
 */
public record Metric(String name, Waveform waveform, int decimals) {

    /** As many decimals as the value needs. */
    public static final int SHORTEST = -1;

    /** The same metric in a run that begins at a time, in nanoseconds since 1970-01-01T00:00Z. */
    Metric startingAt(long nanos) {
        return new Metric(name, waveform.startingAt(nanos), decimals);
    }
}
