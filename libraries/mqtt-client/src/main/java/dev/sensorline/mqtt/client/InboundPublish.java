package dev.sensorline.mqtt.client;

import java.util.List;
import java.util.Map;

/**
 * A message that the broker has sent (PUBLISH, 3.3). It is valid during the call of {@link SessionListener#received} only:
 * the session uses the same object for every message. Belongs to the session's event loop.
 */
public interface InboundPublish {

    /** The topic on which it was published, not empty and without wildcards; the whole text also where the broker sent an alias. */
    String topic();

    /** The QoS of this delivery: the lower one of the publisher's and the subscription's (3.8.4). */
    QoS qos();

    /** Whether the broker may have sent this message before (DUP, 3.3.1.1). */
    boolean isDuplicate();

    /** Whether the broker had retained this message (3.3.1.3). */
    boolean isRetained();

    /** The packet id, from 1 to 65,535; 0 at QoS 0. */
    int packetId();

    /** Length of the payload in bytes, as it was sent. */
    int payloadSize();

    /**
     * A copy of the payload's first bytes, at most {@code maxBytes}, which may be kept after the call. Of a payload beyond the bound
     * of {@link MqttSession#receiveAtMost} only the beginning was kept.
     */
    byte[] copyPayload(int maxBytes);

    /**
     * The user properties, in the order in which they were sent (MQTT 5, 3.3.2.3.7); none with MQTT 3.1.1, nor where a long message
     * has so many that they were read past. The list is unmodifiable and may be kept after the call.
     */
    default List<Map.Entry<String, String>> userProperties() {
        return List.of();
    }
}
