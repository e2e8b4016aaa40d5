package dev.sensorline.console.rejected;

import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

import io.quarkus.runtime.annotations.RegisterForReflection;

/** A reading that an ingestor has set aside. */
@RegisterForReflection
public record RejectedReading(
        @Schema(description = "When the copy arrived, RFC 3339", format = "date-time")
        String time,

        @Schema(description = "The topic of the reading") String topic,

        @Schema(description = "Why it is invalid, such as `not_a_number`")
        String reason,

        @Schema(description = "An explanation for people", nullable = true) @Nullable
        String detail,

        @Schema(description = "The length of the payload in bytes")
        long size,

        @Schema(description = "The payload as text, or its beginning")
        String payload,

        @Schema(description = "The payload, where it is no text", nullable = true) @Nullable
        String payloadBase64,

        @Schema(description = "The setting that would accept such readings, for people", nullable = true) @Nullable
        String accept) {}
