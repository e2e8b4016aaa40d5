package dev.sensorline.simulator.fleet;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import dev.sensorline.fleet.Turns;

/** The turns of several groups, in the order in which they are due: a binary heap. Makes no object. For one thread. */
final class TurnQueue {

    private GroupTurns[] heap;
    private int size;

    /** The turns of the sensors of a lane in a group, and what they need. */
    static final class GroupTurns {

        static final int SEVERAL = -1;

        final Turns turns;
        final SensorGroup group;
        /** How many readings each sensor may have. */
        final long readingsEach;
        /** The only sensor; {@link #SEVERAL} if there are others. */
        final int sole;
        /** Sensors that have turns of their own, and none here. */
        final Set<Integer> alone = new HashSet<>();
        /** How many readings may still be due. */
        long left;

        GroupTurns(Turns turns, SensorGroup group, long left, long readingsEach, int sole) {
            this.turns = turns;
            this.group = group;
            this.left = left;
            this.readingsEach = readingsEach;
            this.sole = sole;
        }
    }

    TurnQueue(List<GroupTurns> all) {
        heap = all.toArray(GroupTurns[]::new);
        size = heap.length;
        rearrange();
    }

    /** When readings are due has changed. Turns without another reading are left out. */
    void rearrange() {
        int kept = 0;
        for (int place = 0; place < size; place++) {
            if (heap[place].turns.due() != Turns.NEVER) {
                heap[kept++] = heap[place];
            }
        }
        size = kept;
        for (int place = size / 2 - 1; place >= 0; place--) {
            sink(place);
        }
    }

    /** Adds turns. */
    void add(GroupTurns more) {
        heap = Arrays.copyOf(heap, size + 1);
        heap[size++] = more;
        rearrange();
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Those that are due next; there must be some. */
    GroupTurns first() {
        return heap[0];
    }

    /** When the next reading is due; {@link Long#MAX_VALUE} if none is. */
    long due() {
        return size == 0 ? Long.MAX_VALUE : heap[0].turns.due();
    }

    /** Passes the turn on. Turns without another reading are left out. */
    void next() {
        heap[0].turns.next();
        if (heap[0].turns.due() == Turns.NEVER) {
            remove();
        } else {
            sink(0);
        }
    }

    /** Leaves those out that are due next. */
    void remove() {
        heap[0] = heap[--size];
        if (size > 0) {
            sink(0);
        }
    }

    /** All of them, in no order. */
    List<GroupTurns> all() {
        return Arrays.asList(heap).subList(0, size);
    }

    private void sink(int from) {
        GroupTurns moved = heap[from];
        long due = moved.turns.due();
        int place = from;
        for (int child = 2 * place + 1; child < size; child = 2 * place + 1) {
            if (child + 1 < size && heap[child + 1].turns.due() < heap[child].turns.due()) {
                child++;
            }
            if (due <= heap[child].turns.due()) {
                break;
            }
            heap[place] = heap[child];
            place = child;
        }
        heap[place] = moved;
    }
}
