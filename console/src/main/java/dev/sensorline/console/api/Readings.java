package dev.sensorline.console.api;

import java.time.Clock;
import java.util.List;
import java.util.Optional;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import dev.sensorline.console.history.History;
import dev.sensorline.console.history.History.Downsampled;
import dev.sensorline.console.history.History.Question;
import dev.sensorline.console.history.History.StoreUnavailableException;
import dev.sensorline.console.live.LiveSensors;
import dev.sensorline.console.live.Sensor;
import dev.sensorline.console.loop.LiveLoop;
import dev.sensorline.console.problem.ProblemException;
import dev.sensorline.console.time.Times;
import dev.sensorline.points.Series;
import io.smallrye.mutiny.Uni;

/** Readings of a sensor: from memory if it has the whole time, else from the store. */
@Singleton
final class Readings {

    static final String NO_SENSOR = "There is no such sensor, or it has not been seen for long";

    private final LiveSensors sensors;
    private final History history;
    private final LiveLoop loop;
    private final Clock clock = Clock.systemUTC();

    Readings(LiveSensors sensors, History history, LiveLoop loop) {
        this.sensors = sensors;
        this.history = history;
        this.loop = loop;
    }

    /** What memory has of a field. */
    private record Held(Series series, String field, Optional<List<Downsampled>> whole, List<Downsampled> part) {}

    Uni<ReadingsView> of(String id, @Nullable String field, TimeRange range) {
        return loop.ask(() -> held(id, field, range))
                .chain(held -> held.whole()
                        .map(readings -> Uni.createFrom().item(view(id, held, range, "memory", readings)))
                        .orElseGet(() -> stored(id, held, range)));
    }

    /** On the live thread. */
    private Held held(String id, @Nullable String wanted, TimeRange range) {
        Sensor sensor = sensors.find(id).orElseThrow(() -> new ProblemException(404, NO_SENSOR));
        String field = wanted == null ? sensor.mainField() : wanted;
        if (!sensor.curves().contains(field)) {
            throw new ProblemException(404, "The sensor has no numeric field of this name");
        }
        Steps steps = new Steps(
                range.from().toEpochMilli(),
                range.to().toEpochMilli(),
                range.step().toMillis());
        sensor.visit(field, range.from().toEpochMilli(), steps);
        boolean isWhole =
                sensor.heldSince(field, clock.millis()) <= range.from().toEpochMilli();
        return new Held(sensor.series(), field, isWhole ? Optional.of(steps.done()) : Optional.empty(), steps.done());
    }

    private Uni<ReadingsView> stored(String id, Held held, TimeRange range) {
        if (history.state().state() == History.State.NONE) {
            return Uni.createFrom().item(view(id, held, range, "memory", held.part()));
        }
        return history.readings(new Question(held.series(), held.field(), range.from(), range.to(), range.step()))
                .map(readings -> view(id, held, range, history.source(), readings))
                .onFailure(StoreUnavailableException.class)
                .transform(failure -> new ProblemException(503, "The store does not answer: " + failure.getMessage()));
    }

    private static ReadingsView view(String id, Held held, TimeRange range, String source, List<Downsampled> readings) {
        return new ReadingsView(
                id,
                held.field(),
                Times.text(range.from()),
                Times.text(range.to()),
                range.stepText(),
                source,
                readings.stream()
                        .map(step -> List.<Number>of(step.millis(), step.mean(), step.min(), step.max()))
                        .toList());
    }
}
