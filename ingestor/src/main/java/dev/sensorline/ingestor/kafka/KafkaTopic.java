package dev.sensorline.ingestor.kafka;

import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

import dev.sensorline.connections.RootCause;
import dev.sensorline.ingestor.eventloop.EventLoop;
import dev.sensorline.ingestor.eventloop.Pauses;
import dev.sensorline.ingestor.eventloop.VertxEventLoop;
import dev.sensorline.ingestor.pipeline.Destination;
import dev.sensorline.ingestor.pipeline.Parting;
import dev.sensorline.ingestor.pipeline.SetAside;
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
import io.vertx.core.Vertx;

/**
 * A topic of Kafka that takes points, one record each: the key is measurement and tags, so that the points of a sensor stay in
 * order in one partition; the value is the line of line protocol with its time, so that reading it again makes the same point.
 * <p>
 * Kafka's producer is configured to wait out an outage by itself once it knows the topic. It may block the thread that sends, so
 * all sending happens on the connector's own sending thread.
 */
@Singleton
public final class KafkaTopic implements Destination<Point> {

    /** The channel whose producer this is, as application.properties configures it. */
    public static final String CHANNEL = "forwarded";

    private final String topic;
    private final SendingThread thread;
    private final EventLoop loop;
    private final SetAside setAside;

    private final LongAdder taken = new LongAdder();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicBoolean isLooking = new AtomicBoolean();
    private volatile String lastFailure = "";
    private volatile boolean hasGivenUp;

    @Inject
    KafkaTopic(
            IngestorConfig config, KafkaClientService clients, Vertx vertx, SetAside setAside, MeterRegistry registry) {
        this(
                config.kafka().topic(),
                action -> {
                    KafkaProducer<String, String> producer = clients.getProducer(CHANNEL);
                    return producer.runOnSendingThread(action);
                },
                new VertxEventLoop(vertx),
                setAside,
                registry);
    }

    KafkaTopic(String topic, SendingThread thread, EventLoop loop, SetAside setAside, MeterRegistry registry) {
        this.topic = topic;
        this.thread = thread;
        this.loop = loop;
        this.setAside = setAside;
        FunctionCounter.builder("sensorline.points.forwarded", taken, LongAdder::sum)
                .description("Points Kafka has taken over")
                .register(registry);
        Gauge.builder("sensorline.records.in.flight", inFlight, AtomicInteger::get)
                .description("Records on their way to Kafka and not yet acknowledged")
                .register(registry);
    }

    /** The thread that uses the producer, and may be blocked by it. */
    @FunctionalInterface
    interface SendingThread {

        Uni<Void> run(Consumer<Producer<String, String>> action);
    }

