package dev.sensorline.ingestor.pipeline;

import java.util.ArrayList;
import java.util.List;

import dev.sensorline.points.Rejection;
import dev.sensorline.points.Storable;

/**
 * What the readings of a batch have become, in their order. Not thread-safe.
 *
 * @param <P> the points
 */
public final class DecodedBatch<P extends Storable> {

    private final List<P> points;
    private final List<Rejection> rejections = new ArrayList<>();
    private long pointsSize;

    DecodedBatch(int readings) {
        this.points = new ArrayList<>(readings);
    }

    public void add(P point) {
        points.add(point);
        pointsSize += point.size();
    }

    public void add(Rejection rejection) {
        rejections.add(rejection);
    }

    /** About how many characters the lines of the points have. */
    long pointsSize() {
        return pointsSize;
    }

    /** The points and rejections so far. */
    int size() {
        return points.size() + rejections.size();
    }

    List<P> points() {
        return points;
    }

    List<Rejection> rejections() {
        return rejections;
    }
}
