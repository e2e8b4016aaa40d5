package dev.sensorline.console.time;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Times as the API says them: RFC 3339, UTC, with milliseconds. */
public final class Times {

    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private Times() {}

    /** @param millis since 1970 */
    public static String text(long millis) {
        return FORMAT.format(Instant.ofEpochMilli(millis));
    }

    public static String text(Instant time) {
        return FORMAT.format(time);
    }
}
