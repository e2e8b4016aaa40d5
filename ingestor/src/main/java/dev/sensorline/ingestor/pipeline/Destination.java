package dev.sensorline.ingestor.pipeline;

import java.util.List;

import dev.sensorline.points.Storable;
import io.smallrye.mutiny.Uni;

/**
 * The port to a store.
 *
 * @param <P> the points that it takes
 */
@FunctionalInterface
public interface Destination<P extends Storable> {

    /**
     * Writes points, and retries for as long as it takes: an outage delays completion and is not a failure. Points that the
     * store rejects for their content are set aside by the destination.
     *
     * @param points  not changed until the write has completed
     * @param parting lets points leave that the store does not take while it takes others
     * @return completes, on any thread, when the store has accepted all points except those that were set aside or have left;
     *         never fails
     */
    Uni<Void> write(List<? extends P> points, Parting parting);
}
