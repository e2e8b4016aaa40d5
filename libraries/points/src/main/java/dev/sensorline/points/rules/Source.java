package dev.sensorline.points.rules;

/** Where something of a point comes from. */
public sealed interface Source {

    /** Always the same. */
    record Literal(String text) implements Source {
    }

    /** A level of the topic, counted from 0. */
    record Level(int index) implements Source {

        /** The index of the last level, wherever it is. */
        public static final int LAST = -1;
    }

    /** The whole topic. */
    record Topic() implements Source {
    }

    /**
     * A value in the payload, where that is JSON.
     *
     * @param exact whether it must be of the JSON type that is wanted; else also a text that says a number is one, and a
     *              number says a text
     */
    record Member(JsonPointer pointer, boolean exact) implements Source {
    }
}
