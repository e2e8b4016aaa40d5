package dev.sensorline.ingestor.setaside;

import java.util.List;
import java.util.concurrent.CompletionStage;

import jakarta.enterprise.inject.Typed;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

import dev.sensorline.ingestor.pipeline.SetAside;
import dev.sensorline.ingestor.settings.IngestorConfig;
import dev.sensorline.points.Rejection;
import io.micrometer.core.instrument.MeterRegistry;

/** Sends rejected records to the topic of Kafka that application.properties names, {@code KAFKA_TOPIC} and {@code -rejected}. */
@Singleton
@Typed(KafkaSetAside.class)
public final class KafkaSetAside implements SetAside {

    /** The channel by which they leave, as application.properties configures it. */
    public static final String CHANNEL = "rejected-records";

    private final RejectedChannel channel;

    @Inject
    KafkaSetAside(
            @Channel(CHANNEL) @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER) Emitter<byte[]> rejected,
            IngestorConfig config,
            MeterRegistry registry) {
        this(rejected, new RejectionJson(config.rejectedBytes()), registry);
    }

    KafkaSetAside(Emitter<byte[]> rejected, RejectionJson json, MeterRegistry registry) {
        channel = new RejectedChannel(rejected, rejection -> Metadata.empty(), json, registry);
    }

    @Override
    public CompletionStage<Void> setAside(List<Rejection> rejections) {
        return channel.setAside(rejections);
    }
}
