package dev.sensorline.fleet;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * Names of the sensors of a group: all the same, but for a number.
 *
 * @param before what is before the number
 * @param after  what is after it
 * @param first  the number of the first sensor
 */
public record NamePattern(String before, String after, boolean isNumbered, int first, int count) {

    /** Stands for the number. */
    public static final String NUMBER = "{n}";

    /** A pattern. Several sensors without a place for their number have it at the end: {@code -{n}}. */
    public static NamePattern of(String text, int first, int count) {
        int number = text.indexOf(NUMBER);
        if (number >= 0) {
            return new NamePattern(
                    text.substring(0, number), text.substring(number + NUMBER.length()), true, first, count);
        }
        return count > 1
                ? new NamePattern(text + "-", "", true, first, count)
                : new NamePattern(text, "", false, first, 1);
    }

    /** Writes the name of a sensor: 0, 1, 2, … */
    public void appendTo(StringBuilder out, int sensor) {
        out.append(before);
        if (isNumbered) {
            out.append(first + sensor);
        }
        out.append(after);
    }

    /** The name of a sensor: 0, 1, 2, … */
    public String name(int sensor) {
        StringBuilder name = new StringBuilder();
        appendTo(name, sensor);
        return name.toString();
    }

    /** Which sensor has a name, if one has. */
    public OptionalInt sensor(String name) {
        if (!isNumbered) {
            return name.equals(before) ? OptionalInt.of(0) : OptionalInt.empty();
        }
        int end = name.length() - after.length();
        if (end <= before.length() || !name.startsWith(before) || !name.endsWith(after)) {
            return OptionalInt.empty();
        }
        try {
            int sensor = Integer.parseInt(name.substring(before.length(), end)) - first;
            // Numbers are written without zeros in front and without a sign.
            return sensor >= 0 && sensor < count && name(sensor).equals(name)
                    ? OptionalInt.of(sensor)
                    : OptionalInt.empty();
        } catch (NumberFormatException e) {
            return OptionalInt.empty();
        }
    }

    /** A name that both patterns make. Takes time for each name of the shorter one, and no memory. */
    public Optional<String> common(NamePattern other) {
        if (other.count < count) {
            return other.common(this);
        }
        if (!isEither(before, other.before, true) || !isEither(after, other.after, false)) {
            return Optional.empty();
        }
        for (int sensor = 0; sensor < count; sensor++) {
            String name = name(sensor);
            if (other.sensor(name).isPresent()) {
                return Optional.of(name);
            }
        }
        return Optional.empty();
    }

    /** Whether one of two texts begins or ends with the other, without which no name is common if both are numbered. */
    private static boolean isEither(String one, String other, boolean isBeginning) {
        return isBeginning
                ? one.startsWith(other) || other.startsWith(one)
                : one.endsWith(other) || other.endsWith(one);
    }
}
