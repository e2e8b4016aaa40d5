package dev.sensorline.console.api;

import java.util.List;

import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

import dev.sensorline.console.problem.Problem;
import dev.sensorline.console.rejected.RejectedReading;
import dev.sensorline.console.rejected.RejectedReadings;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;

/** The readings that ingestors have set aside. */
@Singleton
@Path("/api/rejected")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Status")
@APIResponse(
        responseCode = "default",
        description = "A problem",
        content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
public class RejectedResource {

    private final RejectedReadings rejected;
    private final Answers answers;

    RejectedResource(RejectedReadings rejected, Answers answers) {
        this.rejected = rejected;
        this.answers = answers;
    }

    /** The last of them. */
    @RegisterForReflection
    @Schema(name = "RejectedReadings")
    public record Last(
            @Schema(description = "How many have arrived since the console has started")
            long total,

            @Schema(description = "The last 200, the newest first")
            List<RejectedReading> rejected) {}

    @GET
    @Operation(operationId = "listRejected", summary = "The readings that ingestors have set aside last")
    @APIResponseSchema(value = Last.class, responseCode = "200", responseDescription = "The last 200")
    @APIResponse(responseCode = "304", description = "As before: If-None-Match has the ETag")
    public Uni<Response> list(@Context HttpHeaders request) {
        return answers.live(request, () -> new Last(rejected.total(), rejected.newestFirst()));
    }
}