    @Override
    public Uni<Void> write(List<? extends Point> points, Parting parting) {
        if (points.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        AtomicReference<List<? extends Point>> unsent = new AtomicReference<>(points);
        return Uni.createFrom()
                .deferred(() -> send(unsent))
                .onFailure()
                .invoke(this::failed)
                .onFailure()
                .retry()
                .when(Pauses.growing(loop))
                .onSubscription()
                .invoke(() -> inFlight.addAndGet(points.size()))
                .onTermination()
                .invoke(() -> inFlight.addAndGet(-points.size()));
    }

    int inFlight() {
        return inFlight.get();
    }

    long taken() {
        return taken.sum();
    }

    /** Why Kafka last rejected a record; empty if it has accepted one since. */
    String lastFailure() {
        return lastFailure;
    }

    /** Whether the producer refuses to send for ever, so that only a new one can. */
    boolean hasGivenUp() {
        return hasGivenUp;
    }

    /** Finds out whether the topic has gone, which the producer would wait out in silence. */
    void look() {
        if (isLooking.compareAndSet(false, true)) {
            thread.run(producer -> producer.partitionsFor(topic))
                    .onFailure()
                    .invoke(this::failed)
                    .onTermination()
                    .invoke(() -> isLooking.set(false))
                    .subscribe()
                    .with(found -> {}, failure -> {});
        }
    }

    private void failed(Throwable failure) {
        lastFailure = reason(failure);
        // Not a subclass: it is what the producer throws at each record after an error. It recovers from one of them.
        hasGivenUp |= failure.getClass() == KafkaException.class
                && !(RootCause.of(failure) instanceof ClusterAuthorizationException);
    }

    private String reason(Throwable failure) {
        Throwable root = RootCause.of(failure);
        if (root instanceof ClusterAuthorizationException) {
            return "%s KAFKA_USERNAME needs the right WRITE on KAFKA_TOPIC=%s".formatted(root.getMessage(), topic);
        }
        if (root instanceof TimeoutException && !(root instanceof BufferExhaustedException)) {
            return "it describes no topic KAFKA_TOPIC=%s: does it exist?".formatted(topic);
        }
        return root instanceof KafkaException || root instanceof RecordsFailed
                ? String.valueOf(root.getMessage())
                : root.toString();
    }

    /** Sends these points once, and fails if there are some to send again, which it leaves in their place. */
    private Uni<Void> send(AtomicReference<List<? extends Point>> unsent) {
        Attempt attempt = new Attempt(Objects.requireNonNull(unsent.get(), "points to send"));
        return thread.run(attempt::send)
                .chain(() -> Uni.createFrom().completionStage(attempt.answered))
                .invoke(failed -> {
                    unsent.set(failed);
                    if (!failed.isEmpty()) {
                        throw new RecordsFailed(lastFailure);
                    }
                })
                .replaceWithVoid();
    }

    /** Some records of an attempt have to be sent again. */
    private static final class RecordsFailed extends RuntimeException {

        private static final long serialVersionUID = 1L;

        RecordsFailed(String reason) {
            super(reason, null, false, false);
        }
    }

    /** Points that are sent once, in their order. */
    private final class Attempt {

        private final List<? extends Point> points;
        private final AtomicInteger unanswered;
        private final Queue<Point> failed = new ConcurrentLinkedQueue<>();
        private final Queue<CompletableFuture<Void>> setAsides = new ConcurrentLinkedQueue<>();
        /** Completes with the points to send again, when each has been answered. */
        private final CompletableFuture<List<Point>> answered = new CompletableFuture<>();

        Attempt(List<? extends Point> points) {
            this.points = points;
            this.unanswered = new AtomicInteger(points.size());
        }

        @SuppressWarnings("FutureReturnValueIgnored") // The callback gets the result.
        void send(Producer<String, String> producer) {
            // Fails for all records at once where each of them would wait for its topic.
            producer.partitionsFor(topic);
            for (Point point : points) {
                producer.send(
                        new ProducerRecord<>(topic, point.series().key(), LineProtocol.line(point)),
                        (metadata, failure) -> answer(point, failure));
            }
        }

        /** On the producer's own thread, or on the sending thread for a record that it does not take at all. */
        private void answer(Point point, @Nullable Exception failure) {
            try {
                settle(point, failure);
            } catch (RuntimeException e) {
                lastFailure = e.toString();
                failed.add(point);
            } finally {
                if (unanswered.decrementAndGet() == 0) {
                    complete();
                }
            }
        }

        private void settle(Point point, @Nullable Exception failure) {
            if (failure == null) {
                taken.increment();
                lastFailure = lastFailure.isEmpty() ? lastFailure : "";
            } else if (failure instanceof RecordTooLargeException) {
                setAsides.add(setAside.setAside(
                                List.of(new Rejection(point.origin(), Reason.REFUSED_BY_STORE, failure.getMessage())))
                        .toCompletableFuture());
            } else {
                lastFailure = reason(failure);
                failed.add(point);
            }
        }

        @SuppressWarnings("FutureReturnValueIgnored") // Whatever setting aside has come to, the batch is answered.
        private void complete() {
            CompletableFuture.allOf(setAsides.toArray(CompletableFuture<?>[]::new))
                    .whenComplete((all, never) -> answered.complete(List.copyOf(failed)));
        }
    }
}
