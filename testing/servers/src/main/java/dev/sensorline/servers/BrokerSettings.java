package dev.sensorline.servers;

import java.util.List;

/**
 * The settings of a broker. Immutable.
 *
 * @param persistent  whether sessions and their queued messages survive a restart
 * @param maxInflight maximum number of messages that a client has not acknowledged yet; 0 for no limit
 * @param maxQueued   maximum number of messages that are queued for a client beyond those; 0 for no limit
 * @param username    the only user, or null if every client is admitted
 * @param password    the password of the user; null without a user
 * @param listeners   ports with TLS, in addition to the port without
 * @param extraLines  further lines of mosquitto.conf; the embedded broker ignores them
 */
public record BrokerSettings(
        boolean persistent,
        int maxInflight,
        int maxQueued,
        String username,
        String password,
        List<TlsListener> listeners,
        List<String> extraLines) {

    /** Persistent, with Mosquitto's default in-flight window of 20 messages and an unlimited queue. */
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
        return new BrokerSettings(
                persistent, maxInflight, maxQueued, username, password, List.of(listeners), extraLines);
    }

    public BrokerSettings withLines(String... lines) {
        return new BrokerSettings(persistent, maxInflight, maxQueued, username, password, listeners, List.of(lines));
    }
}
