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

    /** Writes a value as a number. */
    public void appendTo(StringBuilder out, double value) {
        if (decimals == SHORTEST || !Decimals.append(out, value, decimals)) {
            out.append(waveform.text(value));
        }
    }
}
