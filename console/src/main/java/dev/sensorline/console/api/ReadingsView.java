package dev.sensorline.console.api;

import java.util.List;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

import io.quarkus.runtime.annotations.RegisterForReflection;

/** Readings of a field, downsampled. */
@RegisterForReflection
@Schema(name = "Readings")
public record ReadingsView(
        String id,
        String field,

        @Schema(description = "RFC 3339", format = "date-time")
        String from,

        @Schema(description = "RFC 3339", format = "date-time")
        String to,

        @Schema(description = "Such as `10s`") String step,

        @Schema(enumeration = {"memory", "influxdb", "questdb", "none"})
        String source,

        @Schema(description = "One for each step with readings: milliseconds since 1970, mean, minimum and maximum")
        List<List<Number>> readings) {}
