package dev.sensorline.simulator.fleet;

import dev.sensorline.fleet.Measurement;
import dev.sensorline.fleet.ledger.Outcome;

/** Takes down what became of each reading that was due. Any thread may call it. */
public interface Journal {

    /** The number of an entry that there is not. */
    long NO_ENTRY = -1;

    /** Takes nothing down. */
    Journal NONE = new Journal() {

        @Override
        public long sent(int group, Measurement reading, int faults) {
            return NO_ENTRY;
        }

        @Override
        public void unsent(int group, Measurement reading, int faults, Outcome why) {}

        @Override
        public void acknowledged(long entry, long nanos) {}

        @Override
        public void flush() {}
    };

    /**
     * A reading was handed to the socket.
     *
     * @param group  its number in the fleet
     * @param faults that happened to it: bits of {@link dev.sensorline.fleet.fault.FaultKind}
     * @return the number of the entry
     */
    long sent(int group, Measurement reading, int faults);

    /** A reading that was due was not sent. */
    void unsent(int group, Measurement reading, int faults, Outcome why);

    /**
     * The broker has taken over a reading.
     *
     * @param nanos when, in nanoseconds since 1970-01-01T00:00Z
     */
    void acknowledged(long entry, long nanos);

    /** What was taken down so far survives the process. Called each second. */
    void flush();
}
