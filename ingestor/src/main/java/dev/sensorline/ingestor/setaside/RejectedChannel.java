package dev.sensorline.ingestor.setaside;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.jboss.logging.Logger;

import dev.sensorline.ingestor.pipeline.SetAside;
import dev.sensorline.points.Rejection;

/**
 * Sets readings aside as JSON on an outgoing channel. The channel's emitter does not limit how many wait in it; the number of
 * batches in flight does, since a batch is in flight until its rejections have been taken over.
 */
final class RejectedChannel implements SetAside {

    private static final Logger LOG = Logger.getLogger(RejectedChannel.class);

    private final Emitter<byte[]> channel;
    private final Function<Rejection, Metadata> metadata;
    private final RejectionJson json = new RejectionJson();

    /** @param metadata says to the channel's connector where a rejection goes */
    RejectedChannel(Emitter<byte[]> channel, Function<Rejection, Metadata> metadata) {
        this.channel = channel;
        this.metadata = metadata;
    }

    @Override
    public CompletionStage<Void> setAside(List<Rejection> rejections) {
        return CompletableFuture.allOf(rejections.stream().map(this::send).toArray(CompletableFuture<?>[]::new));
    }

    private CompletableFuture<Void> send(Rejection rejection) {
        CompletableFuture<Void> takenOver = new CompletableFuture<>();
        channel.send(Message.of(
                json.of(rejection),
                metadata.apply(rejection),
                () -> {
                    takenOver.complete(null);
                    return CompletableFuture.completedStage(null);
                },
                failure -> {
                    // It stays counted and logged, but without a copy to look at: an invalid reading never stops the
                    // others.
                    LOG.warnf("A reading set aside could not be published: %s", failure.getMessage());
                    takenOver.complete(null);
                    return CompletableFuture.completedStage(null);
                }));
        return takenOver;
    }
}
