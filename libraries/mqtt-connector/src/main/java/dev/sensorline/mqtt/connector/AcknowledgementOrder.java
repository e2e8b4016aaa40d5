package dev.sensorline.mqtt.connector;

/** Whether readings that are {@linkplain BatchAcknowledgement#without held apart} hold back the PUBACKs of later readings. */
public enum AcknowledgementOrder {

    /** PUBACKs are sent in the order in which the messages arrived, except for readings that are held apart. */
    RELAXED,
    /**
     * PUBACKs are sent in the order in which the messages arrived, without exception (MQTT 3.1.1, 4.6). No reading is held apart,
     * since all later ones would wait for it: its whole batch does.
     */
    STRICT
}
