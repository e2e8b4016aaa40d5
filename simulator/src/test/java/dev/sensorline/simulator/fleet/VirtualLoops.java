package dev.sensorline.simulator.fleet;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;

import dev.sensorline.mqtt.client.MqttPublisher;
import dev.sensorline.mqtt.client.PublisherLoop;
import dev.sensorline.mqtt.client.Will;

/** Loops in virtual time, and publishers whose broker is this object. All run on the thread of the test. */
final class VirtualLoops {

    static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    /** What was published, and when it was flushed. */
    record Message(int publisher, String topic, String payload, int qos, boolean retain, long nanos) {}

    final List<PublisherLoop> loops = new ArrayList<>();
    final List<Message> messages = new ArrayList<>();
    final List<FakePublisher> publishers = new ArrayList<>();
    /** When each attempt to connect was made, in nanoseconds. */
    final List<Long> attempts = new ArrayList<>();

    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparingLong(Task::when).thenComparingLong(Task::number));
    private long now;
    private long number;

    /** Publishers whose connections are refused, by number. */
    IntPredicate refused = number -> false;

    boolean socketsAreFull;
    boolean acknowledges = true;
    /** Whether the broker takes messages that it acknowledges. */
    boolean takes = true;

    int maximumQoS = 2;
    boolean isRetainAvailable = true;
    /** Of topic and payload together, in bytes. */
    int maximumSize = Integer.MAX_VALUE;

    int window = 100;
    int keepAliveSeconds = 60;
    /** How much time passes with each action: a machine without time for this process. */
    long actionNanos;
    /** How many actions have run. */
    long actions;

    private record Task(long when, long number, Runnable action) {}

    VirtualLoops(int threads) {
        for (int i = 0; i < threads; i++) {
            loops.add(new VirtualLoop());
        }
    }

    long now() {
        return now;
    }

    private void add(long delay, Runnable action) {
        tasks.add(new Task(now + delay, number++, action));
    }

    /** Lets time pass. */
    void run(long millis) {
        long end = now + millis * MILLI;
        while (!tasks.isEmpty() && tasks.element().when() <= end) {
            Task next = tasks.remove();
            now = Math.max(now, next.when());
            next.action().run();
            now += actionNanos;
            actions++;
        }
        now = Math.max(now, end);
    }

    private final class VirtualLoop implements PublisherLoop {

        @Override
        public void execute(Runnable action) {
            add(0, action);
        }

        @Override
        public void schedule(long delayNanos, Runnable action) {
            add(delayNanos, action);
        }

        @Override
        public long nanoTime() {
            return now;
        }

        @Override
        public MqttPublisher publisher(int number, MqttPublisher.Listener listener) {
            FakePublisher publisher = new FakePublisher(number, listener);
            publishers.add(publisher);
            return publisher;
        }
    }

    final class FakePublisher implements MqttPublisher {

        final List<String> subscriptions = new ArrayList<>();
        private final int number;
        final Listener listener;
        private final List<Message> batch = new ArrayList<>();
        private final List<Long> tags = new ArrayList<>();
        boolean isConnected;
        Optional<Will> will = Optional.empty();
        int connections;
        int pings;

        FakePublisher(int number, Listener listener) {
            this.number = number;
            this.listener = listener;
        }

        @Override
        public int number() {
            return number;
        }

        @Override
        public void connect() {
            if (isConnected) {
                return;
            }
            attempts.add(now);
            will = listener.will(this);
            add(MILLI, () -> {
                if (refused.test(number)) {
                    listener.disconnected(this, "refused");
                } else {
                    isConnected = true;
                    connections++;
                    listener.connected(this);
                }
            });
        }

        @Override
        public Room room(int qos) {
            if (!isConnected) {
                return Room.NO_CONNECTION;
            }
            if (qos > 0 && tags.size() >= window) {
                return Room.WINDOW_FULL;
            }
            return socketsAreFull ? Room.SOCKET_FULL : Room.READY;
        }

        @Override
        public int maximumQoS() {
            return maximumQoS;
        }

        @Override
        public boolean isRetainAvailable() {
            return isRetainAvailable;
        }

        @Override
        public boolean fits(int topicSize, int payloadSize, int qos) {
            return topicSize + payloadSize <= maximumSize;
        }

        @Override
        public boolean publish(
                byte[] topic, int topicSize, byte[] payload, int payloadSize, int qos, boolean retain, long tag) {
            if (!fits(topicSize, payloadSize, qos)) {
                return false;
            }
            batch.add(new Message(
                    number,
                    new String(topic, 0, topicSize, StandardCharsets.UTF_8),
                    new String(payload, 0, payloadSize, StandardCharsets.UTF_8),
                    qos,
                    retain,
                    now));
            if (qos > 0) {
                tags.add(tag);
                add(MILLI, this::acknowledgeAll);
            }
            return true;
        }

        /** As far as the broker does. */
        void acknowledgeAll() {
            if (acknowledges) {
                List<Long> all = List.copyOf(tags);
                tags.clear();
                all.forEach(tag -> {
                    if (takes) {
                        listener.acknowledged(this, tag);
                    } else {
                        listener.refused(this, tag, "quota exceeded");
                    }
                });
            }
        }

        @Override
        public void flush() {
            batch.forEach(message -> messages.add(new Message(
                    message.publisher(), message.topic(), message.payload(), message.qos(), message.retain(), now)));
            batch.clear();
        }

        @Override
        public void subscribe(List<String> topicFilters) {
            subscriptions.addAll(topicFilters);
        }

        @Override
        public int unacknowledged() {
            return tags.size();
        }

        @Override
        public long bytes() {
            return 0;
        }

        @Override
        public int keepAliveSeconds() {
            return keepAliveSeconds;
        }

        @Override
        public void keepAlive() {
            pings++;
        }

        @Override
        public void drop(String reason) {
            if (isConnected) {
                isConnected = false;
                batch.clear();
                add(0, () -> listener.disconnected(this, reason));
            }
        }

        @Override
        public void disconnect() {
            flush();
            drop("disconnected");
        }
    }
}
