package dev.sensorline.console.watch;

import java.util.Locale;

/** Whether a sensor sends when it should. */
public enum SensorState {
    /** Too few readings have arrived to know a period. */
    LEARNING,
    /** The next reading is not due, or not for long enough. */
    LIVE,
    /** One due time has passed without a reading. */
    LATE,
    /** Three due times have passed without a reading. */
    SILENT,
    /** The sensor has no period, so it is never late. */
    IRREGULAR;

    /** As the API and metrics say it. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
