package dev.sensorline.fleet;

/**
 * Every n-th sensor of a group, or every n-th block of sensors that belong together, so that several threads share it.
 *
 * @param first the first block, from 0 on and less than {@code parts}
 * @param parts how many shares there are, at least 1
 * @param block how many sensors a block has, at least 1
 */
public record Share(int first, int parts, int block) {

    /** All sensors. */
    public static final Share ALL = new Share(0, 1);

    /** Every n-th sensor. */
    public Share(int first, int parts) {
        this(first, parts, 1);
    }

    /** How many of so many sensors. */
    public int of(int sensors) {
        int blocks = (sensors - 1) / block + 1;
        if (first >= blocks) {
            return 0;
        }
        int own = (blocks - first - 1) / parts + 1;
        boolean hasLast = (blocks - 1) % parts == first;
        return own * block - (hasLast ? blocks * block - sensors : 0);
    }

    /** The sensor with a number in this share: 0, 1, 2, … */
    public int sensor(int number) {
        return (first + number / block * parts) * block + number % block;
    }

    /** The number in this share of a sensor that is in it. */
    public int number(int sensor) {
        return sensor / block / parts * block + sensor % block;
    }

    /** The sensor in this share that follows one that is in it. */
    public int next(int sensor) {
        int next = sensor + 1;
        return next % block == 0 ? next + (parts - 1) * block : next;
    }
}
