package dev.sensorline.fleet.sparkplug;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a host application says of itself (6.4.27): {@code {"online": true, "timestamp": 1700000000000}}.
 *
 * @param timestamp when it said so, in milliseconds since 1970
 */
record HostState(boolean isOnline, long timestamp) {

    private static final Pattern ONLINE = Pattern.compile("\"online\"\\s*:\\s*(true|false)");
    private static final Pattern TIMESTAMP = Pattern.compile("\"timestamp\"\\s*:\\s*([0-9]{1,18})(?![0-9])");

    /** Empty if the payload is another one. */
    static Optional<HostState> read(byte[] payload) {
        String text = new String(payload, UTF_8);
        Matcher online = ONLINE.matcher(text);
        Matcher timestamp = TIMESTAMP.matcher(text);
        return online.find() && timestamp.find()
                ? Optional.of(new HostState(online.group(1).equals("true"), Long.parseLong(timestamp.group(1))))
                : Optional.empty();
    }
}
