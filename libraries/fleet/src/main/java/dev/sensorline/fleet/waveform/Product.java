package dev.sensorline.fleet.waveform;

import java.util.List;

/** The product of waveforms; its unit is the product of theirs. */
public record Product(List<Waveform> parts) implements Waveform {

    @Override
    public double at(long seed, long step, long nanos) {
        double product = 1;
        for (int i = 0; i < parts.size(); i++) {
            product *= parts.get(i).at(seed, step, nanos);
        }
        return product;
    }
}
