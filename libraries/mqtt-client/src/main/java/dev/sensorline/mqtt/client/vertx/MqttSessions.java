package dev.sensorline.mqtt.client.vertx;

import dev.sensorline.mqtt.client.MqttSession;
import dev.sensorline.mqtt.client.SessionOptions;
import io.vertx.core.Vertx;

/** Makes sessions over the sockets of a Vert.x instance. Thread-safe. */
public final class MqttSessions {

    private final Vertx vertx;

    public MqttSessions(Vertx vertx) {
        this.vertx = vertx;
    }

    /**
     * A session that connects when it is started.
     *
     * @throws IllegalArgumentException if a file of the TLS options does not hold what it must
     */
    public MqttSession create(SessionOptions options) {
        return new Session(new VertxNetwork(vertx, options), options);
    }
}
