package dev.sensorline.ingestor;

import java.util.List;

import dev.sensorline.points.Point;
import io.smallrye.mutiny.Uni;

/** Where points go. */
@FunctionalInterface
public interface Destination {

    /**
     * Writes points, for as long as it takes. Completes when all have been taken over but those that were set aside. Never
     * fails.
     */
    Uni<Void> write(List<Point> points);
}
