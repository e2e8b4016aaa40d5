package dev.sensorline.console.status;

import java.util.List;
import java.util.Map;

import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

import io.quarkus.runtime.annotations.RegisterForReflection;

/** How everything is, in short: the line above the sensors. */
@RegisterForReflection
public record Summary(
        Broker broker,
        Server store,
        List<IngestorView> ingestors,

        @Schema(description = "The number of sensors: `known`, by state, and `evicted` so far")
        Map<String, Long> sensors,

        In in,
        @Schema(description = "Open streams") int streams,

        @Schema(description = "Address of Grafana", nullable = true) @Nullable
        String grafana) {

    /** Where readings come from. */
    @RegisterForReflection
    public record Broker(
            @Schema(enumeration = {"up", "down"}) String state,

            @Schema(description = "RFC 3339", format = "date-time")
            String since,

            @Schema(nullable = true) @Nullable String detail,

            @Schema(description = "Host and port, or several of them")
            String address,

            @Schema(description = "The topic filters of the rules")
            List<String> topics) {}

    /** A server. */
    @RegisterForReflection
    public record Server(
            @Schema(enumeration = {"up", "down", "none"}) String state,

            @Schema(description = "RFC 3339", format = "date-time")
            String since,

            @Schema(nullable = true) @Nullable String detail) {}

    /** What arrives. */
    @RegisterForReflection
    public record In(double readingsPerSecond, double bytesPerSecond, double rejectedPerSecond) {}
}
