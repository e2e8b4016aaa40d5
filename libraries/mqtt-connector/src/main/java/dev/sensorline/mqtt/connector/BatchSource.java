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

import org.eclipse.microprofile.reactive.messaging.Message;

import dev.sensorline.mqtt.client.MqttLink;
import dev.sensorline.points.ArrivalClock;
import dev.sensorline.points.Reading;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;

/**
 * The incoming side: messages of a subscription, gathered into batches that form by themselves.
 * <p>
 * After a batch of n readings the next one leaves no sooner than n times {@link #COMPANY} later, at most the batch age,
 * unless it is full, or has {@link #ENOUGH} readings and {@link #ENOUGH_AGE} has gone by. So at some readings a second each
 * leaves at once, alone; the more there are, the longer they wait for company, which is what makes them cheap, until there
 * is company enough; and under load a batch is what arrived while the last ones were on their way, of which there are no
 * more than allowed.
 * <p>
 * A broker with a small window sends nothing more before it gets acknowledgements. It shows by falling silent; from then on
 * a batch leaves as soon as so many readings are held again, and is followed by a read.
 * <p>
 * Acknowledging a batch sends the PUBACK of each of its QoS 1 readings; negatively acknowledging it sends none, and the
 * broker keeps them. What is held, waiting or on its way, is bounded by number and bytes: then the socket is not read any
 * more, and the rest stays with the broker.
 * <p>
 * After a reconnection the broker sends again what has not been acknowledged (MQTT 3.1.1, 4.4), with the same packet id
 * (2.3.1). A reading of which that is known is not emitted a second time: its acknowledgement goes out on the new
 * connection.
 */
final class BatchSource implements Flow.Publisher<Message<List<Reading>>>, Flow.Subscription, MqttLink.Party {

    /** What a request to a store costs, in waiting for readings that share it: none of it below 200 a second. */
    private static final Duration COMPANY = Duration.ofMillis(5);
    /** More readings would make a request hardly cheaper for each of them. */
    private static final int ENOUGH = 300;
    /** Nor would more requests than come of this. */
    private static final Duration ENOUGH_AGE = Duration.ofMillis(30);
    /** After so long nothing comes any more: longer than between two reads. */
    private static final Duration SILENCE = MqttLink.LONGEST_READ_PAUSE.plusMillis(10);
    private static final int PACKET_IDS = 1 << 16;

    private final MqttLink link;
    private final InboundOptions options;
    private final InboundMeter meter;
    private final ArrivalClock clock;

    // All of it belongs to the link's event loop.
    private Flow.Subscriber<? super Message<List<Reading>>> subscriber;
    private final ArrayDeque<Delivery> waiting = new ArrayDeque<>();
    /** Waiting or on their way, and the bytes of their topics and payloads. */
    private int held;
    private long heldBytes;
    /** How many were held when the broker fell silent; it has sent more when there is no such number. */
    private int window = Integer.MAX_VALUE;
    /** Received at QoS 1 and not yet acknowledged, by packet id. */
    private final Delivery[] unacknowledged = new Delivery[PACKET_IDS];
    private int[] owed = new int[16];
    private int owedCount;

    private long demand;
    private int batchesInFlight;
    private long lastEmissionNanos = System.nanoTime();
    private long nextDueNanos = lastEmissionNanos;
    private long lastReadNanos = System.nanoTime();
    private boolean emissionIsDue;
    private boolean timerIsSet;
    private boolean subscribed;
    private boolean stopping;
    private boolean cancelled;
    private final CompletableFuture<Void> drained = new CompletableFuture<>();

    /** A reading and the acknowledgement it owes: that of its latest delivery. */
    private static final class Delivery {

        private final Reading reading;
        /** 0 at QoS 0. */
        private final int packetId;
        private int connection;
        /** Settled when there was no connection to say so. */
        private boolean settled;

        Delivery(Reading reading, int packetId, int connection) {
            this.reading = reading;
            this.packetId = packetId;
            this.connection = connection;
        }

        int bytes() {
            return reading.topic().length() + reading.payload().length;
        }

        boolean isSameAs(MqttPublishMessage other) {
            ByteBuf payload = other.payload();
            return reading.size() == payload.readableBytes()
                    && reading.topic().equals(other.variableHeader().topicName())
                    && Arrays.equals(reading.payload(), start(payload, reading.payload().length));
        }
    }

