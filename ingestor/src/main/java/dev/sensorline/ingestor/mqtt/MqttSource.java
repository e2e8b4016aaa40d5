package dev.sensorline.ingestor.mqtt;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

import dev.sensorline.ingestor.pipeline.Acknowledgement;
import dev.sensorline.ingestor.pipeline.Pipeline;
import dev.sensorline.ingestor.pipeline.ProcessEnd;
import dev.sensorline.ingestor.settings.IngestorConfig;
import dev.sensorline.mqtt.connector.BatchAcknowledgement;
import dev.sensorline.points.Point;
import dev.sensorline.points.Reading;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.providers.helpers.MultiUtils;
import io.vertx.core.Context;
import io.vertx.core.Vertx;

/**
 * The source of the roles whole and bridge: batches of readings from MQTT, several at once, each acknowledged to the broker by
 * itself. At shutdown the connector drains the channel before anything else ends.
 */
@ApplicationScoped
public class MqttSource {

    /** The channel of readings, as application.properties configures it. */
    public static final String CHANNEL = "readings";

    private final Pipeline<Point> pipeline;
    private final int batchesAtOnce;
    private final ProcessEnd end;

    @Inject
    MqttSource(Pipeline<Point> pipeline, IngestorConfig config, ProcessEnd end) {
        this(pipeline, config.batch().inFlight(), end);
    }

    MqttSource(Pipeline<Point> pipeline, int batchesAtOnce, ProcessEnd end) {
        this.pipeline = pipeline;
        this.batchesAtOnce = batchesAtOnce;
        this.end = end;
    }

    /** The batches arrive on the connection's event loop, and are decoded there. */
    @Incoming(CHANNEL)
    Flow.Subscriber<Message<List<Reading>>> process() {
        return MultiUtils.via(batches -> batches.onItem()
                .transformToUni(this::process)
                .merge(batchesAtOnce)
                // Otherwise the process would live on and take no readings.
                .onFailure()
                .invoke(end::because)
                .onCompletion()
                .invoke(() -> end.because("the channel of readings has ended")));
    }

    private Uni<Message<List<Reading>>> process(Message<List<Reading>> batch) {
        Acknowledgement acknowledgement = batch.getMetadata(BatchAcknowledgement.class)
                .<Acknowledgement>map(PartAcknowledgement::new)
                .orElseGet(() -> Acknowledgement.ofWhole(batch::ack));
        return pipeline.process(batch.getPayload(), acknowledgement, decodingThread())
                .replaceWith(batch);
    }

    /** The event loop that the batches arrive on. */
    private static Executor decodingThread() {
        Context context = Vertx.currentContext();
        return context == null ? Runnable::run : task -> context.runOnContext(ignored -> task.run());
    }

    /** The connector's acknowledgement, of which parts can be taken. */
    private record PartAcknowledgement(BatchAcknowledgement connectors) implements Acknowledgement {

        @Override
        public CompletionStage<Void> acknowledge() {
            return connectors.acknowledge();
        }

        @Override
        public Optional<Acknowledgement> without(Collection<Reading> apart) {
            return connectors.without(apart).map(PartAcknowledgement::new);
        }

        @Override
        public int window() {
            return connectors.agreedWindow();
        }
    }
}
