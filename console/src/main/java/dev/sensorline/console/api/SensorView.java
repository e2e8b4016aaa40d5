package dev.sensorline.console.api;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;

import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.annotation.JsonInclude;

import dev.sensorline.console.live.Sensor;
import dev.sensorline.console.live.Statistics;
import dev.sensorline.console.time.Times;
import io.quarkus.runtime.annotations.RegisterForReflection;

/** A sensor as the API shows it: a series, which is a measurement and tags. */
@RegisterForReflection
@Schema(name = "Sensor")
public record SensorView(
        @Schema(description = "The same in every console; URL-safe")
        String id,

        @Schema(description = "The tag `name`, else the values of the tags, else the topic")
        String name,

        String measurement,
        SortedMap<String, String> tags,
        @Schema(description = "Of the last reading") String topic,
        @Schema(nullable = true) @Nullable String unit,

        @Schema(description = "The main field, which the statistics are of")
        String field,

        @Schema(description = "The last value of each field: a number, a boolean or a text")
        Map<String, Object> fields,

        @Schema(description = "The time of the last reading, as the sensor says it, RFC 3339", format = "date-time")
        String last,

        @Schema(description = "When the last reading arrived, RFC 3339", format = "date-time")
        String arrived,

        @Schema(enumeration = {"learning", "live", "late", "silent", "irregular"})
        String state,

        @Schema(description = "How far apart its readings are, in seconds", nullable = true) @Nullable
        Double period,

        @Schema(description = "Readings per second over the window")
        double rate,

        double bytesPerSecond,
        @Schema(nullable = true) @Nullable Double min,
        @Schema(nullable = true) @Nullable Double mean,
        @Schema(nullable = true) @Nullable Double max,

        @Schema(description = "The number of readings in the window")
        long readings,

        @Schema(
                description =
                        "The readings that are held of each numeric field, as pairs of milliseconds since 1970 and value; "
                                + "only of a single sensor")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable
        Map<String, List<List<Number>>> curves) {

    /** @param curves null if they are not shown */
    static SensorView of(Sensor sensor, long nowMillis, @Nullable Map<String, List<List<Number>>> curves) {
        Statistics statistics = sensor.statistics(nowMillis);
        boolean hasStatistics = statistics.count() > 0;
        OptionalDouble period = sensor.watched().periodSeconds();
        return new SensorView(
                sensor.id(),
                sensor.name(),
                sensor.series().measurement(),
                sensor.series().tags(),
                sensor.topic(),
                sensor.unit(),
                sensor.mainField(),
                sensor.values(),
                Times.text(sensor.lastMillis()),
                Times.text(sensor.arrivedMillis()),
                sensor.watched().state().key(),
                period.isPresent() ? period.getAsDouble() : null,
                sensor.readingsPerSecond(nowMillis),
                sensor.bytesPerSecond(nowMillis),
                hasStatistics ? statistics.min() : null,
                hasStatistics ? statistics.mean() : null,
                hasStatistics ? statistics.max() : null,
                sensor.readings(nowMillis),
                curves);
    }
}
