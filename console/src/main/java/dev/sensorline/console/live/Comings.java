package dev.sensorline.console.live;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The sensors that came and went last, with the frames. Bounded: who missed more reads the list of sensors again. Not thread-safe. */
public final class Comings {

    /** So many are told in a frame. */
    static final int MOST_TOLD = 100;

    private static final int MOST_HELD = 4 * MOST_TOLD;

    private final Deque<Coming> last = new ArrayDeque<>();
    /** What was in this frame and before is not all held. */
    private int forgottenFrame;

    private record Coming(String id, boolean isAdded, int frame) {}

    /**
     * What has come and gone.
     *
     * @param isTooMuch whether there is more than is told
     */
    public record Since(List<String> added, List<String> gone, boolean isTooMuch) {

        public boolean isEmpty() {
            return added.isEmpty() && gone.isEmpty() && !isTooMuch;
        }
    }

    void added(String id, int frame) {
        add(new Coming(id, true, frame));
    }

    void gone(String id, int frame) {
        add(new Coming(id, false, frame));
    }

    private void add(Coming coming) {
        if (last.size() == MOST_HELD) {
            forgottenFrame = last.removeFirst().frame;
        }
        last.addLast(coming);
    }

    Since since(int frame) {
        if (forgottenFrame > frame) {
            return new Since(List.of(), List.of(), true);
        }
        List<String> added = new ArrayList<>();
        List<String> gone = new ArrayList<>();
        last.stream().filter(coming -> coming.frame > frame).forEach(coming -> {
            (coming.isAdded ? added : gone).add(coming.id);
        });
        boolean isTooMuch = added.size() > MOST_TOLD || gone.size() > MOST_TOLD;
        return isTooMuch ? new Since(List.of(), List.of(), true) : new Since(added, gone, false);
    }
}
