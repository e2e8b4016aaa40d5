package dev.sensorline.mqtt.client.vertx;

import java.util.List;

/**
 * Which broker of a list is tried next: first the one that has accepted the last connection, or else the first, then each of the
 * others once, and so on in turn. Belongs to the event loop.
 */
final class Failover {

    private final List<KnownBroker> brokers;
    private int current;
    /** How many have failed since the last connection, in this turn. */
    private int failed;

    /** @param brokers at least one */
    Failover(List<KnownBroker> brokers) {
        this.brokers = brokers;
    }

    /** The one that is connected to, or tried now. */
    KnownBroker current() {
        return brokers.get(current);
    }

    void accepted() {
        failed = 0;
    }

    /** Goes on to the next one. Returns false at the end of a turn, when a pause is due. */
    boolean failed() {
        current = (current + 1) % brokers.size();
        failed = (failed + 1) % brokers.size();
        return failed != 0;
    }

    /** The addresses of those that are known to be down. */
    List<String> down() {
        return brokers.stream()
                .filter(KnownBroker::isDown)
                .map(known -> known.broker.address())
                .toList();
    }
}
