package dev.sensorline.mqtt.connector;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;

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
 * emitted n times {@link #LINGER_PER_READING} later, but no sooner than {@link #SHORTEST_LINGER} and no later than the batch age,
 * and earlier if it is full, or if it has {@link #EFFICIENT_SIZE} readings and {@link #EFFICIENT_INTERVAL} has passed. So at a few
 * readings a second each is emitted at once and alone; the more arrive, the longer they linger; and under load a batch is what
 * arrived while the previous batches were in flight, of which there are no more than allowed.
 * <p>
 * A broker with a small in-flight window sends nothing more before it gets acknowledgements. The source notices that the broker
 * has fallen silent. From then on, a batch is emitted as soon as as many readings are held again, and its acknowledgement is
 * followed by a read.
 * <p>
 * Acknowledging a batch, or a {@linkplain BatchAcknowledgement#without part of it}, sends PUBACK for each of its readings of
 * QoS 1, in the order of their arrival: see {@link UnacknowledgedDeliveries}. Negatively acknowledging it sends none, and the
 * broker keeps them. What is held until its PUBACK is sent is bounded by number and bytes: at the bound, the socket is not read
 * any more, and the rest stays with the broker.
 * <p>
 * After a reconnection the broker sends again what has not been acknowledged (MQTT 3.1.1, 4.4), with the same packet id
 * (2.3.1). A reading that is still held is not emitted a second time: it is acknowledged on the new connection. It is recognised
 * by packet id and content, soon after the connection was made also without DUP, which some brokers omit.
 * <p>
 * The topics can be changed. What has arrived before is emitted and settled first, and what arrives later waits until then: so the
 * application can change what it does with readings at the same place among them.
 */
final class BatchSource implements Flow.Publisher<Message<List<Reading>>>, Flow.Subscription, SessionListener {

    /** How long the next batch lingers for each reading of the last one. */
    private static final Duration LINGER_PER_READING = Duration.ofMillis(5);
    /** A request costs as much as a dozen readings, so at some 25 readings a second and more, they share requests. */
    private static final Duration SHORTEST_LINGER = Duration.ofMillis(40);
    /** With more readings, a request is hardly cheaper for each of them. */
    private static final int EFFICIENT_SIZE = 300;
    /** With a longer interval between requests, they hardly cost less. */
    private static final Duration EFFICIENT_INTERVAL = Duration.ofMillis(30);
    /** If nothing has arrived for so long, the broker has fallen silent. Longer than between two reads. */
    private static final Duration SILENCE = MqttSession.LONGEST_READ_PAUSE.plusMillis(10);
    /** The same for the few readings of a batch that is due after {@link #SHORTEST_LINGER}: they are not followed by a long pause. */
    private static final Duration SILENCE_BEFORE_FEW = Duration.ofMillis(30);
    /**
     * So long before a batch is due a pause of reading ends. A broker whose sockets use Nagle's algorithm keeps back all readings but
     * the first one until that has been read, and sends them within this time.
     */
    private static final Duration REST_FOLLOWS = Duration.ofMillis(1);

    private final MqttSession session;
    private final InboundOptions options;
    private final InboundMeter meter;
    private final ArrivalClock clock;
    private final LongSupplier nanoTime;

    // Belongs to the session's event loop.
    private Flow.Subscriber<? super Message<List<Reading>>> subscriber;
    private final ArrayDeque<Delivery> lingering = new ArrayDeque<>();
    /** Readings that are not acknowledged to the broker, or at QoS 0 by the application, and the bytes of topics and payloads. */
    private int held;

    private long heldBytes;
    /** How many readings were held when the broker fell silent: its in-flight window. MAX_VALUE if it has sent more since. */
    private int window = Integer.MAX_VALUE;

    private final UnacknowledgedDeliveries unacknowledged;
    private final Optional<RecordedSubscriptions> recorded;
    /** Written by the session's event loop. */
    private volatile List<String> topics;
    /** Of a change of topics, until what had arrived before is settled; otherwise null. */
    private Runnable change;
    /** So many of the lingering readings arrived before the change. */
    private int lingeringBeforeChange;

    private long demand;
    private int batchesInFlight;
    private long lastEmissionNanos;
    private long nextDueNanos;
    private long lastReadNanos;
    private boolean emissionIsDue;
    private boolean timerIsSet;
    /** Whether nothing has been read since reading was paused. */
    private boolean hasPausedReading;
    /** Whether a timer has looked since the last batch whether the broker has fallen silent; the next one waits until a batch is due. */
    private boolean isSilenceChecked;

    private boolean stopping;
    private boolean cancelled;
    private final CompletableFuture<Void> drained = new CompletableFuture<>();

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
        this.topics = options.topics();
        this.unacknowledged = new UnacknowledgedDeliveries(session, this::release, nanoTime);
        this.recorded = options.subscriptionsTopic()
                .map(topic -> new RecordedSubscriptions(
                        session, topic, options.topics(), options.replacedTopics(), this::subscribe));
        this.lastEmissionNanos = nanoTime.getAsLong();
        this.nextDueNanos = lastEmissionNanos;
        this.lastReadNanos = lastEmissionNanos;
        session.listen(this);
        session.readOnlyWhile(this::hasRoom);
        session.receiveAtMost(options.bufferSize(), options.maxPayloadSize());
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
    public void sessionLost() {
        unacknowledged.sessionLost();
    }

    @Override
    public void connected(boolean sessionPresent) {
        unacknowledged.connected();
        if (topics.isEmpty()) {
            return; // What the broker has kept is still received, and so nothing is unsubscribed from either.
        }
        recorded.ifPresentOrElse(subscriptions -> subscriptions.connected(sessionPresent), this::subscribe);
    }

    private void subscribe() {
        session.subscribe(topics, QoS.of(options.qos()));
    }

    /** See {@link MqttConnector#changeTopics}. May be called from any thread. */
    void changeTopics(List<String> changed, Runnable between) {
        session.execute(() -> {
            if (change == null) {
                lingeringBeforeChange = lingering.size();
            }
            change = between; // It replaces one that has not begun.
            emit();
            subscribeTo(changed);
        });
    }

    private void subscribeTo(List<String> changed) {
        List<String> removed = new ArrayList<>(topics);
        removed.removeAll(changed);
        if (removed.isEmpty() && topics.containsAll(changed)) {
            return;
        }
        topics = List.copyOf(changed);
        recorded.ifPresentOrElse(subscriptions -> subscriptions.change(topics), () -> {
            subscribe();
            session.unsubscribe(removed);
        });
    }

    @Override
    public void disconnected() {
        unacknowledged.connectionLost(); // What is held stays, and is recognised when the broker sends it again.
        recorded.ifPresent(RecordedSubscriptions::disconnected);
    }

    @Override
    public void received(InboundPublish message) {
        if (stopping || cancelled) {
            return; // Not acknowledged: the broker keeps it for the next process.
        }
        int packetId = message.packetId();
        if (packetId != 0 && isKnown(message)) {
            return;
        }
        boolean isIgnored = options.isIgnored(message.topic());
        Delivery delivery = new Delivery(
                isIgnored ? withoutPayload(message) : reading(message), packetId, session.connectionNumber());
        delivery.isExactlyOnce = message.qos() == QoS.EXACTLY_ONCE;
        hold(delivery);
        if (isIgnored) {
            meter.ignored();
            acknowledge(delivery);
        } else {
            meter.received();
            lingering.add(delivery);
        }
        emitAfterThisRead();
    }

    private void hold(Delivery delivery) {
        if (delivery.packetId != 0) {
            unacknowledged.add(delivery);
        }
        held++;
        window = held > window ? Integer.MAX_VALUE : window;
        heldBytes += delivery.bytes();
    }

    /** Whether a redelivered message is still held, or was acknowledged while its connection was gone. */
    private boolean isKnown(InboundPublish message) {
        Delivery known = unacknowledged.find(message);
        if (known != null || message.isDuplicate()) {
            meter.redelivered();
        }
        if (known == null) {
            return false;
        }
        if (unacknowledged.isOfThisConnection(known)) {
            return true;
        }
        unacknowledged.add(known);
        if (known.isAcknowledged) {
            emitAfterThisRead();
        }
        return true;
    }

    private static Reading withoutPayload(InboundPublish message) {
        return new Reading(message.topic(), new byte[0], message.payloadSize(), 0);
    }

    private Reading reading(InboundPublish message) {
        int size = message.payloadSize();
        byte[] payload = message.copyPayload(options.keptBytes(size));
        return new Reading(
                message.topic(), payload, size, clock.nextNanos(), message.isRetained(), message.userProperties());
    }

    /** The number of readings that are held. Belongs to the event loop. */
    int held() {
        return held;
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
            if (hasPausedReading) {
                hasPausedReading = false;
                nextDueNanos = Math.max(nextDueNanos, lastReadNanos + REST_FOLLOWS.toNanos());
            }
            session.execute(this::emit);
        }
    }

    private void emit() {
        emissionIsDue = false;
        unacknowledged.flush();
        emitDueBatches();
        if (change != null && lingeringBeforeChange == 0 && batchesInFlight == 0) {
            Runnable begun = change;
            change = null;
            begun.run();
            emitDueBatches();
        }
        meter.state(lingering.size(), batchesInFlight, !hasRoom());
        awaitNextDue();
        if (stopping && held == 0) {
            drained.complete(null);
        }
    }

    private void emitDueBatches() {
        while (demand > 0 && isBatchDue()) {
            List<Delivery> batch = nextBatch();
            demand--;
            batchesInFlight++;
            long linger = Math.min(
                    Math.max(batch.size() * LINGER_PER_READING.toNanos(), SHORTEST_LINGER.toNanos()),
                    options.batchAge().toNanos());
            isSilenceChecked = false;
            lastEmissionNanos = nanoTime.getAsLong();
            nextDueNanos = lastEmissionNanos + linger;
            pauseReading(batch.size(), linger);
            subscriber.onNext(messageOf(batch));
        }
    }

    /**
     * Where a batch has few readings, but more than one, those of the next one are read together shortly before it is due. Not at QoS 1
     * and 2, where a broker with a small in-flight window would send nothing more meanwhile.
     */
    private void pauseReading(int batchSize, long lingerNanos) {
        long nanos = lingerNanos - REST_FOLLOWS.toNanos();
        if (batchSize > 1 && options.qos() == 0 && nanos > 0 && lingerNanos <= SHORTEST_LINGER.toNanos()) {
            session.pauseReading(Duration.ofNanos(nanos));
            hasPausedReading = true;
        }
    }

    private boolean isBatchDue() {
        if (lingering.isEmpty() || batchesInFlight == options.maxBatchesInFlight()) {
            return false;
        }
        if (change != null) {
            return lingeringBeforeChange > 0;
        }
        long now = nanoTime.getAsLong();
        boolean isSilent = now - lastReadNanos >= silenceNanos(now);
        if (isSilent && options.qos() > 0) {
            window = held; // At QoS 0 a broker waits for nothing.
        }
        boolean isEfficient =
                lingering.size() >= EFFICIENT_SIZE && now - lastEmissionNanos >= EFFICIENT_INTERVAL.toNanos();
        return now - nextDueNanos >= 0
                || isEfficient
                || isSilent
                || held >= window
                || lingering.size() >= options.batchSize()
                || !hasRoom();
    }

    private long silenceNanos(long now) {
        boolean isDueAfterFew =
                now - nextDueNanos >= 0 && nextDueNanos - lastEmissionNanos <= SHORTEST_LINGER.toNanos();
        return (isDueAfterFew ? SILENCE_BEFORE_FEW : SILENCE).toNanos();
    }

    private void awaitNextDue() {
        if (!timerIsSet && change == null && !lingering.isEmpty() && batchesInFlight < options.maxBatchesInFlight()) {
            timerIsSet = true;
            long now = nanoTime.getAsLong();
            long untilDue = nextDueNanos - now;
            long nanos = isSilenceChecked ? untilDue : Math.min(untilDue, lastReadNanos + SILENCE.toNanos() - now);
            // Rounded up, because a timer that is too early would only set another one.
            long millis = TimeUnit.NANOSECONDS.toMillis(nanos) + 1;
            session.schedule(Duration.ofMillis(millis), () -> {
                timerIsSet = false;
                isSilenceChecked = true;
                emit();
            });
        }
    }

    private List<Delivery> nextBatch() {
        int size = Math.min(change == null ? lingering.size() : lingeringBeforeChange, options.batchSize());
        List<Delivery> batch = new ArrayList<>(size);
        while (batch.size() < size) {
            batch.add(lingering.removeFirst());
        }
        lingeringBeforeChange -= change == null ? 0 : size;
        return batch;
    }

    private Message<List<Reading>> messageOf(List<Delivery> batch) {
        List<Reading> readings = new ArrayList<>(batch.size());
        batch.forEach(delivery -> readings.add(delivery.reading));
        BatchAcknowledgement acknowledgement = new BatchAcknowledgement(this, batch);
        return Message.of(
                readings,
                Metadata.of(acknowledgement),
                acknowledgement::acknowledge,
                failure -> acknowledgement.reject());
    }

    /**
     * Acknowledges deliveries, or leaves them with the broker. May be called from any thread.
     *
     * @param endsBatch whether a batch is no longer in flight
     */
    CompletionStage<Void> settle(List<Delivery> deliveries, boolean acknowledge, boolean endsBatch) {
        CompletableFuture<Void> settled = new CompletableFuture<>();
        session.execute(() -> {
            deliveries.forEach(acknowledge ? this::acknowledge : this::reject);
            batchesInFlight -= endsBatch ? 1 : 0;
            emit();
            session.resumeReading();
            if (window != Integer.MAX_VALUE) {
                session.readNow(); // The acknowledgements let the broker send more at once.
            }
            settled.complete(null);
        });
        return settled;
    }

    /** Whether the order allows it. May be called from any thread. */
    boolean canHoldApart() {
        return options.acknowledgementOrder() == AcknowledgementOrder.RELAXED;
    }

    /** See {@link MqttSession#agreedWindow}. May be called from any thread. */
    int agreedWindow() {
        return session.agreedWindow();
    }

    /** Lets deliveries no longer hold back the acknowledgements of later ones. May be called from any thread. */
    void holdApart(List<Delivery> deliveries) {
        session.execute(() -> {
            deliveries.forEach(delivery -> delivery.isApart = true);
            emit();
        });
    }

    private void acknowledge(Delivery delivery) {
        if (delivery.packetId == 0 || !unacknowledged.acknowledge(delivery)) {
            release(delivery);
        }
    }

    private void reject(Delivery delivery) {
        if (delivery.packetId != 0) {
            unacknowledged.abandon(delivery);
        }
        release(delivery);
    }

    private void release(Delivery delivery) {
        if (!delivery.isReleased) {
            delivery.isReleased = true;
            held--;
            heldBytes -= delivery.bytes();
        }
    }

    /** Whether there is a connection and the broker has granted all subscriptions. May be called from any thread. */
    boolean isReady() {
        return session.isConnected() && session.isSubscribed(topics);
    }

    /** How many subscriptions the broker has granted at a lower QoS than the channel's. May be called from any thread. */
    int loweredSubscriptions() {
        return (int) topics.stream()
                .filter(filter -> session.grantedQoS(filter)
                        .filter(granted -> granted.level() < options.qos())
                        .isPresent())
                .count();
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
