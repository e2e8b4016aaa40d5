package dev.sensorline.console.status;

import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

import io.quarkus.runtime.annotations.RegisterForReflection;

/** An ingestor, as it reports itself. */
@RegisterForReflection
@Schema(name = "Ingestor")
public record IngestorView(
        @Schema(description = "Its client id") String client,

        @Schema(
                description = "`stale`: it has not reported itself for long, nor has its last will",
                enumeration = {"online", "offline", "stale"})
        String state,

        @Schema(nullable = true) @Nullable String version,
        @Schema(nullable = true) @Nullable String role,

        @Schema(description = "`up` or `down`", nullable = true) @Nullable
        String broker,

        @Schema(description = "`up` or `down`", nullable = true) @Nullable
        String store,

        double readingsPerSecond,
        double pointsPerSecond,

        @Schema(description = "Batches on their way to the store", nullable = true) @Nullable
        Long inFlight,

        @Schema(description = "Since its start", nullable = true) @Nullable
        Long rejected,

        @Schema(description = "0.99 quantile from arrival to store, in milliseconds", nullable = true) @Nullable
        Double latency99,

        @Schema(description = "Since when it has this state, RFC 3339", format = "date-time")
        String since,

        @Schema(description = "When it last reported itself, RFC 3339", format = "date-time")
        String seen) {}
