package dev.sensorline.servers;

import java.util.List;

/**
 * How a broker is to behave. Only Mosquitto knows all of it; the embedded broker knows none.
 *
 * @param persistent  whether sessions and what is queued for them outlive the process when it ends by SIGTERM
 * @param maxInflight messages sent to a client and not yet acknowledged, Mosquitto's default being 20; 0 for no limit
 * @param maxQueued   messages kept for a client beyond those, Mosquitto's default being 1,000; 0 for no limit
 * @param username    the only user, or null for everybody
 * @param password    of that user
 * @param extraLines  further lines of mosquitto.conf
 */
public record BrokerSettings(boolean persistent, int maxInflight, int maxQueued, String username, String password,
        List<String> extraLines) {

    /** Persistent, with Mosquitto's own in-flight window and no limit to its queue. */
    public static BrokerSettings defaults() {
        return new BrokerSettings(true, 20, 0, null, null, List.of());
    }

    public BrokerSettings withPersistence(boolean persistent) {
        return new BrokerSettings(persistent, maxInflight, maxQueued, username, password, extraLines);
    }

    public BrokerSettings withMaxInflight(int maxInflight) {
        return new BrokerSettings(persistent, maxInflight, maxQueued, username, password, extraLines);
    }

    public BrokerSettings withMaxQueued(int maxQueued) {
        return new BrokerSettings(persistent, maxInflight, maxQueued, username, password, extraLines);
    }

    public BrokerSettings withUser(String username, String password) {
        return new BrokerSettings(persistent, maxInflight, maxQueued, username, password, extraLines);
    }

    public BrokerSettings withLines(String... lines) {
        return new BrokerSettings(persistent, maxInflight, maxQueued, username, password, List.of(lines));
    }
}
