package dev.sensorline.ingestor.pipeline;

import java.util.List;
import java.util.concurrent.CompletionStage;

import dev.sensorline.points.Rejection;

/** The port for readings that cannot be stored, so that a person can look at them. May be called from any thread. */
@FunctionalInterface
public interface SetAside {

    /**
     * Sets readings aside. An outage delays completion and is not a failure.
     *
     * @return completes, on any thread, when all of them have been taken over; never fails
     */
    CompletionStage<Void> setAside(List<Rejection> rejections);
}
