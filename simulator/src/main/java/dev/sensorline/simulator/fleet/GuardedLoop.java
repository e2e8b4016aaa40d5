package dev.sensorline.simulator.fleet;

import java.util.function.Consumer;

import dev.sensorline.mqtt.client.MqttPublisher;
import dev.sensorline.mqtt.client.PublisherLoop;

/** A loop that tells of an action that fails: otherwise the loop would go on without it, and without a word. Thread-safe. */
record GuardedLoop(PublisherLoop loop, Consumer<Throwable> onFailure) implements PublisherLoop {

    @Override
    public void execute(Runnable action) {
        loop.execute(guarded(action));
    }

    @Override
    public void schedule(long delayNanos, Runnable action) {
        loop.schedule(delayNanos, guarded(action));
    }

    @Override
    public long nanoTime() {
        return loop.nanoTime();
    }

    @Override
    public MqttPublisher publisher(int number, MqttPublisher.Listener listener) {
        return loop.publisher(number, listener);
    }

    private Runnable guarded(Runnable action) {
        return () -> {
            try {
                action.run();
            } catch (RuntimeException | Error e) {
                onFailure.accept(e);
            }
        };
    }
}
