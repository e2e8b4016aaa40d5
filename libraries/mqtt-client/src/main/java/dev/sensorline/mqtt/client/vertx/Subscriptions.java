package dev.sensorline.mqtt.client.vertx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Which topic filters the broker has granted. Belongs to the event loop, except for {@link #areGranted}. */
final class Subscriptions {

    /** The return code of a topic filter that is refused (3.9.3). */
    private static final int REFUSED = 128;

    /** Topic filters and whether the broker has granted them, on this connection or in the session that it remembers. */
    private final Map<String, Boolean> granted = new ConcurrentHashMap<>();
    /** Topic filters whose SUBACK has not come, by packet id. */
    private final Map<Integer, List<String>> requested = new HashMap<>();

    /** SUBSCRIBE is sent with this packet id. */
    void requested(int packetId, List<String> topicFilters) {
        requested.put(packetId, topicFilters);
        topicFilters.forEach(filter -> granted.put(filter, false));
    }

    /** SUBACK has come; returns the topic filters that the broker refuses. */
    List<String> answered(int packetId, List<Integer> returnCodes) {
        List<String> refused = new ArrayList<>();
        List<String> filters = requested.remove(packetId);
        for (int i = 0; filters != null && i < filters.size(); i++) {
            if (returnCodes.get(i) == REFUSED) {
                refused.add(filters.get(i));
            } else {
                granted.put(filters.get(i), true);
            }
        }
        return refused;
    }

    /** The broker knows nothing of earlier subscriptions. */
    void forgetGranted() {
        granted.replaceAll((filter, yes) -> false);
    }

    /** The connection has ended: no SUBACK comes any more. */
    void forgetRequested() {
        requested.clear();
    }

    /** Whether all of these are granted. May be called from any thread. */
    boolean areGranted(List<String> topicFilters) {
        return topicFilters.stream().allMatch(filter -> granted.getOrDefault(filter, false));
    }
}
