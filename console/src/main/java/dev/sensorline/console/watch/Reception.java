package dev.sensorline.console.watch;

import java.time.Duration;

/**
 * Whether the console would have received a reading if a sensor had sent one. Times are those of {@link System#nanoTime}. Not
 * thread-safe.
 * <p>
 * The console publishes a beat every {@link #BEAT} and subscribes to it. A broker delivers messages to a subscriber in the order in which
 * it has received them (MQTT 3.1.1, 4.6, for each topic; Mosquitto, for all). A beat that comes back therefore proves that everything has
 * arrived that the broker had received when the beat was sent. A sensor is judged by proofs only, so a pause of the broker, of the
 * network or of the console never makes a sensor late.
 * <p>
 * An interruption is a connection that was lost, or beats that did not come back for {@link #LONGEST_SILENCE}. The clients of the broker may
 * have lost their connections as well, and wait ever longer between their attempts to connect: they get time to settle.
 */
final class Reception {

    /** Time between two beats. */
    static final Duration BEAT = Duration.ofMillis(250);
    /** Beats that take longer to come back are an interruption. */
    static final Duration LONGEST_SILENCE = Duration.ofMillis(1500);

    /**
     * A beat that takes longer to come back proves nothing, and neither do those that were sent before it came back: broker, network or
     * console have stood still, and what has waited may come in any order. Together with the time between two beats it is shorter than the
     * least margin, so that a stop that no beat shows makes no reading late.
     */
    static final Duration SLOW = Duration.ofMillis(200);

    /** Time to connect again: at least this, as many devices wait for ten seconds before their first attempt. */
    private static final long SHORTEST_SETTLING = Duration.ofSeconds(10).toNanos();
    /** At most this: twice the longest pause of the simulator between two attempts. */
    private static final long LONGEST_SETTLING = Duration.ofSeconds(60).toNanos();

    private boolean isConnected;
    private boolean hasProof;
    private long interruptedNanos;
    private long sinceNanos;
    private long settlingNanos;
    private long provenNanos;
    private boolean hasReturned;
    private long returnedNanos;
    /** When a beat came back last that had travelled for long. */
    private long slowNanos;

    private boolean hasBeats;

    /** Begins without a connection. */
    Reception(long nowNanos) {
        interruptedNanos = nowNanos;
        sinceNanos = nowNanos;
        provenNanos = nowNanos;
        returnedNanos = nowNanos;
        slowNanos = nowNanos;
    }

    /** The connection has been made. */
    void connected(long nowNanos) {
        if (!isConnected) {
            isConnected = true;
            resume(interruptedNanos, nowNanos);
        }
    }

    /** The connection has ended. */
    void disconnected(long nowNanos) {
        if (isConnected) {
            isConnected = false;
            hasProof = false;
            hasReturned = false;
            interruptedNanos = nowNanos;
        }
    }

    /** A beat has come back that was sent at a time. */
    void beat(long sentNanos, long nowNanos) {
        hasBeats = true;
        prove(sentNanos, nowNanos);
    }

    /** A reading has arrived. It proves as much as a beat if the broker does not send back beats, because it forbids them. */
    void heard(long nowNanos) {
        if (!hasBeats) {
            prove(nowNanos, nowNanos);
        }
    }

    /** Messages have arrived, and could not be taken in. */
    void lost(long nowNanos) {
        resume(nowNanos, nowNanos);
    }

    private void prove(long sentNanos, long nowNanos) {
        if (!isConnected) {
            return;
        }
        long travelled = nowNanos - sentNanos;
        if (hasBeats && (travelled > LONGEST_SILENCE.toNanos() || hasReturned && isSilent(nowNanos))) {
            resume(hasReturned ? returnedNanos : sentNanos, nowNanos);
        }
        hasReturned = true;
        returnedNanos = nowNanos;
        if (travelled > SLOW.toNanos()) {
            // What has waited with it may come in any order.
            slowNanos = nowNanos;
        } else if (sentNanos - slowNanos >= 0) {
            hasProof = true;
            provenNanos = sentNanos;
        }
    }

    private boolean isSilent(long nowNanos) {
        return nowNanos - returnedNanos > LONGEST_SILENCE.toNanos();
    }

    private void resume(long fromNanos, long nowNanos) {
        // Clients that have not settled go on with the long pauses of an earlier interruption.
        long begun = fromNanos - sinceNanos < settlingNanos ? settlingNanos : 0;
        settlingNanos = Math.max(begun, Math.min(SHORTEST_SETTLING + 2 * (nowNanos - fromNanos), LONGEST_SETTLING));
        sinceNanos = nowNanos;
    }

    /** Readings have been received without an interruption since then. */
    long sinceNanos() {
        return sinceNanos;
    }

    /** How long clients may take to connect again after {@link #sinceNanos}. */
    long settlingNanos() {
        return settlingNanos;
    }

    /** Whether a reading that was sent before a time would have arrived. */
    boolean proves(long nanos) {
        return hasProof && provenNanos - nanos >= 0;
    }

    /** Whether beats come back. */
    boolean hasBeats() {
        return hasBeats;
    }

    boolean isConnected() {
        return isConnected;
    }
}
