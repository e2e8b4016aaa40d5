package dev.sensorline.console.live;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Pattern;

import dev.sensorline.points.Series;

/**
 * The id of a sensor in URLs and topics, the same in every console: 96 bits of SHA-256 over the key of its series. Names with
 * slashes, blanks or emoji need no escape in it.
 */
public final class SensorId {

    private static final int BYTES = 12;
    /** What an id looks like, also for the OpenAPI document. */
    public static final String PATTERN = "^[A-Za-z0-9_-]{16}$";

    private static final Pattern FORM = Pattern.compile(PATTERN);

    private SensorId() {}

    public static String of(Series series) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(series.key().getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("each JDK has SHA-256", e);
        }
    }

    /** Whether a text could be an id. */
    public static boolean isValid(String text) {
        return FORM.matcher(text).matches();
    }
}
