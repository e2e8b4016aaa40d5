package dev.sensorline.mqtt.client.vertx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import dev.sensorline.mqtt.client.QoS;

/**
 * The topic filters that are wanted and those that the broker has granted. They are subscribed to on every connection, because
 * a broker can have restored an older session. Belongs to the event loop, except for {@link #areGranted} and {@link #granted}.
 */
final class Subscriptions {

    /** Brokers accept at least so many topic filters in a SUBSCRIBE. */
    private static final int MOST_FILTERS = 8;

    /** The most bytes of SUBSCRIBE or UNSUBSCRIBE besides its topic filters: lengths, packet id, empty properties. */
    private static final long PACKET_OVERHEAD = 8;
    /** Length and options of a topic filter. */
    private static final long FILTER_OVERHEAD = 3;

    /** What became of the topic filters of a SUBSCRIBE that needs a word in the log. */
    record Answer(List<Refused> refused, List<Lowered> lowered) {}

    /** @param reasonCode says why (3.9.3) */
    record Refused(String filter, int reasonCode) {}

    record Lowered(String filter, QoS wanted, QoS granted) {}

    // Valid as long as the process wants it, in each session.
    private final Map<String, QoS> wanted = new LinkedHashMap<>();
    /** Topic filters whose refusal or lower QoS has been told. */
    private final Set<String> told = new HashSet<>();

    private int filtersPerPacket = MOST_FILTERS;

    // Valid for a connection.
    /** Granted on this connection. Read by any thread. */
    private final Map<String, QoS> granted = new ConcurrentHashMap<>();
    /** Topic filters whose SUBACK has not come, by packet id. */
    private final Map<Integer, List<String>> requested = new HashMap<>();
    /** UNSUBSCRIBEs whose UNSUBACK has not come, by packet id. */
    private final Map<Integer, CompletableFuture<Void>> unsubscribing = new HashMap<>();

    void want(List<String> filters, QoS qos) {
        for (String filter : filters) {
            if (wanted.put(filter, qos) != qos) {
                granted.remove(filter);
            }
        }
    }

    void wantNoLonger(List<String> filters) {
        filters.forEach(filter -> {
            wanted.remove(filter);
            granted.remove(filter);
            told.remove(filter);
        });
    }

    /** The topic filters that are neither granted nor requested. */
    List<String> missing() {
        return wanted.keySet().stream()
                .filter(filter -> !granted.containsKey(filter)
                        && requested.values().stream().noneMatch(filters -> filters.contains(filter)))
                .toList();
    }

    /**
     * These topic filters, a list for each packet.
     *
     * @param mostBytes the most bytes of a packet; only one with a single filter may be larger
     */
    List<List<String>> packets(List<String> filters, long mostBytes) {
        List<List<String>> packets = new ArrayList<>();
        for (String filter : filters) {
            List<String> last = packets.isEmpty() ? List.of() : packets.get(packets.size() - 1);
            if (last.isEmpty() || last.size() == filtersPerPacket || bytes(last) + bytes(filter) > mostBytes) {
                packets.add(new ArrayList<>());
            }
            packets.get(packets.size() - 1).add(filter);
        }
        return packets;
    }

    /** The most bytes of a packet with these topic filters. */
    static long bytes(List<String> filters) {
        return PACKET_OVERHEAD
                + filters.stream().mapToLong(Subscriptions::bytes).sum();
    }

    private static long bytes(String filter) {
        return (long) FILTER_OVERHEAD + Texts.bytes(filter);
    }

    QoS qos(String filter) {
        return wanted.get(filter);
    }

    /** SUBSCRIBE is sent with this packet id. */
    void requested(int packetId, List<String> filters) {
        requested.put(packetId, filters);
    }

    boolean isRequested(int packetId) {
        return requested.containsKey(packetId);
    }

    /** SUBACK has come; returns what has not been told before. */
    Answer answered(int packetId, List<Integer> reasonCodes) {
        Answer answer = new Answer(new ArrayList<>(), new ArrayList<>());
        List<String> filters = requested.remove(packetId);
        for (int i = 0; filters != null && i < filters.size() && i < reasonCodes.size(); i++) {
            String filter = filters.get(i);
            QoS asked = wanted.get(filter);
            if (asked == null) {
                continue; // Unsubscribed meanwhile.
            }
            int code = reasonCodes.get(i);
            if (code > QoS.EXACTLY_ONCE.level()) {
                if (told.add(filter)) {
                    answer.refused.add(new Refused(filter, code));
                }
                continue;
            }
            QoS given = QoS.of(code);
            granted.put(filter, given);
            if (given.level() >= asked.level()) {
                told.remove(filter);
            } else if (told.add(filter)) {
                answer.lowered.add(new Lowered(filter, asked, given));
            }
        }
        return answer;
    }

    CompletableFuture<Void> unsubscribing(int packetId) {
        return unsubscribing.computeIfAbsent(packetId, id -> new CompletableFuture<>());
    }

    /** UNSUBACK has come; returns what to complete, null if nobody waits for it. */
    CompletableFuture<Void> unsubscribed(int packetId) {
        return unsubscribing.remove(packetId);
    }

    /** The connection has ended: nothing is granted and no answer comes any more. Returns what to complete exceptionally. */
    List<CompletableFuture<Void>> connectionEnded(PacketIds packetIds) {
        // A broker may end the connection because of too many topic filters in a packet, instead of refusing them.
        int most = requested.values().stream().mapToInt(List::size).max().orElse(0);
        if (most > 1) {
            filtersPerPacket = most / 2;
        }
        requested.keySet().forEach(packetIds::release);
        requested.clear();
        granted.clear();
        unsubscribing.keySet().forEach(packetIds::release);
        List<CompletableFuture<Void>> unanswered = List.copyOf(unsubscribing.values());
        unsubscribing.clear();
        return unanswered;
    }

    /** Whether all of these are granted on this connection. May be called from any thread. */
    boolean areGranted(List<String> filters) {
        return filters.stream().allMatch(granted::containsKey);
    }

    /** The QoS that is granted on this connection; empty if none is. May be called from any thread. */
    Optional<QoS> granted(String filter) {
        return Optional.ofNullable(granted.get(filter));
    }
}
