package dev.sensorline.ingestor;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

import jakarta.enterprise.context.ApplicationScoped;

import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Outgoing;

import dev.sensorline.ingestor.health.Latency;
import dev.sensorline.ingestor.rejection.Rejections;
import dev.sensorline.ingestor.settings.Channels;
import dev.sensorline.ingestor.settings.IngestorConfig;
import dev.sensorline.points.Decoded;
import dev.sensorline.points.Point;
import dev.sensorline.points.Reading;
import dev.sensorline.points.Rejection;
import dev.sensorline.points.decoding.Decoder;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.providers.helpers.MultiUtils;

/**
 * The way of a reading: {@code readings} → decode → {@code points} → write. A batch of readings is acknowledged, and so
 * leaves the broker, when InfluxDB, or Kafka in the role bridge, has accepted its points and what was no reading has been set
 * aside.
 */
@ApplicationScoped
public class Pipeline {

    private static final String POINTS = "points";

    private final Decoder decoder;
    private final Destination destination;
    private final Rejections rejections;
    private final IngestorConfig.Batch batch;
    private final Latency latency;

    Pipeline(Decoder decoder, Destination destination, Rejections rejections, IngestorConfig config, Latency latency) {
        this.decoder = decoder;
        this.destination = destination;
        this.rejections = rejections;
        this.batch = config.batch();
        this.latency = latency;
    }

    /** Where it is called, on the connection's event loop: a worker thread would have to be woken for each batch. */
    @Incoming(Channels.READINGS)
    @Outgoing(POINTS)
    @NonBlocking
    Message<List<Point>> decode(Message<List<Reading>> readings) {
        List<Point> points = new ArrayList<>(readings.getPayload().size());
        List<Rejection> rejected = new ArrayList<>();
        for (Reading reading : readings.getPayload()) {
            Decoded decoded = decoder.decode(reading);
            if (decoded instanceof Point point) {
                points.add(point);
            } else {
                rejected.add((Rejection) decoded);
            }
        }
        CompletionStage<Void> setAside = rejections.setAside(rejected);
        return readings.withPayload(points).withAck(() -> setAside.thenCompose(done -> readings.ack()));
    }

    @Incoming(POINTS)
    Flow.Subscriber<Message<List<Point>>> write() {
        return MultiUtils.via(points -> points.onItem().transformToUni(this::write).merge(batch.inFlight()));
    }

    private Uni<Message<List<Point>>> write(Message<List<Point>> points) {
        return destination.write(points.getPayload())
                .invoke(() -> latency.written(points.getPayload()))
                .chain(() -> Uni.createFrom().completionStage(points.ack()))
                .replaceWith(points);
    }
}
