package dev.sensorline.console.watch;

import java.util.OptionalDouble;
import java.util.function.Consumer;

import jakarta.inject.Singleton;

import dev.sensorline.points.Series;
import io.quarkus.arc.DefaultBean;

/** Where no other watch is there: a sensor is live from its second reading on. */
@DefaultBean
@Singleton
public final class NoWatch implements SensorWatch {

    @Override
    public Watched begin(String id, Series series, String name, String topic, String field) {
        return new Seen();
    }

    @Override
    public void brokerConnected(boolean isConnected) {}

    @Override
    public void listen(Consumer<String> changed) {}

    private static final class Seen implements Watched {

        private int arrivals;

        @Override
        public void arrived(long arrivalMillis) {
            arrivals = Math.min(arrivals + 1, 2);
        }

        @Override
        public SensorState state() {
            return arrivals < 2 ? SensorState.LEARNING : SensorState.LIVE;
        }

        @Override
        public OptionalDouble periodSeconds() {
            return OptionalDouble.empty();
        }

        @Override
        public void end() {}
    }
}
