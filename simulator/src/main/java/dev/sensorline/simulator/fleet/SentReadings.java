package dev.sensorline.simulator.fleet;

import dev.sensorline.fleet.Measurement;

/** What is done with each reading that is handed to a connection. For one thread. */
final class SentReadings {

    private final Journal journal;
    private final Unacknowledged unacknowledged;
    private final Statistics statistics;
    private final Notices notices;

    SentReadings(Journal journal, Unacknowledged unacknowledged, Statistics statistics, Notices notices) {
        this.journal = journal;
        this.unacknowledged = unacknowledged;
        this.statistics = statistics;
        this.notices = notices;
    }

    Journal journal() {
        return journal;
    }

    /**
     * Takes a reading down, and returns the tag by which it will be acknowledged.
     *
     * @param qos at which it is published
     */
    long tag(SensorGroup group, Measurement reading, int faults, int qos) {
        long entry = journal.sent(group.number, reading, faults);
        if (qos == 0) {
            return SensorLoop.NO_READING;
        }
        statistics.unacknowledged++;
        return unacknowledged.add(reading.due, entry);
    }

    /**
     * A reading is larger than the broker takes.
     *
     * @param bytes of its topic and its payload
     */
    void tooLarge(SensorGroup group, Measurement reading, int bytes) {
        notices.once(
                Notices.Kind.SIZE,
                () -> "The broker takes no packets as large as a reading of %s, of %d bytes: such readings are not sent"
                        .formatted(group.group.names().name(reading.sensor), bytes));
    }
}
