package dev.sensorline.mqtt.client;

import java.time.Duration;

/**
 * The last will: a message that the broker publishes if the connection ends without DISCONNECT (3.1.2.5).
 *
 * @param topic   where it is published; without wildcards (4.7.1)
 * @param payload at most 65,535 bytes (3.1.3.3); not copied, so it must not be changed
 * @param retain  whether the broker retains it
 * @param delay   how long the broker waits for a new connection before it publishes it (MQTT 5, 3.1.3.2.2), rounded up to whole
 *                seconds; at once with MQTT 3.1.1
 */
public record Will(String topic, byte[] payload, QoS qos, boolean retain, Duration delay) {

    /** A last will that is published at once. */
    public Will(String topic, byte[] payload, QoS qos, boolean retain) {
        this(topic, payload, qos, retain, Duration.ZERO);
    }
}
