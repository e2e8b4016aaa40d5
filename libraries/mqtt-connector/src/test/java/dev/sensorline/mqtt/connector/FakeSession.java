package dev.sensorline.mqtt.connector;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import dev.sensorline.mqtt.client.InboundPublish;
import dev.sensorline.mqtt.client.MqttSession;
import dev.sensorline.mqtt.client.PublishProperties;
import dev.sensorline.mqtt.client.PublishRefusedException;
import dev.sensorline.mqtt.client.QoS;
import dev.sensorline.mqtt.client.SessionListener;

/** A session in memory, whose broker does what a test says and whose time passes only then. */
final class FakeSession implements MqttSession {

    private final ArrayDeque<Runnable> actions = new ArrayDeque<>();
    private final List<Alarm> alarms = new ArrayList<>();
    private final Map<Integer, CompletableFuture<Void>> published = new HashMap<>();
    private final List<CompletableFuture<Optional<byte[]>>> reads = new ArrayList<>();
    private final List<String> sent = new ArrayList<>();
    private final List<Duration> pauses = new ArrayList<>();
    private SessionListener listener;
    private BooleanSupplier hasRoom = () -> true;
    private long nanos;
    private final Map<String, QoS> granted = new HashMap<>();
    private boolean grantsAll = true;
    private boolean started;
    private boolean connected;
    private static final int AGREED_WINDOW = 0;
    private int connections;
    private List<String> brokersDown = List.of();
    private int lastPacketId;
    private int resumed;
    private int readsForced;
    private int alarmsSet;

    private record Alarm(long nanos, Runnable action) {}

    private record Message(
            String topic,
            String payload,
            QoS qos,
            int packetId,
            boolean isDuplicate,
            boolean isRetained,
            List<Map.Entry<String, String>> userProperties)
            implements InboundPublish {

        Message(String topic, String payload, QoS qos, int packetId, boolean isDuplicate, boolean isRetained) {
            this(topic, payload, qos, packetId, isDuplicate, isRetained, List.of());
        }

        @Override
        public int payloadSize() {
            return payload.length();
        }

        @Override
        public byte[] copyPayload(int maxBytes) {
            return Arrays.copyOf(payload.getBytes(UTF_8), Math.min(maxBytes, payload.length()));
        }
    }

    // What the broker does.

    void connect(boolean sessionPresent) {
        connected = true;
        connections++;
        if (!sessionPresent) {
            listener.sessionLost();
        }
        listener.connected(sessionPresent);
        run();
    }

    void down(String... brokers) {
        brokersDown = List.of(brokers);
    }

    void disconnect() {
        connected = false;
        reads.forEach(read -> read.completeExceptionally(new IllegalStateException("the connection ended")));
        reads.clear();
        listener.disconnected();
        run();
    }

    /** Sends messages of QoS 0 that arrive with one read. */
    void arrive(String... payloads) {
        for (String payload : payloads) {
            listener.received(new Message("sensor/a", payload, QoS.AT_MOST_ONCE, 0, false, false));
        }
        run();
    }

    void arrive(String payload, int packetId) {
        arrive(payload, packetId, packetId);
    }

    /** Sends messages of QoS 1 that arrive with one read. */
    void arrive(String payload, int firstPacketId, int lastPacketId) {
        for (int packetId = firstPacketId; packetId <= lastPacketId; packetId++) {
            listener.received(new Message("sensor/a", payload, QoS.AT_LEAST_ONCE, packetId, false, false));
        }
        run();
    }

    /** Sends a message of QoS 1, or of QoS 0 if the packet id is 0. */
    void arriveOn(String topic, String payload, int packetId) {
        listener.received(new Message(
                topic, payload, packetId == 0 ? QoS.AT_MOST_ONCE : QoS.AT_LEAST_ONCE, packetId, false, false));
        run();
    }

    /** Sends a message of QoS 1 with a user property. */
    void arriveWith(String name, String value, String payload, int packetId) {
        listener.received(new Message(
                "sensor/a", payload, QoS.AT_LEAST_ONCE, packetId, false, false, List.of(Map.entry(name, value))));
        run();
    }

    void arriveAgain(String payload, int packetId) {
        listener.received(new Message("sensor/a", payload, QoS.AT_LEAST_ONCE, packetId, true, false));
        run();
    }

    void arriveRetained(String payload) {
        listener.received(new Message("sensor/a", payload, QoS.AT_MOST_ONCE, 0, false, true));
        run();
    }

    /** Whether it grants what is subscribed to; true until this is called. */
    void grant(boolean all) {
        grantsAll = all;
    }

    void grant(String topicFilter, QoS qos) {
        granted.put(topicFilter, qos);
    }

    /** Answers what reads a retained message. */
    void retained(Optional<String> payload) {
        reads.remove(0).complete(payload.map(text -> text.getBytes(UTF_8)));
        run();
    }

