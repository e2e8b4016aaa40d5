package dev.sensorline.ingestor.rejection;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;

import jakarta.enterprise.context.ApplicationScoped;

import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.jboss.logging.Logger;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;

import dev.sensorline.mqtt.connector.OutgoingPublish;
import dev.sensorline.points.Reading;
import dev.sensorline.points.Rejection;
import dev.sensorline.points.Rejection.Reason;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * Where readings go that are none: counted by reason, logged seldom, and published as JSON under
 * {@code sensorline/rejected/} and the topic they came on, for someone to look at. May be called from any thread.
 */
@ApplicationScoped
public class Rejections {

    /** Name of the channel they leave by. */
    public static final String CHANNEL = "rejected";

    private static final Logger LOG = Logger.getLogger(Rejections.class);
    private static final String TOPIC_PREFIX = "sensorline/rejected/";
    private static final int LONGEST_TOPIC_BYTES = 65_535;

    private final Emitter<byte[]> rejected;
    private final JsonFactory json = new JsonFactory();
    private final Map<Reason, LongAdder> counters = new EnumMap<>(Reason.class);
    private final Map<Reason, SeldomLog> logs = new EnumMap<>(Reason.class);

    /**
     * @param rejected unbounded here, bounded where it comes from: no more batches are on their way than are allowed, and
     *                 a batch is on its way until what was set aside of it has been taken over
     */
    Rejections(@Channel(CHANNEL) @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER) Emitter<byte[]> rejected,
            MeterRegistry registry) {
        this.rejected = rejected;
        for (Reason reason : Reason.values()) {
            LongAdder counter = new LongAdder();
            counters.put(reason, counter);
            FunctionCounter.builder("sensorline.readings.rejected", counter, LongAdder::sum)
                    .description("Readings set aside")
                    .tag("reason", reason.key())
                    .register(registry);
            logs.put(reason, new SeldomLog());
        }
    }

    /** Sets readings aside; completes when the broker has taken them all over. */
    public CompletionStage<Void> setAside(List<Rejection> rejections) {
        return CompletableFuture.allOf(rejections.stream().map(this::setAside).toArray(CompletableFuture<?>[]::new));
    }

    private CompletableFuture<Void> setAside(Rejection rejection) {
        Reason reason = rejection.reason();
        counters.get(reason).increment();
        logs.get(reason).report(rejection);
        CompletableFuture<Void> takenOver = new CompletableFuture<>();
        rejected.send(Message.of(json(rejection),
                Metadata.of(OutgoingPublish.to(topicFor(rejection.reading().topic()))),
                () -> {
                    takenOver.complete(null);
                    return CompletableFuture.completedStage(null);
                },
                failure -> {
                    // Without a copy for a person to see, but counted and logged: a reading that is none holds nothing up.
                    LOG.warnf("A reading set aside could not be published: %s", failure.getMessage());
                    takenOver.complete(null);
                    return CompletableFuture.completedStage(null);
                }));
        return takenOver;
    }

    private static String topicFor(String topic) {
        String rejectedTopic = TOPIC_PREFIX + topic;
        return rejectedTopic.getBytes(StandardCharsets.UTF_8).length > LONGEST_TOPIC_BYTES
                ? TOPIC_PREFIX.substring(0, TOPIC_PREFIX.length() - 1)
                : rejectedTopic;
    }

    private byte[] json(Rejection rejection) {
        Reading reading = rejection.reading();
        byte[] excerpt = Arrays.copyOf(reading.payload(), Math.min(reading.payload().length, Reading.EXCERPT_BYTES));
        String text = new String(excerpt, StandardCharsets.UTF_8);
        StringWriter written = new StringWriter();
        try (JsonGenerator generator = json.createGenerator(written)) {
            generator.writeStartObject();
            generator.writeStringField("topic", reading.topic());
            generator.writeStringField("reason", rejection.reason().key());
            if (rejection.detail() != null) {
                generator.writeStringField("detail", rejection.detail());
            }
            generator.writeNumberField("size", reading.size());
            generator.writeStringField("payload", text);
            if (!Arrays.equals(excerpt, text.getBytes(StandardCharsets.UTF_8))) {
                generator.writeStringField("payloadBase64", Base64.getEncoder().encodeToString(excerpt));
            }
            generator.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return written.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** One line at most in ten seconds, which tells how many it stands for. */
    private static final class SeldomLog {

        private static final long PAUSE_NANOS = 10_000_000_000L;

        private boolean silent;
        private long lastNanos;
        private long unreported;

        synchronized void report(Rejection rejection) {
            unreported++;
            long now = System.nanoTime();
            if (silent && now - lastNanos < PAUSE_NANOS) {
                return;
            }
            LOG.warnf("Set aside as %s: %d since the last such line, now from %s%s", rejection.reason().key(), unreported,
                    printable(rejection.reading().topic()),
                    rejection.detail() == null ? "" : " (" + printable(rejection.detail()) + ")");
            silent = true;
            lastNanos = now;
            unreported = 0;
        }

        /** What comes from outside must not write log lines of its own. */
        private static String printable(String text) {
            String line = text.replaceAll("\\p{Cntrl}", "?");
            return line.length() > 200 ? line.substring(0, 200) + "…" : line;
        }
    }
}
