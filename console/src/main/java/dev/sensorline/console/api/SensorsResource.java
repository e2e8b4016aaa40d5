package dev.sensorline.console.api;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

import dev.sensorline.console.live.LiveSensors;
import dev.sensorline.console.live.Sensor;
import dev.sensorline.console.live.SensorId;
import dev.sensorline.console.problem.Problem;
import dev.sensorline.console.problem.ProblemException;
import dev.sensorline.console.settings.ConsoleConfig;
import io.smallrye.mutiny.Uni;

/** The sensors. */
@Singleton
@Path("/api/sensors")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Sensors")
@APIResponse(
        responseCode = "default",
        description = "A problem",
        content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
public class SensorsResource {

    private final LiveSensors sensors;
    private final Readings readings;
    private final Answers answers;
    private final Duration window;
    private final Clock clock = Clock.systemUTC();

    SensorsResource(LiveSensors sensors, Readings readings, Answers answers, ConsoleConfig config) {
        this.sensors = sensors;
        this.readings = readings;
        this.answers = answers;
        this.window = config.window();
    }

    @GET
    @Operation(operationId = "listSensors", summary = "The sensors in memory, page by page")
    @APIResponseSchema(value = SensorPage.class, responseCode = "200", responseDescription = "A page")
    @APIResponse(
            responseCode = "400",
            description = "A parameter is not allowed: the detail says which, and what is allowed")
    @APIResponse(responseCode = "304", description = "As before: If-None-Match has the ETag")
    public Uni<Response> list(
            @Parameter(description = "Part of the name, in any case") @QueryParam("name") @Nullable String name,
            @Parameter(
                            description =
                                    "Name and value of a tag that the sensor has, such as `site:hall 1`; several must all match",
                            schema = @Schema(type = SchemaType.ARRAY, implementation = TagOfSensor.class))
                    @QueryParam("tag")
                    List<String> tags,
            @Parameter(
                            schema =
                                    @Schema(
                                            type = SchemaType.STRING,
                                            enumeration = {"learning", "live", "late", "silent", "irregular"}))
                    @QueryParam("state")
                    @Nullable
                    String state,
            @Parameter(
                            description = "By name, the last seen first, or the fastest first",
                            schema =
                                    @Schema(
                                            type = SchemaType.STRING,
                                            enumeration = {"name", "seen", "rate"},
                                            defaultValue = "name"))
                    @QueryParam("sort")
                    @Nullable
                    String sort,
            @Parameter(
                            schema =
                                    @Schema(
                                            type = SchemaType.INTEGER,
                                            minimum = "0",
                                            maximum = "2147483647",
                                            defaultValue = "0"))
                    @QueryParam("page")
                    @Nullable
                    String page,
            @Parameter(
                            schema =
                                    @Schema(
                                            type = SchemaType.INTEGER,
                                            minimum = "1",
                                            maximum = "1000",
                                            defaultValue = "100"))
                    @QueryParam("size")
                    @Nullable
                    String size,
            @Context HttpHeaders request) {
        SensorQuery query = SensorQuery.of(name, tags, state, sort, page, size);
        return answers.live(request, () -> query.run(sensors, clock.millis()));
    }

    @GET
    @Path("{id}")
    @Operation(operationId = "getSensor", summary = "A sensor with its curves")
    @APIResponseSchema(value = SensorView.class, responseCode = "200", responseDescription = "The sensor")
    @APIResponse(responseCode = "404", description = Readings.NO_SENSOR)
    @APIResponse(responseCode = "304", description = "As before: If-None-Match has the ETag")
    public Uni<Response> one(
            @Parameter(schema = @Schema(type = SchemaType.STRING, pattern = SensorId.PATTERN)) @PathParam("id")
                    String id,
            @Context HttpHeaders request) {
        return answers.live(request, () -> {
            Sensor sensor = found(id);
            long now = clock.millis();
            return SensorView.of(sensor, now, curves(sensor, now));
        });
    }

    @GET
    @Path("{id}/readings")
    @Operation(
            operationId = "getReadings",
            summary = "Readings of a field, downsampled",
            description = "From memory where it has the whole time, else from the store")
    @APIResponseSchema(value = ReadingsView.class, responseCode = "200", responseDescription = "The readings")
    @APIResponse(
            responseCode = "400",
            description = "A parameter is not allowed: the detail says which, and what is allowed")
    @APIResponse(responseCode = "404", description = "There is no such sensor, or it has no such field")
    @APIResponse(
            responseCode = "503",
            description = "The store does not answer, and memory does not have the whole time")
    @APIResponse(responseCode = "304", description = "As before: If-None-Match has the ETag")
    public Uni<Response> readings(
            @Parameter(schema = @Schema(type = SchemaType.STRING, pattern = SensorId.PATTERN)) @PathParam("id")
                    String id,
            @Parameter(
                            description = "RFC 3339, or before now, such as `-15m`. By default the window",
                            schema = @Schema(type = SchemaType.STRING, pattern = Parameters.TIME))
                    @QueryParam("from")
                    @Nullable
                    String from,
            @Parameter(
                            description = "RFC 3339, or before now, such as `-15m`. By default now",
                            schema = @Schema(type = SchemaType.STRING, pattern = Parameters.TIME))
                    @QueryParam("to")
                    @Nullable
                    String to,
            @Parameter(
                            description =
                                    "Such as `10s`; at most 10,000 of them. By default so that there are at most 1,000",
                            schema = @Schema(type = SchemaType.STRING, pattern = Parameters.STEP))
                    @QueryParam("step")
                    @Nullable
                    String step,
            @Parameter(description = "By default the main field") @QueryParam("field") @Nullable String field,
            @Context HttpHeaders request) {
        TimeRange range = TimeRange.of(from, to, step, clock.instant(), window);
        return answers.of(request, readings.of(id, field, range));
    }

    /** The name and the value of a tag, for the OpenAPI document. */
    @Schema(name = "Tag", type = SchemaType.STRING, pattern = "^[^:]+:")
    interface TagOfSensor {}

    private Sensor found(String id) {
        return sensors.find(id).orElseThrow(() -> new ProblemException(404, Readings.NO_SENSOR));
    }

    private Map<String, List<List<Number>>> curves(Sensor sensor, long nowMillis) {
        Map<String, List<List<Number>>> curves = new LinkedHashMap<>();
        for (String field : sensor.curves()) {
            List<List<Number>> curve = new ArrayList<>();
            sensor.visit(
                    field, nowMillis - window.toMillis(), (millis, value) -> curve.add(List.<Number>of(millis, value)));
            curves.put(field, curve);
        }
        return curves;
    }
}
