package dev.sensorline.mqtt.client;

/**
 * A message that the broker has sent (PUBLISH, 3.3). It is valid during the call of {@link SessionListener#received} only:
 * the session uses the same object for every message. Belongs to the session's event loop.
 */
public interface InboundPublish {

    String topic();

    QoS qos();

    /** Whether the broker may have sent this message before (DUP, 3.3.1.1). */
    boolean isDuplicate();

    /** Whether the broker had retained this message (3.3.1.3). */
    boolean isRetained();

    /** The packet id, from 1 to 65,535; 0 at QoS 0. */
    int packetId();

    /** Length of the payload in bytes. */
    int payloadSize();

    /** A copy of the payload's first bytes, at most {@code maxBytes}. */
    byte[] copyPayload(int maxBytes);
}
