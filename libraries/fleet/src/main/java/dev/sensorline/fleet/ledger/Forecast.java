package dev.sensorline.fleet.ledger;

import java.util.List;

/** What the next entry of a group is likely to be, by those before it in a block. A ledger has the difference, which is small. */
final class Forecast {

    private final int count;
    private boolean isFirst;
    private int sensor;
    private long sequence;
    private long due;
    private long step;

    private Forecast(int count) {
        this.count = count;
    }

    static Forecast[] of(List<LedgerGroup> groups) {
        return groups.stream().map(group -> new Forecast(group.names().count())).toArray(Forecast[]::new);
    }

    /** Begins a block, which can be read without those before it. */
    void reset(long base) {
        isFirst = true;
        sensor = 0;
        sequence = 0;
        due = base;
        step = 0;
    }

    int nextSensor() {
        return sensor + 1 < count ? sensor + 1 : 0;
    }

    /** The number of the next reading, if it is one of the next sensor. */
    long nextSequence() {
        return sensor + 1 < count ? sequence : sequence + 1;
    }

    boolean isNext(int itsSensor, long itsSequence) {
        return itsSensor == nextSensor() && itsSequence == nextSequence();
    }

    /** The number of the reading before. */
    long sequence() {
        return sequence;
    }

    long due() {
        return due + step;
    }

    void update(int itsSensor, long itsSequence, long itsDue) {
        step = isFirst ? 0 : itsDue - due;
        isFirst = false;
        sensor = itsSensor;
        sequence = itsSequence;
        due = itsDue;
    }
}
