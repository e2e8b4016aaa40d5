package dev.sensorline.mqtt.connector;

import java.util.Optional;

import dev.sensorline.mqtt.client.Will;

/** The last wills of connections, as a bean, for applications that do not set them by keys of the channels. */
public interface LastWills {

    /** The last will of the connection with this client id; if it is empty, the keys of its channels say whether there is one. */
    Optional<Will> lastWill(String clientId);
}
