package dev.sensorline.fleet;

import java.time.Instant;

/** Without jitter, the sensors take turns in a ring: it needs no memory for a sensor. */
final class RingTurns extends Turns {

    private final int count;
    private final Share share;
    private int sensor;
    private long step;

    RingTurns(Group group, long fleetSeed, Instant start, Share share) {
        super(group, fleetSeed, start);
        this.count = group.names().count();
        this.share = share;
        this.sensor = share.sensor(0);
    }

    @Override
    public int sensor() {
        return sensor;
    }

    @Override
    public long step() {
        return step;
    }

    @Override
    public long due() {
        return due(sensor, step);
    }

    @Override
    public void next() {
        sensor = share.next(sensor);
        if (sensor >= count) {
            sensor = share.sensor(0);
            step++;
        }
    }

    @Override
    public long nextStep(int of) {
        return of >= sensor ? step : step + 1;
    }

    @Override
    public void goTo(long wanted) {
        sensor = share.sensor(0);
        step = wanted;
    }

    @Override
    void rearrange() {
        // The order stays.
    }
}
