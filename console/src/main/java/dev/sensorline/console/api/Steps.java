package dev.sensorline.console.api;

import java.util.ArrayList;
import java.util.List;

import dev.sensorline.console.history.History.Downsampled;
import dev.sensorline.console.live.CurveVisitor;

/** Downsamples readings that come in the order of their times: mean, minimum and maximum of each step. Not thread-safe. */
final class Steps implements CurveVisitor {

    private final long from;
    private final long to;
    private final long step;
    private final List<Downsampled> done = new ArrayList<>();
    private long current = Long.MIN_VALUE;
    private int count;
    private double mean;
    private double min;
    private double max;

    /** @param from inclusive; {@code to} exclusive, in milliseconds since 1970 */
    Steps(long from, long to, long step) {
        this.from = from;
        this.to = to;
        this.step = step;
    }

    @Override
    public void reading(long millis, double value) {
        if (millis < from || millis >= to) {
            return;
        }
        long start = Math.floorDiv(millis, step) * step;
        if (start != current) {
            end();
            current = start;
            count = 0;
            mean = 0;
            min = value;
            max = value;
        }
        count++;
        mean += (value - mean) / count;
        min = Math.min(min, value);
        max = Math.max(max, value);
    }

    private void end() {
        if (count > 0) {
            done.add(new Downsampled(current, Math.min(Math.max(mean, min), max), min, max));
        }
    }

    /** The steps with readings. Once all have come. */
    List<Downsampled> done() {
        end();
        count = 0;
        return done;
    }
}
