package dev.sensorline.simulator.fleet;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import dev.sensorline.mqtt.client.MqttPublisher;

/**
 * The connections of a loop: opens them at a pace, opens them again after growing pauses with jitter, each on its own, and keeps them alive. One
 * ring serves all of them, so that none has a timer. Belongs to its loop.
 */
final class Connections {

    private static final long SHORTEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final int MOST_FAILURES = 9;

    private final MqttPublisher[] all;
    private final double perNano;
    /** The shortest interval that the options or a broker have asked for. */
    private long keepAliveNanos;

    /** How often each has failed in a row. */
    private final byte[] failures;
    /** Those that have been tried, and are to be tried again. */
    private final PriorityQueue<Attempt> waiting = new PriorityQueue<>(Comparator.comparingLong(Attempt::when));
    /** Those from here on have not been tried. */
    private int untried;

    private double allowed;
    private long lastRun;
    private int visited;
    private double toVisit;

    /** When a connection is tried again. */
    private record Attempt(int place, long when) {}

    /**
     * @param all       by place
     * @param perSecond how many may be opened
     * @param keepAlive in nanoseconds
     */
    Connections(MqttPublisher[] all, double perSecond, long keepAlive, long now) {
        this.all = all;
        this.perNano = perSecond / TimeUnit.SECONDS.toNanos(1);
        this.keepAliveNanos = keepAlive;
        this.failures = new byte[all.length];
        this.lastRun = now;
    }

    /** Opens what may be opened now, and visits a part of the ring. To be called every few milliseconds while any are not open. */
    void run(long now) {
        long elapsed = now - lastRun;
        lastRun = now;
        // A pause of the process is not made up for by a burst.
        allowed = Math.min(allowed + elapsed * perNano, Math.max(1, perNano * TimeUnit.MILLISECONDS.toNanos(100)));
        while (allowed >= 1) {
            Attempt next = waiting.peek();
            if (next != null && next.when() <= now) {
                waiting.remove();
                all[next.place()].connect();
            } else if (untried < all.length) {
                all[untried++].connect();
            } else {
                break;
            }
            allowed--;
        }
        keepAlive(elapsed);
    }

    /** Each is visited twice in each interval of keep-alive. */
    private void keepAlive(long elapsed) {
        toVisit = Math.min(toVisit + 2.0 * elapsed / keepAliveNanos * all.length, all.length);
        for (; toVisit >= 1; toVisit--) {
            MqttPublisher publisher = all[visited];
            if (publisher.room(0) != MqttPublisher.Room.NO_CONNECTION) {
                failures[visited] = 0;
            }
            publisher.keepAlive();
            visited = visited + 1 == all.length ? 0 : visited + 1;
        }
    }

    /** The interval of keep-alive of a connection that has begun. With 0, its broker needs none. */
    void keepAliveWithin(int seconds) {
        if (seconds > 0) {
            keepAliveNanos = Math.min(keepAliveNanos, TimeUnit.SECONDS.toNanos(seconds));
        }
    }

    /** A connection has ended or was not accepted: it is tried again after a pause, of which the caller may be told. */
    void lost(int place, long now) {
        long limit = Math.min(LONGEST_PAUSE_NANOS, SHORTEST_PAUSE_NANOS << failures[place]);
        failures[place] = (byte) Math.min(MOST_FAILURES, failures[place] + 1);
        waiting.add(new Attempt(place, now + ThreadLocalRandom.current().nextLong(limit / 2, limit + 1)));
    }

    /** A connection that a fault has ended is opened again at a time. */
    void lostUntil(int place, long when) {
        waiting.add(new Attempt(place, when));
    }

    /** Whether each has been tried once. */
    boolean areAllTried() {
        return untried == all.length;
    }

    int size() {
        return all.length;
    }
}