    BatchSource(MqttLink link, InboundOptions options, InboundMeter meter, ArrivalClock clock) {
        this.link = link;
        this.options = options;
        this.meter = meter;
        this.clock = clock;
        link.join(this);
        link.readOnlyWhile(this::hasRoom);
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
    public void connected(boolean sessionPresent) {
        if (!sessionPresent) {
            Arrays.fill(unacknowledged, null);
        }
        // A session that is there may be of an earlier process, which may have had other filters. And Mosquitto forgets the shared
        // subscriptions of a session when it is restarted; to subscribe to these again brings no retained messages.
        List<String> wanted = sessionPresent && subscribed
                ? options.topics().stream().filter(topic -> topic.startsWith("$share/")).toList()
                : options.topics();
        if (!wanted.isEmpty()) {
            subscribed = true;
            link.subscribe(wanted, options.qos());
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
        boolean kept = message.fixedHeader().qosLevel() != MqttQoS.AT_MOST_ONCE;
        if (kept && message.fixedHeader().isDup() && isKnown(message)) {
            return;
        }
        meter.received();
        Delivery delivery = new Delivery(reading(message), kept ? message.variableHeader().packetId() : 0,
                link.connectionNumber());
        if (kept) {
            unacknowledged[delivery.packetId] = delivery;
        }
        waiting.add(delivery);
        held++;
        window = held > window ? Integer.MAX_VALUE : window;
        heldBytes += delivery.bytes();
        emitAfterThisRead();
    }

    /** Whether a message that is sent again is still here, or was settled after its connection had gone. */
    private boolean isKnown(MqttPublishMessage message) {
        meter.redelivered();
        int packetId = message.variableHeader().packetId();
        Delivery known = unacknowledged[packetId];
        if (known == null || !known.isSameAs(message)) {
            return false;
        }
        known.connection = link.connectionNumber();
        if (known.settled) {
            owe(known);
            emitAfterThisRead();
        }
        return true;
    }

    private Reading reading(MqttPublishMessage message) {
        ByteBuf payload = message.payload();
        int size = payload.readableBytes();
        byte[] bytes = start(payload, size <= options.maxPayloadSize() ? size : Reading.EXCERPT_BYTES);
        return new Reading(message.variableHeader().topicName(), bytes, size, clock.nextNanos());
    }

    private static byte[] start(ByteBuf payload, int length) {
        return ByteBufUtil.getBytes(payload, payload.readerIndex(), Math.min(length, payload.readableBytes()));
    }

    /** Whether more may be read from the socket. */
    private boolean hasRoom() {
        return held < options.bufferSize() && heldBytes < options.bufferBytes() && !stopping && !cancelled;
    }

    /** What a read has brought travels together. */
    private void emitAfterThisRead() {
        if (!emissionIsDue) {
            emissionIsDue = true;
            lastReadNanos = System.nanoTime();
            link.execute(this::emit);
        }
    }

    private void emit() {
        emissionIsDue = false;
        acknowledgeOwed();
        while (demand > 0 && isBatchDue()) {
            List<Delivery> batch = nextBatch();
            demand--;
            batchesInFlight++;
            long pause = Math.min(batch.size() * COMPANY.toNanos(), options.batchAge().toNanos());
            lastEmissionNanos = System.nanoTime();
            nextDueNanos = lastEmissionNanos + pause;
            subscriber.onNext(messageOf(batch));
        }
        meter.state(waiting.size(), batchesInFlight, !hasRoom());
        awaitNextDue();
        if (stopping && held == 0) {
            drained.complete(null);
        }
    }

    private boolean isBatchDue() {
        if (waiting.isEmpty() || batchesInFlight == options.maxBatchesInFlight()) {
            return false;
        }
        long now = System.nanoTime();
        if (now - lastReadNanos >= SILENCE.toNanos()) {
            window = held;
        }
        boolean isEnough = waiting.size() >= ENOUGH && now - lastEmissionNanos >= ENOUGH_AGE.toNanos();
        return now - nextDueNanos >= 0 || isEnough || held >= window || waiting.size() >= options.batchSize() || !hasRoom();
    }

    private void awaitNextDue() {
        if (!timerIsSet && !waiting.isEmpty() && batchesInFlight < options.maxBatchesInFlight()) {
            timerIsSet = true;
            long now = System.nanoTime();
            long nanos = Math.min(nextDueNanos - now, lastReadNanos + SILENCE.toNanos() - now);
            // Rounded up: a timer that is early would only set the next.
            long millis = TimeUnit.NANOSECONDS.toMillis(nanos) + 1;
            link.schedule(Duration.ofMillis(millis), () -> {
                timerIsSet = false;
                emit();
            });
        }
    }

    private List<Delivery> nextBatch() {
        int size = Math.min(waiting.size(), options.batchSize());
        List<Delivery> batch = new ArrayList<>(size);
        while (batch.size() < size) {
            batch.add(waiting.removeFirst());
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
        link.execute(() -> {
            for (Delivery delivery : batch) {
                held--;
                heldBytes -= delivery.bytes();
                if (delivery.packetId != 0) {
                    if (acknowledge) {
                        owe(delivery);
                    } else {
                        forget(delivery);
                    }
                }
            }
            batchesInFlight--;
            emit();
            link.resume();
            if (window != Integer.MAX_VALUE) {
                link.hurry(); // What the acknowledgements let through is there in an instant.
            }
            settled.complete(null);
        });
        return settled;
    }

    private void owe(Delivery delivery) {
        if (delivery.connection != link.connectionNumber() || !link.isConnected()) {
            delivery.settled = true; // To be acknowledged when it is sent again.
            return;
        }
        forget(delivery);
        if (owedCount == owed.length) {
            owed = Arrays.copyOf(owed, 2 * owedCount);
        }
        owed[owedCount++] = delivery.packetId;
    }

    private void forget(Delivery delivery) {
        if (unacknowledged[delivery.packetId] == delivery) {
            unacknowledged[delivery.packetId] = null;
        }
    }

    private void acknowledgeOwed() {
        link.acknowledge(owed, owedCount);
        owedCount = 0;
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
