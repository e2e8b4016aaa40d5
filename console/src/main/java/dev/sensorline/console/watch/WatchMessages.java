package dev.sensorline.console.watch;

/** Messages of consoles for the watch. */
@FunctionalInterface
public interface WatchMessages {

    /**
     * Takes over a message if it is for the watch. To be called on the live thread, for all messages in the order of their arrival.
     *
     * @param isRetained whether the broker had kept it
     */
    void take(String topic, byte[] payload, boolean isRetained);
}
