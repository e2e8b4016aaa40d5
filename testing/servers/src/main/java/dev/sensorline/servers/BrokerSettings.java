package dev.sensorline.servers;

import java.util.List;

/**
 * How a broker is to behave.
 *
 * @param persistent  whether sessions and what is queued for them outlive the process
 * @param maxInflight messages sent to a client and not yet acknowledged, Mosquitto's default being 20; 0 for no limit
 * @param maxQueued   messages kept for a client beyond those, Mosquitto's default being 1,000; 0 for no limit
 * @param username    the only user, or null for everybody
 * @param password    of that user
 * @param listeners   ports with TLS, beside the one in the clear
 * @param extraLines  further lines of mosquitto.conf; without effect on the embedded broker
 */
public record BrokerSettings(boolean persistent, int maxInflight, int maxQueued, String username, String password,
        List<TlsListener> listeners, List<String> extraLines) {

    /** Persistent, with Mosquitto's own in-flight window and no limit to its queue. */
    public static BrokerSettings defaults() {
        return new BrokerSettings(true, 20, 0, null, null, List.of(), List.of());
    }

    public BrokerSettings withPersistence(boolean persistent) {
        return new BrokerSettings(persistent, maxInflight, maxQueued, username, password, listeners, extraLines);
    }

    public BrokerSettings withMaxInflight(int maxInflight) {
        return new BrokerSettings(persistent, maxInflight, maxQueued, username, password, listeners, extraLines);
    }

    public BrokerSettings withMaxQueued(int maxQueued) {
        return new BrokerSettings(persistent, maxInflight, maxQueued, username, password, listeners, extraLines);
    }

    public BrokerSettings withUser(String username, String password) {
        return new BrokerSettings(persistent, maxInflight, maxQueued, username, password, listeners, extraLines);
    }

    public BrokerSettings withListeners(TlsListener... listeners) {
        return new BrokerSettings(persistent, maxInflight, maxQueued, username, password, List.of(listeners), extraLines);
    }

    public BrokerSettings withLines(String... lines) {
        return new BrokerSettings(persistent, maxInflight, maxQueued, username, password, listeners, List.of(lines));
    }
}
