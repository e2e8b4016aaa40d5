package dev.sensorline.console.api;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import jakarta.inject.Singleton;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.sensorline.console.live.SensorId;
import dev.sensorline.console.loop.LiveLoop;
import dev.sensorline.console.problem.Problem;
import dev.sensorline.console.problem.ProblemException;
import dev.sensorline.console.stream.Streams;
import io.smallrye.mutiny.Uni;

/** What open streams show. */
@Singleton
@Path(StreamsResource.PATH)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Stream")
@APIResponse(
        responseCode = "default",
        description = "A problem",
        content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
public class StreamsResource {

    static final String PATH = "/api/streams";

    private final Streams streams;
    private final LiveLoop loop;
    private final ObjectMapper json;

    StreamsResource(Streams streams, LiveLoop loop, ObjectMapper json) {
        this.streams = streams;
        this.loop = loop;
        this.json = json;
    }

    /** The body of the request, for the OpenAPI document. */
    @Schema(name = "View", requiredProperties = "ids")
    public record View(
            @Schema(type = SchemaType.ARRAY, implementation = Id.class, maxItems = Streams.MOST_IDS)
            List<String> ids) {}

    /** The id of a sensor, for the OpenAPI document. */
    @Schema(name = "SensorId", type = SchemaType.STRING, pattern = SensorId.PATTERN)
    interface Id {}

    @PUT
    @Path("{stream}/view")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "setView",
            summary = "Shows these sensors from now on, each new one with its whole curve once")
    @RequestBody(required = true, content = @Content(schema = @Schema(implementation = View.class)))
    @APIResponse(responseCode = "204", description = "They are shown")
    @APIResponse(responseCode = "400", description = "The body is no view")
    @APIResponse(responseCode = "404", description = "There is no such stream, or its connection has ended")
    @APIResponse(responseCode = "415", description = "The body is not JSON")
    public Uni<Response> view(@PathParam("stream") String stream, byte[] body) {
        List<String> ids = ids(body);
        return loop.ask(() -> streams.show(stream, ids)).map(isOpen -> {
            if (!isOpen) {
                throw new ProblemException(404, "There is no such stream, or its connection has ended");
            }
            return Response.noContent().build();
        });
    }

    private List<String> ids(byte[] body) {
        JsonNode ids = read(body).path("ids");
        if (!ids.isArray() || ids.size() > Streams.MOST_IDS) {
            throw noView();
        }
        Set<String> read = new LinkedHashSet<>();
        for (JsonNode id : ids) {
            if (!id.isTextual() || !SensorId.isValid(id.asText())) {
                throw noView();
            }
            read.add(id.asText());
        }
        return List.copyOf(read);
    }

    private static ProblemException noView() {
        return new ProblemException(
                400,
                "The body must be an object with the member ids, an array of at most %d ids of sensors"
                        .formatted(Streams.MOST_IDS));
    }

    private JsonNode read(byte[] body) {
        try {
            JsonNode read = json.readTree(body);
            if (read != null) {
                return read;
            }
        } catch (IOException e) {
            // The same problem.
        }
        throw noView();
    }
}
