package dev.sensorline.console.api;

import java.time.Clock;
import java.util.List;
import java.util.Map;

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
import org.jspecify.annotations.Nullable;

import dev.sensorline.console.live.Levels;
import dev.sensorline.console.live.LiveSensors;
import dev.sensorline.console.problem.Problem;
import dev.sensorline.console.status.Build;
import dev.sensorline.console.status.IngestorView;
import dev.sensorline.console.status.Overview;
import dev.sensorline.console.status.Summary;
import dev.sensorline.console.status.Vitals;
import dev.sensorline.console.stream.StreamLimits;
import dev.sensorline.console.time.Times;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;

/** How everything is. */
@Singleton
@Path("/api/status")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Status")
@RegisterForReflection(targets = Levels.Level.class)
@APIResponse(
        responseCode = "default",
        description = "A problem",
        content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
public class StatusResource {

    private final Overview overview;
    private final Vitals vitals;
    private final LiveSensors sensors;
    private final StreamLimits streams;
    private final Build build;
    private final Answers answers;
    private final Clock clock = Clock.systemUTC();

    StatusResource(
            Overview overview, Vitals vitals, LiveSensors sensors, StreamLimits streams, Build build, Answers answers) {
        this.overview = overview;
        this.vitals = vitals;
        this.sensors = sensors;
        this.streams = streams;
        this.build = build;
        this.answers = answers;
    }

    /** The summary, and what seldom changes or is long. */
    @RegisterForReflection
    @Schema(name = "Status")
    public record Status(
            String version,
            @Schema(description = "What it was built from") String build,

            @Schema(description = "RFC 3339", format = "date-time")
            String started,

            Summary.Broker broker,
            Summary.Server store,
            List<IngestorView> ingestors,

            @Schema(description = "The number of sensors: `known`, by state, and `evicted` so far")
            Map<String, Long> sensors,

            Summary.In in,

            @Schema(description = "The 20 busiest topics, and filters of what is below their first levels")
            List<Levels.Level> levels,

            @Schema(
                    description =
                            "The last five minutes of each figure, second by second: milliseconds since 1970 and value")
            Map<String, List<List<Number>>> history,

            @Schema(description = "Open streams") int streams,

            @Schema(description = "Address of Grafana", nullable = true) @Nullable
            String grafana) {}

    @GET
    @Operation(operationId = "getStatus", summary = "The console, the broker, the store, the ingestors and who floods")
    @APIResponseSchema(value = Status.class, responseCode = "200", responseDescription = "The status")
    @APIResponse(responseCode = "304", description = "As before: If-None-Match has the ETag")
    public Uni<Response> status(@Context HttpHeaders request) {
        return answers.live(request, () -> {
            Summary summary = overview.summary(streams.open());
            return new Status(
                    build.version(),
                    build.build(),
                    Times.text(build.started()),
                    summary.broker(),
                    summary.store(),
                    summary.ingestors(),
                    summary.sensors(),
                    summary.in(),
                    Levels.busiest(sensors.all(), clock.millis()),
                    vitals.history(),
                    summary.streams(),
                    summary.grafana());
        });
    }
}
