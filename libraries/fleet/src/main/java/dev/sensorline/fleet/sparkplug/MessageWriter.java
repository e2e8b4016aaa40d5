package dev.sensorline.fleet.sparkplug;

/** The message that an edge node is writing, whose topic and payload are used again. For one thread. */
public final class MessageWriter {

    private final StringBuilder topic = new StringBuilder();
    private final PayloadWriter payload = new PayloadWriter();

    StringBuilder topic() {
        return topic;
    }

    PayloadWriter payload() {
        return payload;
    }
}
