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

    @Override
    public Waveform startingAt(long nanos) {
        return new Product(parts.stream().map(part -> part.startingAt(nanos)).toList());
    }

    @Override
    public long end() {
        return parts.stream().mapToLong(Waveform::end).min().orElse(Long.MAX_VALUE);
    }
}
