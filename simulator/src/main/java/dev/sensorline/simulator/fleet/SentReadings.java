package dev.sensorline.simulator.fleet;

import dev.sensorline.fleet.Measurement;

/** What is done with each reading that is handed to a connection. For one thread. */
final class SentReadings {

    private final Journal journal;
    private final Unacknowledged unacknowledged;

    SentReadings(Journal journal, Unacknowledged unacknowledged) {
        this.journal = journal;
        this.unacknowledged = unacknowledged;
    }

    Journal journal() {
        return journal;
    }

    /** Takes a reading down, and returns the tag by which it will be acknowledged. */
    long tag(SensorGroup group, Measurement reading, int faults) {
        long entry = journal.sent(group.number, reading, faults);
        return group.group.qos() == 0 ? SensorLoop.NO_READING : unacknowledged.add(reading.due, entry);
    }
}
