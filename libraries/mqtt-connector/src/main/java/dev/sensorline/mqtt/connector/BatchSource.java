package dev.sensorline.mqtt.connector;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import org.eclipse.microprofile.reactive.messaging.Message;

import dev.sensorline.mqtt.client.InboundPublish;
import dev.sensorline.mqtt.client.MqttSession;
import dev.sensorline.mqtt.client.QoS;
import dev.sensorline.mqtt.client.SessionListener;
import dev.sensorline.points.ArrivalClock;
import dev.sensorline.points.Reading;

/**
 * The incoming side: gathers the messages of a subscription into batches.
 * <p>
 * Readings linger so that they share a batch, which makes each of them cheap. After a batch of n readings the next one is
 * emitted n times {@link #LINGER_PER_READING} later, but no later than the batch age, and earlier if it is full, or if it has
 * {@link #EFFICIENT_SIZE} readings and {@link #EFFICIENT_INTERVAL} has passed. So at a few readings a second each is emitted at
 * once and alone; the more arrive, the longer they linger; and under load a batch is what arrived while the previous batches
 * were in flight, of which there are no more than allowed.
 * <p>
 * A broker with a small in-flight window sends nothing more before it gets acknowledgements. The source notices that the broker
 * has fallen silent. From then on, a batch is emitted as soon as as many readings are held again, and its acknowledgement is
 * followed by a read.
 * <p>
 * Acknowledging a batch sends PUBACK for each of its readings of QoS 1. Negatively acknowledging it sends none, and the broker
 * keeps them. What is held, lingering or in flight, is bounded by number and bytes: at the bound, the socket is not read any
 * more, and the rest stays with the broker.
 * <p>
 * After a reconnection the broker sends again what has not been acknowledged (MQTT 3.1.1, 4.4), with the same packet id
 * (2.3.1). A reading that is still held is not emitted a second time: it is acknowledged on the new connection.
 */
final class BatchSource implements Flow.Publisher<Message<List<Reading>>>, Flow.Subscription, SessionListener {

    /** How long the next batch lingers for each reading of the last one. Below 200 readings a second, none lingers. */
    private static final Duration LINGER_PER_READING = Duration.ofMillis(5);
    /** With more readings, a request is hardly cheaper for each of them. */
    private static final int EFFICIENT_SIZE = 300;
    /** With a longer interval between requests, they hardly cost less. */
    private static final Duration EFFICIENT_INTERVAL = Duration.ofMillis(30);
    /** If nothing has arrived for so long, the broker has fallen silent. Longer than between two reads. */
    private static final Duration SILENCE = MqttSession.LONGEST_READ_PAUSE.plusMillis(10);

    private static final int PACKET_IDS = 1 << 16;

    private final MqttSession session;
    private final InboundOptions options;
    private final InboundMeter meter;
    private final ArrivalClock clock;
    private final LongSupplier nanoTime;

    // Belongs to the session's event loop.
    private Flow.Subscriber<? super Message<List<Reading>>> subscriber;
    private final ArrayDeque<Delivery> lingering = new ArrayDeque<>();
    /** Readings lingering or in flight, and the bytes of their topics and payloads. */
    private int held;

    private long heldBytes;
    /** How many readings were held when the broker fell silent: its in-flight window. MAX_VALUE if it has sent more since. */
    private int window = Integer.MAX_VALUE;
    /** Readings of QoS 1 that are not yet acknowledged to the broker, by packet id. */
    private final Delivery[] unacknowledged = new Delivery[PACKET_IDS];
    /** Packet ids whose PUBACK is sent in this turn of the event loop. */
    private int[] pendingAcknowledgements = new int[16];

    private int pendingAcknowledgementCount;

    private long demand;
    private int batchesInFlight;
    private long lastEmissionNanos;
    private long nextDueNanos;
    private long lastReadNanos;
    private boolean emissionIsDue;
    private boolean timerIsSet;
    private boolean subscribed;
    private boolean stopping;
    private boolean cancelled;
    private final CompletableFuture<Void> drained = new CompletableFuture<>();

    /** A reading and the delivery that has to be acknowledged, which is its latest. */
    private static final class Delivery {

        private final Reading reading;
        /** 0 at QoS 0. */
        private final int packetId;

        private int connection;
        /** Acknowledged by the application while its connection was gone, so that PUBACK could not be sent. */
        private boolean acknowledged;

