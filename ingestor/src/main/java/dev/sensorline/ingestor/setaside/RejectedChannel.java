package dev.sensorline.ingestor.setaside;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;

import dev.sensorline.ingestor.pipeline.SetAside;
import dev.sensorline.points.Rejection;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * Sets readings aside as JSON on an outgoing channel. A few copies are sent at a time, and the others wait as readings, which are
 * smaller and are held anyway until their copies have been taken over.
 * <p>
 * Copies never hold up readings: from the first that cannot be published until one is published again, nobody waits for copies,
 * and one is sent at a time. Meanwhile readings are set aside without a copy, as long as there is another one to be tried. What
 * has no copy is counted and logged. Thread-safe.
 */
final class RejectedChannel implements SetAside {

    /** How many copies are sent and not yet taken over. As many as the channel of MQTT publishes at once. */
    static final int WINDOW = 100;
    /** How many copies that nobody waits for are kept, to be sent. */
    static final int MOST_UNAWAITED = 1_000;

    private final Emitter<byte[]> channel;
    private final Function<Rejection, Metadata> metadata;
    private final RejectionJson json;
    private final Counter unpublished;
    private final SampledLog log = new SampledLog(System::nanoTime);

    // Guarded by this.
    private final ArrayDeque<Copy> waiting = new ArrayDeque<>();
    private final Set<Copy> inFlight = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean isFailing;

    private record Copy(Rejection rejection, CompletableFuture<Void> takenOver) {}

    /** @param metadata says to the channel's connector where a rejection goes */
    RejectedChannel(
            Emitter<byte[]> channel,
            Function<Rejection, Metadata> metadata,
            RejectionJson json,
            MeterRegistry registry) {
        this.channel = channel;
        this.metadata = metadata;
        this.json = json;
        this.unpublished = Counter.builder("sensorline.rejected.unpublished")
                .description("Readings set aside without a copy, because it could not be published")
                .register(registry);
    }

    @Override
    public CompletionStage<Void> setAside(List<Rejection> rejections) {
        CompletableFuture<?>[] takenOver = rejections.stream().map(this::add).toArray(CompletableFuture<?>[]::new);
        sendNext();
        return CompletableFuture.allOf(takenOver);
    }

    private synchronized CompletableFuture<Void> add(Rejection rejection) {
        Copy copy = new Copy(rejection, new CompletableFuture<>());
        if (isFailing) {
            copy.takenOver.complete(null);
            if (!waiting.isEmpty() || !inFlight.isEmpty()) {
                unpublished.increment();
                return copy.takenOver;
            }
        }
        waiting.add(copy);
        return copy.takenOver;
    }

    private void sendNext() {
        for (Copy next = take(); next != null; next = take()) {
            send(next);
        }
    }

    private synchronized Copy take() {
        Copy next = inFlight.size() < (isFailing ? 1 : WINDOW) ? waiting.poll() : null;
        if (next != null) {
            inFlight.add(next);
        }
        return next;
    }

    private void send(Copy copy) {
        try {
            channel.send(Message.of(
                    json.of(copy.rejection),
                    metadata.apply(copy.rejection),
                    () -> {
                        published(copy);
                        return CompletableFuture.completedStage(null);
                    },
                    failure -> {
                        failed(copy, failure);
                        sendNext();
                        return CompletableFuture.completedStage(null);
                    }));
        } catch (RuntimeException e) {
            failed(copy, e); // The channel has ended.
        }
    }

    private void published(Copy copy) {
        synchronized (this) {
            inFlight.remove(copy);
            isFailing = false;
        }
        copy.takenOver.complete(null);
        sendNext();
    }

    private void failed(Copy copy, Throwable failure) {
        List<Copy> noLongerAwaited;
        synchronized (this) {
            inFlight.remove(copy);
            unpublished.increment();
            noLongerAwaited = noLongerAwaited();
        }
        log.reportUnpublished(failure);
        copy.takenOver.complete(null);
        noLongerAwaited.forEach(other -> other.takenOver.complete(null));
    }

    /** Nothing can be published for now: nobody waits for the copies that there are. */
    void unreachable() {
        List<Copy> noLongerAwaited;
        synchronized (this) {
            noLongerAwaited = inFlight.isEmpty() || isFailing ? List.of() : noLongerAwaited();
        }
        noLongerAwaited.forEach(copy -> copy.takenOver.complete(null));
    }

    /** From now on nobody waits for copies; returns those for which somebody has waited. */
    private List<Copy> noLongerAwaited() {
        isFailing = true;
        List<Copy> copies = new ArrayList<>(waiting);
        copies.addAll(inFlight);
        while (waiting.size() > MOST_UNAWAITED) {
            waiting.removeLast();
            unpublished.increment();
        }
        return copies;
    }
}