    /** Sends PUBACK with a reason code that refuses the message. */
    void refuse(int packetId) {
        published.remove(packetId).completeExceptionally(new PublishRefusedException(0x87, "not authorized"));
        run();
    }

    /** Sends PUBACK or PUBCOMP. */
    void takeOver(int packetId) {
        published.remove(packetId).complete(null);
        run();
    }

    /** Sends messages of QoS 2 that arrive with one read. */
    void arriveExactlyOnce(String payload, int packetId) {
        listener.received(new Message("sensor/a", payload, QoS.EXACTLY_ONCE, packetId, false, false));
        run();
    }

    /** What was sent since the last call. */
    List<String> sent() {
        List<String> taken = List.copyOf(sent);
        sent.clear();
        return taken;
    }

    boolean isStarted() {
        return started;
    }

    boolean reads() {
        return hasRoom.getAsBoolean();
    }

    int resumed() {
        return resumed;
    }

    List<Duration> pauses() {
        return List.copyOf(pauses);
    }

    int readsForced() {
        return readsForced;
    }

    // Time

    long nanoTime() {
        return nanos;
    }

    /** How many actions are scheduled. */
    int timers() {
        return alarms.size();
    }

    /** How many actions have been scheduled so far. */
    int alarmsSet() {
        return alarmsSet;
    }

    void advance(Duration time) {
        for (long end = nanos + time.toNanos(); nanos < end; ) {
            nanos += TimeUnit.MILLISECONDS.toNanos(1);
            List<Alarm> due =
                    alarms.stream().filter(alarm -> alarm.nanos <= nanos).toList();
            alarms.removeAll(due);
            due.forEach(alarm -> actions.add(alarm.action));
            run();
        }
    }

    void run() {
        while (!actions.isEmpty()) {
            actions.remove().run();
        }
    }

    @Override
    public void listen(SessionListener listener) {
        this.listener = listener;
    }

    @Override
    public void readOnlyWhile(BooleanSupplier hasRoom) {
        this.hasRoom = hasRoom;
    }

    @Override
    public void receiveAtMost(int unacknowledged, int payloadBytes) {
        // Messages of this broker are short.
    }

    @Override
    public int agreedWindow() {
        return AGREED_WINDOW;
    }

    @Override
    public void start() {
        started = true;
    }

    @Override
    public boolean isConnected() {
        return connected;
    }

    @Override
    public List<String> brokersDown() {
        return brokersDown;
    }

    @Override
    public void execute(Runnable action) {
        actions.add(action);
    }

    @Override
    public void schedule(Duration delay, Runnable action) {
        alarmsSet++;
        alarms.add(new Alarm(nanos + delay.toNanos(), action));
    }

    @Override
    public int connectionNumber() {
        return connections;
    }

    @Override
    public void subscribe(List<String> topicFilters, QoS qos) {
        sent.add("SUBSCRIBE " + String.join(" ", topicFilters) + " qos " + qos.level());
    }

    @Override
    public CompletionStage<Void> unsubscribe(List<String> topicFilters) {
        sent.add("UNSUBSCRIBE " + String.join(" ", topicFilters));
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Optional<byte[]>> readRetained(String topic, Duration wait) {
        sent.add("READ " + topic);
        CompletableFuture<Optional<byte[]>> read = new CompletableFuture<>();
        reads.add(read);
        return read;
    }

    @Override
    public Optional<QoS> grantedQoS(String topicFilter) {
        return Optional.ofNullable(granted.get(topicFilter));
    }

    @Override
    public boolean isSubscribed(List<String> topicFilters) {
        return grantsAll;
    }

    @Override
    public void acknowledge(int[] packetIds, int count) {
        if (count > 0) {
            sent.add("PUBACK " + Arrays.toString(Arrays.copyOf(packetIds, count)));
        }
    }

    @Override
    public void resumeReading() {
        resumed++;
    }

    @Override
    public void pauseReading(Duration duration) {
        pauses.add(duration);
    }

    @Override
    public void readNow() {
        readsForced++;
    }

    @Override
    public CompletionStage<Void> publish(
            String topic, byte[] payload, QoS qos, boolean retain, PublishProperties properties) {
        if (topic.contains("+")) {
            return CompletableFuture.failedFuture(new IllegalArgumentException(topic));
        }
        if (!connected && qos == QoS.AT_MOST_ONCE) {
            return CompletableFuture.failedFuture(new IllegalStateException("no connection"));
        }
        int packetId = qos == QoS.AT_MOST_ONCE ? 0 : ++lastPacketId;
        sent.add("PUBLISH " + packetId + " " + topic + " " + new String(payload, UTF_8) + " qos " + qos.level()
                + (retain ? " retained" : "") + (properties.isEmpty() ? "" : " " + properties.userProperties()));
        return packetId == 0
                ? CompletableFuture.completedFuture(null)
                : published.computeIfAbsent(packetId, id -> new CompletableFuture<>());
    }

    @Override
    public CompletionStage<Void> stop() {
        throw new UnsupportedOperationException("the connector stops sessions");
    }
}
