package dev.sensorline.ingestor.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

import jakarta.enterprise.context.ApplicationScoped;

import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;

import dev.sensorline.ingestor.rejection.Rejections;
import dev.sensorline.ingestor.settings.IngestorConfig;
import dev.sensorline.points.Point;
import dev.sensorline.points.Rejection;
import dev.sensorline.points.Rejection.Reason;
import dev.sensorline.points.lineprotocol.LineProtocol;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import io.smallrye.reactive.messaging.kafka.KafkaProducer;

/**
 * A topic of Kafka that takes points, a record each: the key is measurement and tags, so that what a sensor sends stays in its
 * order in one partition; the value is the line of line protocol with its time, so that who reads it again gets the same point.
 * <p>
 * An outage is the producer's matter: it is told to wait for as long as it takes. Which thread may wait is the connector's:
 * all that is sent is sent by one of its own.
 */
@ApplicationScoped
public class KafkaTopic {

    /** Name of the channel whose producer this is. */
    public static final String CHANNEL = "forwarded";

    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(3);

    private final String topic;
    private final KafkaClientService clients;
    private final Rejections rejections;

    private final LongAdder taken = new LongAdder();
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile String lastFailure = "";

    KafkaTopic(IngestorConfig config, KafkaClientService clients, Rejections rejections, MeterRegistry registry) {
        this.topic = config.kafka().topic();
        this.clients = clients;
        this.rejections = rejections;
        FunctionCounter.builder("sensorline.points.forwarded", taken, LongAdder::sum)
                .description("Points Kafka has taken over").register(registry);
        Gauge.builder("sensorline.records.in.flight", inFlight, AtomicInteger::get)
                .description("Records on their way to Kafka and not yet acknowledged").register(registry);
    }

    /** Sends points, for as long as it takes. Completes when Kafka has acknowledged all but those that were set aside. */
    public Uni<Void> write(List<Point> points) {
        inFlight.addAndGet(points.size());
        return send(points).onTermination().invoke(() -> inFlight.addAndGet(-points.size()));
    }

    int inFlight() {
        return inFlight.get();
    }

    long taken() {
        return taken.sum();
    }

    /** Why Kafka refused what it refused last; empty when it has not refused anything. */
    String lastFailure() {
        return lastFailure;
    }

    private Uni<Void> send(List<Point> points) {
        if (points.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return Uni.createFrom().deferred(() -> attempt(points))
                .onFailure().invoke(failure -> lastFailure = failure.toString())
                .onFailure().retry().withBackOff(SHORTEST_PAUSE, LONGEST_PAUSE).indefinitely()
                .chain(failed -> failed.isEmpty() ? Uni.createFrom().voidItem()
                        : Uni.createFrom().voidItem().onItem().delayIt().by(LONGEST_PAUSE).chain(() -> send(failed)));
    }

    /** Returns the points that are to be sent again. */
    private Uni<List<Point>> attempt(List<Point> points) {
        KafkaProducer<String, String> producer = clients.getProducer(CHANNEL);
        Attempt attempt = new Attempt(points);
        return producer.runOnSendingThread((Consumer<Producer<String, String>>) attempt::send)
                .chain(() -> Uni.createFrom().completionStage(attempt.answered));
    }

    /** Points that are sent once, in their order. */
    private final class Attempt {

        private final List<Point> points;
        private final AtomicInteger unanswered;
        private final Queue<Point> failed = new ConcurrentLinkedQueue<>();
        private final Queue<CompletableFuture<Void>> setAside = new ConcurrentLinkedQueue<>();
        /** Completes with the points that are to be sent again, when there is an answer to each. */
        private final CompletableFuture<List<Point>> answered = new CompletableFuture<>();

        Attempt(List<Point> points) {
            this.points = points;
            this.unanswered = new AtomicInteger(points.size());
        }

        void send(Producer<String, String> kafka) {
            for (Point point : points) {
                kafka.send(new ProducerRecord<>(topic, point.series().key(), LineProtocol.line(point)),
                        (metadata, failure) -> answer(point, failure));
            }
        }

        private void answer(Point point, Exception failure) {
            if (failure == null) {
                taken.increment();
                lastFailure = lastFailure.isEmpty() ? lastFailure : "";
            } else if (failure instanceof RecordTooLargeException) {
                setAside.add(rejections.setAside(List.of(
                        new Rejection(point.origin(), Reason.REFUSED_BY_STORE, failure.getMessage()))).toCompletableFuture());
            } else {
                lastFailure = failure.getMessage();
                failed.add(point);
            }
            if (unanswered.decrementAndGet() == 0) {
                CompletableFuture.allOf(setAside.toArray(CompletableFuture<?>[]::new))
                        .thenRun(() -> answered.complete(List.copyOf(failed)));
            }
        }
    }
}
