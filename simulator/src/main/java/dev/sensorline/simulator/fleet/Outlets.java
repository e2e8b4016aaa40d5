package dev.sensorline.simulator.fleet;

import org.jspecify.annotations.Nullable;

import dev.sensorline.mqtt.client.MqttPublisher;

/** By which connection a sensor publishes. */
interface Outlets {

    /** The connection of a sensor. */
    MqttPublisher of(SensorGroup group, int sensor);

    /** The edge node of a sensor, if it publishes by one. */
    default @Nullable EdgeNodeConnection node(SensorGroup group, int sensor) {
        return null;
    }

    /**
     * Whether readings wait for the connection, if it is in the way, and the others of the lane with them. Where each sensor has a connection
     * of its own, none waits for another.
     */
    boolean canWait();

    /** The connections that readings were published by since the last call are flushed. */
    void flush();

    /** A fault takes the connection of a sensor away until a time of the loop's clock. */
    void disconnect(SensorGroup group, int sensor, long untilNanos);
}
