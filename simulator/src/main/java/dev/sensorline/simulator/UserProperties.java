package dev.sensorline.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The user properties of readings (MQTT 5, 3.3.2.3.7).
 *
 * @param pairs names and values, in the order in which they are sent
 */
record UserProperties(List<Map.Entry<String, String>> pairs) {

    /** Pairs as {@code name=value}, separated by commas; empty if the text is something else. A value may contain {@code =}. */
    static Optional<UserProperties> parse(String text) {
        List<Map.Entry<String, String>> pairs = new ArrayList<>();
        for (String pair : text.split(",", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? "" : pair.substring(0, equals).strip();
            if (name.isEmpty()) {
                return Optional.empty();
            }
            pairs.add(Map.entry(name, pair.substring(equals + 1).strip()));
        }
        return Optional.of(new UserProperties(pairs));
    }

    /** As it is configured. */
    @Override
    public String toString() {
        return pairs.stream().map(pair -> pair.getKey() + "=" + pair.getValue()).collect(Collectors.joining(","));
    }
}
