package dev.sensorline.console.watch;

import java.util.OptionalDouble;
import java.util.function.Consumer;

import dev.sensorline.points.Series;

/**
 * Tells of each sensor whether it sends when it should. Belongs to the thread of {@link dev.sensorline.console.loop.LiveLoop}:
 * all methods are called there, and the listener is told there.
 */
public interface SensorWatch {

    /**
     * A sensor that is held from now on.
     *
     * @param name  for people
     * @param topic of its first reading
     * @param field the main field of its first reading, whose times the store is asked for
     */
    Watched begin(String id, Series series, String name, String topic, String field);

    /** The connection to the broker has been made, or has ended. */
    void brokerConnected(boolean isConnected);

    /** @param changed is told the id of each sensor whose state has changed without a reading of it */
    void listen(Consumer<String> changed);

    /** A sensor that is watched. */
    interface Watched {

        /** A reading has arrived, and state and period are up to date when this returns. Retained messages are not told. */
        void arrived(long arrivalMillis);

        SensorState state();

        /** How far apart its readings are, in seconds; empty as long as that is not known. */
        OptionalDouble periodSeconds();

        /** It is no longer held. */
        void end();
    }
}
