package dev.sensorline.ingestor.pipeline;

import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

import dev.sensorline.points.Reading;

/** How a batch is removed from where it came from. May be used from any thread. */
public interface Acknowledgement {

    /** Acknowledges the batch, except for what has been taken out of it. */
    CompletionStage<Void> acknowledge();

    /**
     * Takes readings out of the batch.
     *
     * @return acknowledges them; empty if the source acknowledges batches only as a whole
     */
    Optional<Acknowledgement> without(Collection<Reading> apart);

    /** How many readings may wait without an acknowledgement before the source delivers no more; 0 if that is not known. */
    default int window() {
        return 0;
    }

    /** Acknowledges a batch as a whole. */
    static Acknowledgement ofWhole(Supplier<CompletionStage<Void>> acknowledge) {
        return new Acknowledgement() {

            @Override
            public CompletionStage<Void> acknowledge() {
                return acknowledge.get();
            }

            @Override
            public Optional<Acknowledgement> without(Collection<Reading> apart) {
                return Optional.empty();
            }
        };
    }
}
