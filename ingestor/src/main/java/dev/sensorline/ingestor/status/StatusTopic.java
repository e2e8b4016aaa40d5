package dev.sensorline.ingestor.status;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Where an ingestor publishes its status: {@code <prefix>/status/<client id>}. The client id is one level of the topic, so what
 * cannot be in a level (MQTT 3.1.1, 4.7.1) is percent-encoded, and so is {@code %} itself: no two client ids have the same topic.
 */
final class StatusTopic {

    /** MQTT 3.1.1, 1.5.3. */
    private static final int LONGEST_BYTES = 65_535;

    private static final Pattern NOT_IN_A_LEVEL = Pattern.compile("[/+#%]");

    private StatusTopic() {}

    /** Empty if the topic would be longer than MQTT allows. */
    static Optional<String> of(String prefix, String clientId) {
        String topic = prefix + "/status/"
                + NOT_IN_A_LEVEL.matcher(clientId).replaceAll(StatusTopic::encoded);
        return Optional.of(topic).filter(text -> text.getBytes(UTF_8).length <= LONGEST_BYTES);
    }

    private static String encoded(MatchResult match) {
        return "%%%02X".formatted((int) match.group().charAt(0)).toUpperCase(Locale.ROOT);
    }
}
