package dev.sensorline.mqtt.connector;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

import dev.sensorline.points.Reading;

/**
 * Metadata of a batch: acknowledges it to the broker, or parts of it at different times. The acknowledgement of the message,
 * {@code Message.ack()}, is {@link #acknowledge}. Thread-safe.
 */
@NullMarked
public final class BatchAcknowledgement {

    private final BatchSource source;
    private final boolean isApart;
    private List<Delivery> remaining;
    private @Nullable CompletionStage<Void> settled;

    /** The acknowledgement of a batch. */
    BatchAcknowledgement(BatchSource source, List<Delivery> batch) {
        this(source, batch, false);
    }

    private BatchAcknowledgement(BatchSource source, List<Delivery> deliveries, boolean isApart) {
        this.source = source;
        this.remaining = deliveries;
        this.isApart = isApart;
    }

    /**
     * Acknowledges what is still in it, which may be nothing: another batch is emitted only after that. Does so only once.
     *
     * @return completes when the acknowledgements have been handed to the connection, or wait for those of earlier readings
     */
    public CompletionStage<Void> acknowledge() {
        return settle(true);
    }

    /** The broker keeps what is still in it, and sends it again on the next connection. */
    CompletionStage<Void> reject() {
        return settle(false);
    }

    /** How many readings the broker sends without an acknowledgement, as agreed with it; 0 if nothing is agreed. */
    public int agreedWindow() {
        return source.agreedWindow();
    }

    private synchronized CompletionStage<Void> settle(boolean acknowledge) {
        if (settled == null) {
            settled = source.settle(remaining, acknowledge, !isApart);
        }
        return settled;
    }

    /**
     * Takes readings out of the batch, to be acknowledged later than the others. They do not hold back the acknowledgements of
     * later readings. They count as held until they are acknowledged, but not as a batch in flight.
     *
     * @param apart readings of this batch, the same objects; others are ignored
     * @return acknowledges these readings; empty if the order is {@link AcknowledgementOrder#STRICT}, so that they stay in the
     *         batch
     * @throws IllegalStateException if the batch is already acknowledged
     */
    public synchronized Optional<BatchAcknowledgement> without(Collection<Reading> apart) {
        if (settled != null) {
            throw new IllegalStateException("The batch is already acknowledged");
        }
        if (!source.canHoldApart()) {
            return Optional.empty();
        }
        Set<Reading> readings = Collections.newSetFromMap(new IdentityHashMap<>());
        readings.addAll(apart);
        List<Delivery> kept = new ArrayList<>(remaining.size());
        List<Delivery> taken = new ArrayList<>(readings.size());
        remaining.forEach(delivery -> (readings.contains(delivery.reading) ? taken : kept).add(delivery));
        remaining = kept;
        source.holdApart(taken);
        return Optional.of(new BatchAcknowledgement(source, taken, true));
    }
}
