package dev.sensorline.fleet.waveform;

/** A waveform that is held between two values: min(max, max(min, x)). */
public record Clamp(Waveform of, double min, double max) implements Waveform {

    @Override
    public double at(long seed, long step, long nanos) {
        return Math.min(max, Math.max(min, of.at(seed, step, nanos)));
    }

    @Override
    public Waveform startingAt(long nanos) {
        return new Clamp(of.startingAt(nanos), min, max);
    }

    @Override
    public long end() {
        return of.end();
    }
}
