package dev.sensorline.mqtt;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

import dev.sensorline.reading.ArrivalClock;
import dev.sensorline.reading.Reading;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.messages.MqttPublishMessage;

/**
 * The incoming side: messages of a subscription, gathered into batches that form by themselves.
 * <p>
 * A batch leaves at once when none is on its way; else when it is full, or when its oldest reading has waited for the
 * batch age and fewer than the allowed number are on their way. So a batch is what arrived while the last one was being
 * worked on: one reading when little arrives, thousands under load, and never is there a wait for a timer while nothing
 * is being done.
 * <p>
 * Acknowledging a batch sends the PUBACK of each of its QoS 1 readings; negatively acknowledging it sends none, and the
 * broker keeps them. What is held is bounded: at QoS 0, where nothing holds the broker back, by number and bytes, the
 * oldest being dropped and counted; at QoS 1 by the broker's in-flight window, as far as it keeps to it.
 * <p>
 * After a reconnection the broker sends again what has not been acknowledged (MQTT 3.1.1, 4.4), with the same packet id
 * (2.3.1). A reading that is still held here is not emitted a second time: its acknowledgement then goes out on the new
 * connection.
 */
final class BatchSource implements Flow.Publisher<Message<List<Reading>>>, Flow.Subscription, MqttLink.Party {

    private static final Logger LOG = Logger.getLogger(BatchSource.class);
    private static final int PACKET_IDS = 1 << 16;

    private final MqttLink link;
    private final InboundOptions options;
    private final InboundMeter meter;
    private final ArrivalClock clock;

    /** Guards against a second subscriber; otherwise the state below belongs to the link's event loop. */
    private Flow.Subscriber<? super Message<List<Reading>>> subscriber;

    /** Waiting to be emitted: those the broker keeps until they are acknowledged, and those nobody keeps. */
    private final ArrayDeque<Delivery> kept = new ArrayDeque<>();
    private final ArrayDeque<Delivery> unkept = new ArrayDeque<>();
    private long unkeptBytes;
    /** Received at QoS 1 and not yet acknowledged, waiting or emitted, by packet id. */
    private final Delivery[] unacknowledged = new Delivery[PACKET_IDS];

    private long demand;
    private int batchesInFlight;
    private boolean emissionDue;
    private long ageTimer = -1;
    private boolean subscribed;
    private boolean stopping;
    private boolean cancelled;
    private final CompletableFuture<Void> drained = new CompletableFuture<>();

    /** A reading and the message whose acknowledgement it owes: the latest one, when it was delivered again. */
    private static final class Delivery {

        private final Reading reading;
        private MqttPublishMessage message;

        Delivery(Reading reading, MqttPublishMessage message) {
            this.reading = reading;
            this.message = message;
        }

        int bytes() {
            return reading.payload().length;
        }

        boolean isSameAs(MqttPublishMessage other) {
            return reading.size() == other.payload().length()
                    && reading.topic().equals(other.topicName())
                    && Arrays.equals(reading.payload(), excerpt(other.payload(), reading.payload().length));
        }
    }

    BatchSource(MqttLink link, InboundOptions options, InboundMeter meter, ArrivalClock clock) {
        this.link = link;
        this.options = options;
        this.meter = meter;
        this.clock = clock;
        link.join(this);
    }

    @Override
    public void subscribe(Flow.Subscriber<? super Message<List<Reading>>> subscriber) {
        link.execute(() -> {
            if (this.subscriber != null) {
                throw new IllegalStateException("A channel of the MQTT connector has one subscriber");
            }
            this.subscriber = subscriber;
            subscriber.onSubscribe(this);
            link.start();
        });
    }

    @Override
    public void request(long n) {
        link.execute(() -> {
            demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
            emit();
        });
    }

    @Override
    public void cancel() {
        link.execute(() -> cancelled = true);
    }

    @Override
    public void connected() {
        if (!subscribed) {
            // Only now: what the session knows before, it takes for subscribed when the broker remembers a session of
            // an earlier process, which may have had other filters.
            subscribed = true;
            options.topics().forEach(filter -> link.subscribe(filter, options.qos()));
        }
    }

    @Override
    public void disconnected() {
        // What is held stays: it is on its way, and is recognised when the broker sends it again.
    }

    @Override
    public void received(MqttPublishMessage message) {
        if (stopping || cancelled) {
            return; // Not acknowledged: the broker keeps it for the next process.
        }
        if (message.qosLevel() == MqttQoS.AT_MOST_ONCE) {
            meter.received();
            Delivery delivery = new Delivery(reading(message), message);
            unkept.add(delivery);
            unkeptBytes += delivery.bytes();
            while (unkept.size() > options.bufferSize() || unkeptBytes > options.bufferBytes()) {
                unkeptBytes -= unkept.removeFirst().bytes();
                meter.dropped();
            }
        } else {
            int packetId = message.messageId();
            if (message.isDup()) {
                meter.redelivered();
                Delivery held = unacknowledged[packetId];
                if (held != null && held.isSameAs(message)) {
                    held.message = message;
                    return;
                }
            }
            meter.received();
            Delivery delivery = new Delivery(reading(message), message);
            unacknowledged[packetId] = delivery;
            kept.add(delivery);
        }
        meter.waiting(waiting());
        if (!emissionDue) {
            // After what else the socket has brought in this turn of the event loop: it then travels together.
            emissionDue = true;
            link.execute(this::emit);
        }
    }

