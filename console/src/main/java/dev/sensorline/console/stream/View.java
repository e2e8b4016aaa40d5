package dev.sensorline.console.stream;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import dev.sensorline.console.live.Sensor;

/**
 * The sensors that a client sees: those of some ids, or all whose name contains a text. Of sensors by id it remembers the frame up to
 * which each was sent, so that what does not fit into a frame is in a later one. Belongs to the live thread.
 */
final class View {

    /** Of a sensor of which nothing has been sent. */
    static final int NOTHING = -1;

    /** Up to which frame each was sent; null if sensors are seen by their name. */
    private final Map<String, Integer> sentById;

    private final boolean isOfIds;
    private final String namePart;

    private View(Map<String, Integer> sentById, boolean isOfIds, String namePart) {
        this.sentById = sentById;
        this.isOfIds = isOfIds;
        this.namePart = namePart;
    }

    /** @param sent the frame up to which they have been sent; {@link #NOTHING} if their whole curves are to be sent */
    static View ofIds(List<String> ids, int sent) {
        Map<String, Integer> sentById = new LinkedHashMap<>();
        ids.forEach(id -> sentById.put(id, sent));
        return new View(sentById, true, "");
    }

    /** @param namePart all, if it is empty */
    static View ofName(String namePart) {
        return new View(new LinkedHashMap<>(), false, namePart.toLowerCase(Locale.ROOT));
    }

    /** The same sensors by ids as before, of which it is known what was sent, and others. */
    View changedTo(List<String> ids) {
        View changed = ofIds(ids, NOTHING);
        changed.sentById.replaceAll((id, nothing) -> sentById.getOrDefault(id, NOTHING));
        return changed;
    }

    boolean isOfIds() {
        return isOfIds;
    }

    /** The ids, those first of which the least was sent lately. */
    List<String> ids() {
        return List.copyOf(sentById.keySet());
    }

    /** Whether a sensor is seen by its name. */
    boolean hasName(Sensor sensor) {
        return namePart.isEmpty() || sensor.isNamed(namePart);
    }

    /** Up to which frame a sensor was sent. */
    int sent(String id) {
        return sentById.getOrDefault(id, NOTHING);
    }

    /** It is the last one to be sent again. */
    void sent(String id, int frame) {
        sentById.remove(id);
        sentById.put(id, frame);
    }

    /** The ids of which nothing has been sent. */
    List<String> unsent() {
        return sentById.entrySet().stream()
                .filter(sent -> sent.getValue() == NOTHING)
                .map(Map.Entry::getKey)
                .toList();
    }
}
