package dev.sensorline.fleet;

import java.time.Instant;
import java.util.Arrays;

/** With jitter, the next reading of each sensor is in a binary heap: 20 bytes a sensor. At the same time, the lower number is first. */
final class JitteredTurns extends Turns {

    private final Share share;
    /** Sensors by their number in the share; the children of place i are at 2i + 1 and 2i + 2. */
    private final int[] heap;

    private final long[] dues;
    private final long[] steps;

    JitteredTurns(Group group, long fleetSeed, Instant start, Share share) {
        super(group, fleetSeed, start);
        this.share = share;
        int count = share.of(group.names().count());
        heap = new int[count];
        dues = new long[count];
        steps = new long[count];
        for (int sensor = 0; sensor < count; sensor++) {
            heap[sensor] = sensor;
        }
        rearrange();
    }

    @Override
    void rearrange() {
        for (int sensor = 0; sensor < heap.length; sensor++) {
            dues[sensor] = due(share.sensor(sensor), steps[sensor]);
        }
        for (int place = heap.length / 2 - 1; place >= 0; place--) {
            sink(place);
        }
    }

    @Override
    public long nextStep(int sensor) {
        return steps[share.number(sensor)];
    }

    @Override
    public void goTo(long wanted) {
        Arrays.fill(steps, wanted);
        rearrange();
    }

    @Override
    public int sensor() {
        return share.sensor(heap[0]);
    }

    @Override
    public long step() {
        return steps[heap[0]];
    }

    @Override
    public long due() {
        return dues[heap[0]];
    }

    @Override
    public void next() {
        int sensor = heap[0];
        steps[sensor]++;
        dues[sensor] = due(share.sensor(sensor), steps[sensor]);
        sink(0);
    }

    private void sink(int from) {
        int sensor = heap[from];
        int place = from;
        int child = 2 * place + 1;
        while (child < heap.length) {
            if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) {
                child++;
            }
            if (isBefore(sensor, heap[child])) {
                break;
            }
            heap[place] = heap[child];
            place = child;
            child = 2 * place + 1;
        }
        heap[place] = sensor;
    }

    private boolean isBefore(int one, int other) {
        return dues[one] != dues[other] ? dues[one] < dues[other] : one < other;
    }
}
