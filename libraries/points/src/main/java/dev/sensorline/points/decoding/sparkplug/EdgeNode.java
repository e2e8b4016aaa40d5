package dev.sensorline.points.decoding.sparkplug;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/** What is known of an edge node: what its birth and those of its devices say, and how far its sequence of messages has come. */
final class EdgeNode {

    static final int LAST_SEQUENCE = 255;

    /** The device of metrics that are the edge node's own. */
    static final String ITSELF = "";

    /** About how many bytes an edge node takes besides its name and its devices. */
    private static final int OVERHEAD = 500;
    /** About how many bytes the definitions of an edge node or of a device take besides its name and its metrics. */
    private static final int OVERHEAD_OF_DEVICE = 200;

    /** What tells one birth of an edge node from another. */
    private record Birth(
            @Nullable Long birthDeathSequence,
            @Nullable Long timestamp,
            @Nullable Integer sequence) {}

    private final SharedDefinitions shared;
    private final Map<String, Definitions> definitions = new HashMap<>();
    private @Nullable Birth birth;
    private boolean isBorn;
    private @Nullable Long birthDeathSequence;
    private @Nullable Integer lastSequence;
    private long size;

    /** @param shared has what the births of all edge nodes say */
    EdgeNode(String name, SharedDefinitions shared) {
        this.shared = shared;
        this.size = OVERHEAD + 2L * name.length();
    }

    /** Whether its birth has not been seen, or may not have been its last one, because messages are missing. */
    boolean needsBirth() {
        return !isBorn;
    }

    /** About how many bytes it takes, without what is shared. */
    long size() {
        return size;
    }

    /** Takes a birth of the edge node. Its devices are born again after it, unless the same message has been delivered again. */
    void birth(Payload payload) {
        birthDeathSequence = payload.birthDeathSequence();
        Birth next = new Birth(birthDeathSequence, payload.timestamp(), payload.sequence());
        if (!next.equals(birth)) {
            birth = next;
            lastSequence = payload.sequence();
            forgetAll();
        }
        isBorn = true;
        define(ITSELF, payload);
    }

    /** Whether a death is that of the last birth, and not one of an earlier connection that has come late. */
    boolean isEndedBy(Payload death) {
        Long ended = death.birthDeathSequence();
        return ended == null || birthDeathSequence == null || ended.equals(birthDeathSequence);
    }

    void define(String device, Payload birthOfDevice) {
        forget(device);
        Definitions defined = new Definitions(birthOfDevice.metrics(), shared);
        definitions.put(device, defined);
        size += size(device, defined);
    }

    private static long size(String device, Definitions defined) {
        return OVERHEAD_OF_DEVICE + 2L * device.length() + defined.size();
    }

    void forget(String device) {
        Definitions forgotten = definitions.remove(device);
        if (forgotten != null) {
            size -= size(device, forgotten);
            forgotten.release(shared);
        }
    }

    /** Forgets what births have said. */
    void forgetAll() {
        List.copyOf(definitions.keySet()).forEach(this::forget);
    }

    Definitions definitions(String device) {
        return definitions.getOrDefault(device, Definitions.NONE);
    }

    /**
     * Takes the sequence number of a message that is not a birth of the edge node. A message that is delivered again has one that
     * has been seen, which is not a gap.
     *
     * @return whether messages are missing before it
     */
    boolean isAfterGap(@Nullable Integer sequence) {
        if (sequence == null || lastSequence == null) {
            return false;
        }
        int ahead = sequence - lastSequence & LAST_SEQUENCE;
        if (ahead == 0 || ahead > LAST_SEQUENCE / 2) {
            return false;
        }
        lastSequence = sequence;
        isBorn &= ahead == 1;
        return ahead > 1;
    }
}
