package dev.sensorline.ingestor.pipeline;

import dev.sensorline.points.Reading;
import dev.sensorline.points.Storable;

/**
 * How the readings of a source become points. Called by one thread at a time, in the order in which readings arrived.
 *
 * @param <P> the points
 */
@FunctionalInterface
public interface Decoding<P extends Storable> {

    /** Adds the point of a reading, or the reason why there is none, to a batch; never throws. */
    void decode(Reading reading, DecodedBatch<P> batch);
}
