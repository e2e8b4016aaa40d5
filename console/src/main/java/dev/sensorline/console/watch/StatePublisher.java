package dev.sensorline.console.watch;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Publishes the states of sensors as retained messages, a few at a time. Only the latest state of a sensor waits, so never more messages
 * wait than there are sensors, and as many that clear a sensor; of more the oldest is dropped and counted. Belongs to the thread of the
 * watch.
 * <p>
 * Several consoles publish the same: each publishes a state when it changes, and never because another one has published something
 * else. So they cannot contradict each other for ever, and the message is right as long as one of them runs.
 */
final class StatePublisher {

    /** How many messages are published and not taken over. */
    static final int WINDOW = 100;

    /** Clears a retained message (MQTT 3.1.1, 3.3.1.3). */
    private static final byte[] NOTHING = {};

    /** Publishes a message. */
    interface Channel {

        /**
         * Publishes.
         *
         * @param settled to be called once on the thread of the watch, with whether the broker has taken the message over
         */
        void publish(String id, byte[] payload, Consumer<Boolean> settled);
    }

    private final Channel channel;
    private final Function<String, Optional<WatchedSensor>> sensors;
    private final int mostWaiting;
    private final Runnable dropped;

    /** In the order in which they have changed. A sensor that is no longer held is cleared. */
    private final Set<String> waiting = new LinkedHashSet<>();

    private int inFlight;
    /** Until the next check nothing is sent, because something could not be. */
    private boolean isPausing;

    /**
     * Has nothing to publish yet.
     *
     * @param sensors     the sensor of an id, if it is held
     * @param mostWaiting how many messages wait at most
     * @param dropped     called for each that is dropped
     */
    StatePublisher(
            Channel channel, Function<String, Optional<WatchedSensor>> sensors, int mostWaiting, Runnable dropped) {
        this.channel = channel;
        this.sensors = sensors;
        this.mostWaiting = mostWaiting;
        this.dropped = dropped;
    }

    /** The state of a sensor has changed, or it is no longer held. */
    void changed(String id) {
        if (waiting.add(id) && waiting.size() > mostWaiting) {
            Iterator<String> oldest = waiting.iterator();
            oldest.next();
            oldest.remove();
            dropped.run();
        }
        send();
    }

    /** To be called about once a second. */
    void resume() {
        isPausing = false;
        send();
    }

    int waiting() {
        return waiting.size();
    }

    private void send() {
        while (!isPausing && inFlight < WINDOW && !waiting.isEmpty()) {
            String id = waiting.iterator().next();
            waiting.remove(id);
            byte[] payload = sensors.apply(id)
                    .filter(sensor -> sensor.state() != SensorState.LEARNING)
                    .map(sensor -> sensor.remembered().toJson())
                    .orElse(NOTHING);
            inFlight++;
            channel.publish(id, payload, isTaken -> settled(id, isTaken));
        }
    }

    private void settled(String id, boolean isTaken) {
        inFlight--;
        if (isTaken) {
            send();
        } else {
            isPausing = true;
            changed(id);
        }
    }
}
