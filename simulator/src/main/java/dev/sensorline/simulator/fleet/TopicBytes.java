package dev.sensorline.simulator.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sensorline.fleet.Group;

/** Topics in UTF-8. Those in ASCII, as nearly all are, make no object. For one thread. */
final class TopicBytes {

    private static final int FIRST_SIZE = 256;

    private final StringBuilder text = new StringBuilder();
    private byte[] bytes = new byte[FIRST_SIZE];
    private int size;

    /** Writes the topic of a sensor. */
    void set(Group group, int sensor) {
        text.setLength(0);
        group.topic().appendTo(text, sensor);
        set(text);
    }

    /** Writes a topic. */
    void set(CharSequence topic) {
        size = topic.length();
        if (bytes.length < size) {
            bytes = new byte[size];
        }
        for (int i = 0; i < size; i++) {
            char character = topic.charAt(i);
            if (character > 0x7f) {
                bytes = topic.toString().getBytes(UTF_8);
                size = bytes.length;
                return;
            }
            bytes[i] = (byte) character;
        }
    }

    /** The topic begins at 0 of this array, which the next one replaces. */
    byte[] array() {
        return bytes;
    }

    int size() {
        return size;
    }
}
