package dev.sensorline.mqtt.client;

/** The broker has answered that it does not take a message (MQTT 5, 3.4.2.1). To publish it again may be refused again. */
public final class PublishRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int reasonCode;

    /**
     * @param reasonCode from 0x80 on (MQTT 5, 2.4)
     * @param reason     the reason code in words, with the broker's reason string if there is one
     */
    public PublishRefusedException(int reasonCode, String reason) {
        super("the broker refuses the message: " + reason);
        this.reasonCode = reasonCode;
    }

    /** The broker's reason code, from 0x80 on (MQTT 5, 2.4). */
    public int reasonCode() {
        return reasonCode;
    }
}
