package dev.sensorline.console.api;

import java.util.List;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

import io.quarkus.runtime.annotations.RegisterForReflection;

/** A page of the sensors that were asked for. */
@RegisterForReflection
public record SensorPage(
        @Schema(description = "How many there are on all pages")
        int total,

        @Schema(description = "From 0 on") int page,
        int size,
        List<SensorView> sensors) {}
