package dev.sensorline.console.live;

/** How many readings may be held by all sensors together, so that many fields take no more memory than one. Not thread-safe. */
final class Budget {

    private long free;

    Budget(long most) {
        free = most;
    }

    /** Takes as many as there are, at most those wanted. */
    int take(int wanted) {
        int taken = (int) Math.min(wanted, free);
        free -= taken;
        return taken;
    }

    void give(int number) {
        free += number;
    }

    long free() {
        return free;
    }
}
