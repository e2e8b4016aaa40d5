package dev.sensorline.console.live;

import java.time.Duration;

/**
 * What is held at most.
 *
 * @param sensors  how many of them
 * @param window   of which time
 * @param readings of a field of a sensor
 */
public record LiveLimits(int sensors, Duration window, int readings) {

    /** Of all fields of all sensors together. */
    long allReadings() {
        return (long) sensors * readings;
    }
}