        Delivery(Reading reading, int packetId, int connection) {
            this.reading = reading;
            this.packetId = packetId;
            this.connection = connection;
        }

        int bytes() {
            return reading.topic().length() + reading.payload().length;
        }

        boolean isSameAs(InboundPublish message) {
            return reading.size() == message.payloadSize()
                    && reading.topic().equals(message.topic())
                    && Arrays.equals(reading.payload(), message.copyPayload(reading.payload().length));
        }
    }

    /**
     * @param clock    stamps readings
     * @param nanoTime a clock for time differences
     */
    BatchSource(
            MqttSession session,
            InboundOptions options,
            InboundMeter meter,
            ArrivalClock clock,
            LongSupplier nanoTime) {
        this.session = session;
        this.options = options;
        this.meter = meter;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.lastEmissionNanos = nanoTime.getAsLong();
        this.nextDueNanos = lastEmissionNanos;
        this.lastReadNanos = lastEmissionNanos;
        session.listen(this);
        session.readOnlyWhile(this::hasRoom);
    }

    @Override
    public void subscribe(Flow.Subscriber<? super Message<List<Reading>>> subscriber) {
        session.execute(() -> {
            if (this.subscriber != null) {
                throw new IllegalStateException("A channel of the MQTT connector has one subscriber");
            }
            this.subscriber = subscriber;
            subscriber.onSubscribe(this);
            session.start();
        });
    }

    @Override
    public void request(long n) {
        session.execute(() -> {
            demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
            emit();
        });
    }

    @Override
    public void cancel() {
        session.execute(() -> cancelled = true);
    }

    @Override
    public void connected(boolean sessionPresent) {
        if (!sessionPresent) {
            Arrays.fill(unacknowledged, null);
        }
        // A session that is present may be that of an earlier process with other topic filters. And Mosquitto forgets
        // the shared subscriptions of a session when it restarts; to subscribe to these again does not bring retained
        // messages.
        List<String> wanted = sessionPresent && subscribed
                ? options.topics().stream()
                        .filter(topic -> topic.startsWith("$share/"))
                        .toList()
                : options.topics();
        if (!wanted.isEmpty()) {
            subscribed = true;
            session.subscribe(wanted, QoS.of(options.qos()));
        }
    }

    @Override
    public void disconnected() {
        // What is held stays, and is recognised when the broker sends it again.
    }

    @Override
    public void received(InboundPublish message) {
        if (stopping || cancelled) {
            return; // Not acknowledged: the broker keeps it for the next process.
        }
        int packetId = message.packetId();
        if (packetId != 0 && message.isDuplicate() && isKnown(message)) {
            return;
        }
        meter.received();
        Delivery delivery = new Delivery(reading(message), packetId, session.connectionNumber());
        if (packetId != 0) {
            unacknowledged[packetId] = delivery;
        }
        lingering.add(delivery);
        held++;
        window = held > window ? Integer.MAX_VALUE : window;
        heldBytes += delivery.bytes();
        emitAfterThisRead();
    }

    /** Whether a redelivered message is still held, or was acknowledged while its connection was gone. */
    private boolean isKnown(InboundPublish message) {
        meter.redelivered();
        Delivery known = unacknowledged[message.packetId()];
        if (known == null || !known.isSameAs(message)) {
            return false;
        }
        known.connection = session.connectionNumber();
        if (known.acknowledged) {
            acknowledge(known);
            emitAfterThisRead();
        }
        return true;
    }

    private Reading reading(InboundPublish message) {
        int size = message.payloadSize();
        byte[] payload = message.copyPayload(size <= options.maxPayloadSize() ? size : Reading.EXCERPT_BYTES);
        return new Reading(message.topic(), payload, size, clock.nextNanos());
    }

    /** Whether more may be read from the socket. */
    private boolean hasRoom() {
        return held < options.bufferSize() && heldBytes < options.bufferBytes() && !stopping && !cancelled;
    }

    /** Emits once for all messages of a read. */
    private void emitAfterThisRead() {
        if (!emissionIsDue) {
            emissionIsDue = true;
            lastReadNanos = nanoTime.getAsLong();
            session.execute(this::emit);
        }
    }

