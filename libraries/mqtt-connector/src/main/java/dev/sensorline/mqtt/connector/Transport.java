package dev.sensorline.mqtt.connector;

import org.jspecify.annotations.NullMarked;

/** What carries MQTT to the broker. */
@NullMarked
public enum Transport {

    /** TCP, or TLS over it. */
    TCP,
    /** A WebSocket. */
    WS,
    /** A WebSocket over TLS. */
    WSS
}
