package dev.sensorline.points;

/**
 * A field of a point, of one of the four field types of InfluxDB 1.8. Names contain no character that line protocol
 * would have to escape, or they are escaped.
 */
public sealed interface Field {

    /** What a number takes at most, with the characters around it. */
    int NUMBER_SIZE = 26;

    String name();

    /** The same value under another name. */
    Field named(String otherName);

    /** A hash of the value. */
    long valueHash();

    /** About how many characters name and value take in line protocol. */
    default int size() {
        return name().length() + NUMBER_SIZE;
    }

    /** @param value finite */
    record OfFloat(String name, double value) implements Field {

        @Override
        public Field named(String otherName) {
            return new OfFloat(otherName, value);
        }

        @Override
        public long valueHash() {
            return Double.doubleToLongBits(value);
        }
    }

    record OfInteger(String name, long value) implements Field {

        @Override
        public Field named(String otherName) {
            return new OfInteger(otherName, value);
        }

        @Override
        public long valueHash() {
            return value;
        }
    }

    record OfBoolean(String name, boolean value) implements Field {

        @Override
        public Field named(String otherName) {
            return new OfBoolean(otherName, value);
        }

        @Override
        public long valueHash() {
            return value ? 1 : 0;
        }
    }

    /** @param value without unpaired surrogates */
    record OfString(String name, String value) implements Field {

        @Override
        public Field named(String otherName) {
            return new OfString(otherName, value);
        }

        @Override
        public long valueHash() {
            return Hash64.of(value);
        }

        @Override
        public int size() {
            return name.length() + value.length() + 4;
        }
    }
}