    private void emit() {
        emissionIsDue = false;
        sendAcknowledgements();
        while (demand > 0 && isBatchDue()) {
            List<Delivery> batch = nextBatch();
            demand--;
            batchesInFlight++;
            long linger = Math.min(
                    batch.size() * LINGER_PER_READING.toNanos(),
                    options.batchAge().toNanos());
            lastEmissionNanos = nanoTime.getAsLong();
            nextDueNanos = lastEmissionNanos + linger;
            subscriber.onNext(messageOf(batch));
        }
        meter.state(lingering.size(), batchesInFlight, !hasRoom());
        awaitNextDue();
        if (stopping && held == 0) {
            drained.complete(null);
        }
    }

    private boolean isBatchDue() {
        if (lingering.isEmpty() || batchesInFlight == options.maxBatchesInFlight()) {
            return false;
        }
        long now = nanoTime.getAsLong();
        if (now - lastReadNanos >= SILENCE.toNanos()) {
            window = held;
        }
        boolean isEfficient =
                lingering.size() >= EFFICIENT_SIZE && now - lastEmissionNanos >= EFFICIENT_INTERVAL.toNanos();
        return now - nextDueNanos >= 0
                || isEfficient
                || held >= window
                || lingering.size() >= options.batchSize()
                || !hasRoom();
    }

    private void awaitNextDue() {
        if (!timerIsSet && !lingering.isEmpty() && batchesInFlight < options.maxBatchesInFlight()) {
            timerIsSet = true;
            long now = nanoTime.getAsLong();
            long nanos = Math.min(nextDueNanos - now, lastReadNanos + SILENCE.toNanos() - now);
            // Rounded up, because a timer that is too early would only set another one.
            long millis = TimeUnit.NANOSECONDS.toMillis(nanos) + 1;
            session.schedule(Duration.ofMillis(millis), () -> {
                timerIsSet = false;
                emit();
            });
        }
    }

    private List<Delivery> nextBatch() {
        int size = Math.min(lingering.size(), options.batchSize());
        List<Delivery> batch = new ArrayList<>(size);
        while (batch.size() < size) {
            batch.add(lingering.removeFirst());
        }
        return batch;
    }

    private Message<List<Reading>> messageOf(List<Delivery> batch) {
        List<Reading> readings = new ArrayList<>(batch.size());
        batch.forEach(delivery -> readings.add(delivery.reading));
        return Message.of(readings, () -> settle(batch, true), failure -> settle(batch, false));
    }

    private CompletionStage<Void> settle(List<Delivery> batch, boolean acknowledge) {
        CompletableFuture<Void> settled = new CompletableFuture<>();
        session.execute(() -> {
            for (Delivery delivery : batch) {
                held--;
                heldBytes -= delivery.bytes();
                if (delivery.packetId != 0) {
                    if (acknowledge) {
                        acknowledge(delivery);
                    } else {
                        forget(delivery);
                    }
                }
            }
            batchesInFlight--;
            emit();
            session.resumeReading();
            if (window != Integer.MAX_VALUE) {
                session.readNow(); // The acknowledgements let the broker send more at once.
            }
            settled.complete(null);
        });
        return settled;
    }

    private void acknowledge(Delivery delivery) {
        if (delivery.connection != session.connectionNumber() || !session.isConnected()) {
            delivery.acknowledged = true; // PUBACK is sent when the broker sends the message again.
            return;
        }
        forget(delivery);
        if (pendingAcknowledgementCount == pendingAcknowledgements.length) {
            pendingAcknowledgements = Arrays.copyOf(pendingAcknowledgements, 2 * pendingAcknowledgementCount);
        }
        pendingAcknowledgements[pendingAcknowledgementCount++] = delivery.packetId;
    }

    private void forget(Delivery delivery) {
        if (unacknowledged[delivery.packetId] == delivery) {
            unacknowledged[delivery.packetId] = null;
        }
    }

    private void sendAcknowledgements() {
        session.acknowledge(pendingAcknowledgements, pendingAcknowledgementCount);
        pendingAcknowledgementCount = 0;
    }

    /** Whether there is a connection and the broker has granted all subscriptions. May be called from any thread. */
    boolean isReady() {
        return session.isConnected() && session.isSubscribed(options.topics());
    }

    /**
     * Takes no more messages. Completes when every batch has been acknowledged, positively or negatively. May be called from any
     * thread.
     */
    CompletionStage<Void> drain() {
        session.execute(() -> {
            stopping = true;
            emit();
        });
        return drained;
    }
}
