package dev.sensorline.console.stream;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** How many streams may be open, of all clients and of one address. Thread-safe. */
public final class StreamLimits {

    private final int most;
    private final int mostOfAddress;
    private final LongAdder refused = new LongAdder();

    // Guarded by this.
    private final Map<String, Integer> byAddress = new HashMap<>();
    private int open;

    public StreamLimits(int most) {
        this.most = most;
        this.mostOfAddress = Math.max(1, most / 10);
    }

    /** Whether a stream may be opened. */
    enum Admission {
        ADMITTED,
        TOO_MANY_OF_ADDRESS,
        TOO_MANY
    }

    /** One that is admitted has to {@link #leave}. */
    synchronized Admission enter(String address) {
        int ofAddress = byAddress.getOrDefault(address, 0);
        if (ofAddress == mostOfAddress || open == most) {
            refused.increment();
            return ofAddress == mostOfAddress ? Admission.TOO_MANY_OF_ADDRESS : Admission.TOO_MANY;
        }
        byAddress.put(address, ofAddress + 1);
        open++;
        return Admission.ADMITTED;
    }

    synchronized void leave(String address) {
        byAddress.computeIfPresent(address, (known, number) -> number == 1 ? null : number - 1);
        open--;
    }

    public synchronized int open() {
        return open;
    }

    /** The number of streams so far that were not admitted. */
    public long refused() {
        return refused.sum();
    }

    int mostOfAddress() {
        return mostOfAddress;
    }

    int most() {
        return most;
    }
}
