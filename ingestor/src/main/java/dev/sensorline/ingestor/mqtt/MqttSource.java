package dev.sensorline.ingestor.mqtt;

import java.util.List;
import java.util.concurrent.Flow;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

import dev.sensorline.ingestor.pipeline.Pipeline;
import dev.sensorline.ingestor.settings.IngestorConfig;
import dev.sensorline.points.Point;
import dev.sensorline.points.Reading;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.providers.helpers.MultiUtils;

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

    @Inject
    MqttSource(Pipeline<Point> pipeline, IngestorConfig config) {
        this(pipeline, config.batch().inFlight());
    }

    MqttSource(Pipeline<Point> pipeline, int batchesAtOnce) {
        this.pipeline = pipeline;
        this.batchesAtOnce = batchesAtOnce;
    }

    /** The batches arrive on the connection's event loop, and are decoded there. */
    @Incoming(CHANNEL)
    Flow.Subscriber<Message<List<Reading>>> process() {
        return MultiUtils.via(
                batches -> batches.onItem().transformToUni(this::process).merge(batchesAtOnce));
    }

    private Uni<Message<List<Reading>>> process(Message<List<Reading>> batch) {
        return pipeline.process(batch.getPayload(), batch::ack).replaceWith(batch);
    }
}
