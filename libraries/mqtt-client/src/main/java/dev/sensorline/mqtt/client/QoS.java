package dev.sensorline.mqtt.client;

/** Quality of service (4.3). The ordinal is the number on the wire. */
public enum QoS {

    /** QoS 0: delivered without acknowledgement; it may be lost with the connection. */
    AT_MOST_ONCE,
    /** QoS 1: delivered again on each connection until it is acknowledged, so it may arrive more than once. */
    AT_LEAST_ONCE,
    /** QoS 2: delivered by a handshake that recognises duplicates. */
    EXACTLY_ONCE;

    private static final QoS[] LEVELS = values();

    /**
     * The quality of service with this number.
     *
     * @throws IllegalArgumentException if the number is not 0, 1 or 2
     */
    public static QoS of(int level) {
        if (level < 0 || level >= LEVELS.length) {
            throw new IllegalArgumentException("qos=%d: must be 0, 1 or 2".formatted(level));
        }
        return LEVELS[level];
    }

    /** The number on the wire: 0, 1 or 2. */
    public int level() {
        return ordinal();
    }
}
