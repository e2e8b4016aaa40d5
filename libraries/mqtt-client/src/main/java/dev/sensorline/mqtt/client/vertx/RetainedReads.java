package dev.sensorline.mqtt.client.vertx;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import dev.sensorline.mqtt.client.InboundPublish;
import dev.sensorline.mqtt.client.QoS;

/** Topics whose retained message is being read, each by a subscription at QoS 0. Valid for a connection; belongs to the event loop. */
final class RetainedReads {

    /** @param limit how long after SUBACK the message may come */
    record Read(String topic, Duration limit, CompletableFuture<Optional<byte[]>> payload) {}

    /** Those whose SUBACK has not come, by packet id. */
    private final Map<Integer, Read> requested = new HashMap<>();
    /** Those whose message has not come, by topic. */
    private final Map<String, Read> open = new HashMap<>();

    /** SUBSCRIBE is sent with this packet id. */
    void requested(int packetId, Read read) {
        requested.put(packetId, read);
        open.put(read.topic, read);
    }

    /** SUBACK has come; returns null if it answers another SUBSCRIBE. */
    Read answered(int packetId) {
        return requested.remove(packetId);
    }

    /** Takes the read that this message answers; null if it answers none. */
    Read take(InboundPublish message) {
        // At another QoS it is the message of another subscription, and has to be acknowledged.
        return open.isEmpty() || !message.isRetained() || message.qos() != QoS.AT_MOST_ONCE
                ? null
                : open.remove(message.topic());
    }

    /** Ends a read; returns false if it has ended before. */
    boolean end(Read read) {
        return open.remove(read.topic, read);
    }

    /** The connection has ended: no message comes any more. Returns what to complete exceptionally. */
    List<CompletableFuture<Optional<byte[]>>> connectionEnded(PacketIds packetIds) {
        List<CompletableFuture<Optional<byte[]>>> unanswered = new ArrayList<>();
        open.values().forEach(read -> unanswered.add(read.payload));
        requested.keySet().forEach(packetIds::release);
        requested.clear();
        open.clear();
        return unanswered;
    }
}
