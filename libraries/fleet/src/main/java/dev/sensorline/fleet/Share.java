package dev.sensorline.fleet;

/**
 * Every n-th sensor of a group, so that several threads share it.
 *
 * @param first the first sensor, from 0 on and less than {@code parts}
 * @param parts how many shares there are, at least 1
 */
public record Share(int first, int parts) {

    /** All sensors. */
    public static final Share ALL = new Share(0, 1);

    /** How many of so many sensors. */
    public int of(int sensors) {
        return first >= sensors ? 0 : (sensors - first - 1) / parts + 1;
    }

    /** The sensor with a number in this share: 0, 1, 2, … */
    public int sensor(int number) {
        return first + number * parts;
    }

    /** The number in this share of a sensor that is in it. */
    public int number(int sensor) {
        return sensor / parts;
    }
}