    private Reading reading(MqttPublishMessage message) {
        Buffer payload = message.payload();
        int size = payload.length();
        byte[] bytes = size <= options.maxPayloadSize() ? payload.getBytes() : excerpt(payload, Reading.EXCERPT_BYTES);
        return new Reading(message.topicName(), bytes, size, clock.nextNanos());
    }

    private static byte[] excerpt(Buffer payload, int length) {
        return payload.getBytes(0, Math.min(length, payload.length()));
    }

    private int waiting() {
        return kept.size() + unkept.size();
    }

    private void emit() {
        emissionDue = false;
        while (demand > 0 && isBatchDue()) {
            List<Delivery> batch = nextBatch();
            demand--;
            batchesInFlight++;
            meter.inFlight(batchesInFlight);
            subscriber.onNext(messageOf(batch));
        }
        meter.waiting(waiting());
        watchAge();
        if (stopping && waiting() == 0 && batchesInFlight == 0) {
            drained.complete(null);
        }
    }

    private boolean isBatchDue() {
        return waiting() > 0 && batchesInFlight < options.maxBatchesInFlight()
                && (batchesInFlight == 0 || waiting() >= options.batchSize() || stopping || remainingAge() <= 0);
    }

    /** How long the oldest waiting reading may still wait, in nanoseconds. */
    private long remainingAge() {
        long oldest = Math.min(arrival(kept), arrival(unkept));
        return options.batchAge().toNanos() - (clock.nextNanos() - oldest);
    }

    private static long arrival(ArrayDeque<Delivery> waiting) {
        return waiting.isEmpty() ? Long.MAX_VALUE : waiting.peekFirst().reading.arrivalNanos();
    }

    private List<Delivery> nextBatch() {
        int size = Math.min(waiting(), options.batchSize());
        List<Delivery> batch = new ArrayList<>(size);
        while (batch.size() < size) {
            boolean keptIsOlder = arrival(kept) <= arrival(unkept);
            Delivery oldest = keptIsOlder ? kept.removeFirst() : unkept.removeFirst();
            unkeptBytes -= keptIsOlder ? 0 : oldest.bytes();
            batch.add(oldest);
        }
        return batch;
    }

    private void watchAge() {
        if (ageTimer < 0 && waiting() > 0 && batchesInFlight < options.maxBatchesInFlight()) {
            ageTimer = link.schedule(Duration.ofNanos(remainingAge()), () -> {
                ageTimer = -1;
                emit();
            });
        }
    }

    private Message<List<Reading>> messageOf(List<Delivery> batch) {
        List<Reading> readings = new ArrayList<>(batch.size());
        batch.forEach(delivery -> readings.add(delivery.reading));
        return Message.of(readings, () -> settle(batch, true), failure -> settle(batch, false));
    }

    private CompletionStage<Void> settle(List<Delivery> batch, boolean acknowledge) {
        CompletableFuture<Void> settled = new CompletableFuture<>();
        link.execute(() -> {
            List<MqttPublishMessage> owed = new ArrayList<>(batch.size());
            for (Delivery delivery : batch) {
                MqttPublishMessage message = delivery.message;
                if (message.qosLevel() != MqttQoS.AT_MOST_ONCE) {
                    if (unacknowledged[message.messageId()] == delivery) {
                        unacknowledged[message.messageId()] = null;
                    }
                    owed.add(message);
                }
            }
            // From outside its event loop Vert.x writes all of them with one flush; from inside, with one each.
            Runnable acknowledgement = () -> owed.forEach(BatchSource::acknowledge);
            (acknowledge && !owed.isEmpty() ? link.executeElsewhere(acknowledgement) : link.done())
                    .onComplete(ignored -> {
                        batchesInFlight--;
                        meter.inFlight(batchesInFlight);
                        settled.complete(null);
                        emit();
                    });
        });
        return settled;
    }

    private static void acknowledge(MqttPublishMessage message) {
        try {
            message.ack();
        } catch (RuntimeException connectionIsGone) {
            // The broker will send the message again, to be acknowledged then.
            LOG.debugf(connectionIsGone, "No acknowledgement of packet %d", message.messageId());
        }
    }

    /** Whether there is a connection on which the broker has confirmed the subscriptions. */
    boolean isReady() {
        return link.isConnected() && link.isSubscribed(options.topics());
    }

    /** Takes nothing more; completes when all that is held has been settled. */
    CompletionStage<Void> drain() {
        link.execute(() -> {
            stopping = true;
            emit();
        });
        return drained;
    }
}
