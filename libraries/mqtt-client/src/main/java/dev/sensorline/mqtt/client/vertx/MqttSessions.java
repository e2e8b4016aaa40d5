package dev.sensorline.mqtt.client.vertx;

import dev.sensorline.connections.HostAddresses;
import dev.sensorline.mqtt.client.MqttSession;
import dev.sensorline.mqtt.client.SessionOptions;
import io.vertx.core.Vertx;

/** Makes sessions over the sockets of a Vert.x instance. Thread-safe. */
public final class MqttSessions {

    private final Vertx vertx;
    private final HostAddresses resolver;

    /** @param vertx gives each session an event loop; closing it is left to the caller, after the sessions have stopped */
    public MqttSessions(Vertx vertx) {
        this(vertx, HostAddresses.SYSTEM);
    }

    /** @param resolver finds the addresses of brokers; it may block */
    MqttSessions(Vertx vertx, HostAddresses resolver) {
        this.vertx = vertx;
        this.resolver = resolver;
    }

    /**
     * A session that connects when it is started.
     *
     * @throws IllegalArgumentException if a file of the TLS options does not hold what it must, if client id or user name cannot be
     *                                  sent (1.5.3), or if the will's topic is no topic (4.7)
     */
    public MqttSession create(SessionOptions options) {
        return new Session(new VertxNetwork(vertx, options, resolver), options);
    }
}
