package dev.sensorline.fleet.waveform;

import java.util.List;

/** The sum of waveforms of one unit. */
public record Sum(List<Waveform> parts) implements Waveform {

    @Override
    public double at(long seed, long step, long nanos) {
        double sum = 0;
        for (int i = 0; i < parts.size(); i++) {
            sum += parts.get(i).at(seed, step, nanos);
        }
        return sum;
    }

    @Override
    public Waveform startingAt(long nanos) {
        return new Sum(parts.stream().map(part -> part.startingAt(nanos)).toList());
    }

    @Override
    public long end() {
        return parts.stream().mapToLong(Waveform::end).min().orElse(Long.MAX_VALUE);
    }
}
