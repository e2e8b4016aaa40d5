package dev.sensorline.points.rules;

import org.jspecify.annotations.Nullable;

/** Where the measurement, a tag or a field of a point comes from. */
public sealed interface Source {

    /** A constant text. */
    record Literal(String text) implements Source {}

    /** A level of the topic, counted from 0. */
    record Level(int index) implements Source {

        /** The index of the last level, however many levels the topic has. */
        public static final int LAST = -1;
    }

    /** The whole topic. */
    record Topic() implements Source {}

    /** The name of the member, or the index of the element, that a step in braces stands for. */
    record Step(String name) implements Source {}

    /** A user property of the message (MQTT 5, 3.3.2.3.7). The last one of its name counts. */
    record Property(String name) implements Source {}

    /**
     * A value in a JSON payload.
     *
     * @param isStrict whether the value must have the JSON type that is expected. Otherwise values are converted: the text
     *                 {@code "21.5"} is accepted as a number, and a number as a text
     * @param binary   the number in the bytes that the value is; null if it is the value itself
     */
    record Member(
            JsonPointer pointer, boolean isStrict, @Nullable BinaryNumber binary) implements Source {

        /** The value itself. */
        public Member(JsonPointer pointer, boolean isStrict) {
            this(pointer, isStrict, null);
        }

        /** Whether the source is a number in the whole payload. */
        boolean isPlace() {
            return binary != null && pointer.steps().isEmpty();
        }
    }
}
