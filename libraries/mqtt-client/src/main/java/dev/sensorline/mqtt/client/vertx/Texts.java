package dev.sensorline.mqtt.client.vertx;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Which texts may be sent (1.5.3), and which of them are topics (4.7) and topic filters. */
final class Texts {

    private static final int MOST_BYTES = 65_535;
    private static final int MOST_BYTES_PER_CHAR = 3;
    /** How the topic filter of a shared subscription begins (MQTT 5, 4.8.2). */
    private static final String SHARED = "$share/";

    private Texts() {}

    /** @throws IllegalArgumentException if this text cannot be sent */
    static void requireText(String name, String text) {
        if (!isText(text)) {
            throw new IllegalArgumentException(
                    "The %s must be at most %d bytes of Unicode without U+0000".formatted(name, MOST_BYTES));
        }
    }

    /** Whether this text can be sent. */
    static boolean isText(String text) {
        return text.indexOf(0) < 0
                // Half of a surrogate pair is no character, and would be sent as another one.
                && text.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)
                && (text.length() <= MOST_BYTES / MOST_BYTES_PER_CHAR || bytes(text) <= MOST_BYTES);
    }

    /** How many bytes a text has when it is sent, without its length. */
    static int bytes(String text) {
        return text.getBytes(UTF_8).length;
    }

    /** Whether messages can be published on this topic. */
    static boolean isTopicName(String text) {
        return !text.isEmpty() && !hasWildcard(text) && isText(text);
    }

    private static boolean hasWildcard(String text) {
        return text.indexOf('+') >= 0 || text.indexOf('#') >= 0;
    }

    static boolean isTopicFilter(String text) {
        if (text.isEmpty() || !isText(text)) {
            return false;
        }
        if (!text.startsWith(SHARED)) {
            return hasWholeWildcards(text);
        }
        int end = text.indexOf('/', SHARED.length());
        return end > SHARED.length()
                && end < text.length() - 1
                && !hasWildcard(text.substring(SHARED.length(), end))
                && hasWholeWildcards(text.substring(end + 1));
    }

    /** Whether each wildcard is a whole level, and # the last one. */
    private static boolean hasWholeWildcards(String filter) {
        String[] levels = filter.split("/", -1);
        for (int i = 0; i < levels.length; i++) {
            boolean isWildcard = levels[i].equals("+") || levels[i].equals("#") && i == levels.length - 1;
            if (!isWildcard && hasWildcard(levels[i])) {
                return false;
            }
        }
        return true;
    }
}
