package dev.sensorline.mqtt.client;

/** The version of MQTT that a session speaks. */
public enum ProtocolVersion {

    /** MQTT 5, or 3.1.1 where the broker does not accept that; what worked is used from then on. */
    AUTO("auto"),
    /** MQTT 5 only: a broker that does not accept it is asked again and again. */
    V5("5"),
    /** MQTT 3.1.1 only. What is of MQTT 5 is not sent. */
    V3_1_1("3.1.1");

    private final String text;

    ProtocolVersion(String text) {
        this.text = text;
    }

    /**
     * The version with this name: {@code auto}, {@code 5} or {@code 3.1.1}.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static ProtocolVersion of(String text) {
        for (ProtocolVersion version : values()) {
            if (version.text.equals(text)) {
                return version;
            }
        }
        throw new IllegalArgumentException("mqtt-version=%s: must be auto, 5 or 3.1.1".formatted(text));
    }

    /** The name that {@link #of} reads. */
    @Override
    public String toString() {
        return text;
    }
}
