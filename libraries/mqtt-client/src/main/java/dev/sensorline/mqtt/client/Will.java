package dev.sensorline.mqtt.client;

import java.time.Duration;

/**
 * The last will: a message that the broker publishes if the connection ends without DISCONNECT (3.1.2.5).
 *
 * @param delay how long the broker waits for a new connection before it publishes it (MQTT 5, 3.1.3.2.2); at once with MQTT 3.1.1
 */
public record Will(String topic, byte[] payload, QoS qos, boolean retain, Duration delay) {

    /** A last will that is published at once. */
    public Will(String topic, byte[] payload, QoS qos, boolean retain) {
        this(topic, payload, qos, retain, Duration.ZERO);
    }
}
