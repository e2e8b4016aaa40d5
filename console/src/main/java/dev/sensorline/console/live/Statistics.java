package dev.sensorline.console.live;

/** Of readings. If there are none, minimum, mean and maximum say nothing. */
public record Statistics(int count, double min, double mean, double max) {

    static final Statistics NONE = new Statistics(0, 0, 0, 0);
}
