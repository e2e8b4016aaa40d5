package dev.sensorline.console.api;

import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.concurrent.Callable;

import jakarta.inject.Singleton;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.sensorline.console.loop.LiveLoop;
import dev.sensorline.points.Hash64;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;

/**
 * Answers of JSON, with a tag of their content: who has the same content already is answered with 304 and nothing. What is live may
 * not be used from a cache without asking.
 */
@Singleton
final class Answers {

    private final LiveLoop loop;
    private final ObjectMapper json;

    Answers(LiveLoop loop, ObjectMapper json) {
        this.loop = loop;
        this.json = json;
    }

    /** The answer with what a task on the live thread returns. It is written as JSON on another thread. */
    Uni<Response> live(HttpHeaders request, Callable<?> task) {
        return of(request, loop.ask(task::call));
    }

    /** The answer with what is there later. */
    Uni<Response> of(HttpHeaders request, Uni<?> content) {
        return content.emitOn(Infrastructure.getDefaultWorkerPool()).map(value -> answer(request, value));
    }

    private Response answer(HttpHeaders request, Object value) {
        byte[] body = bytes(value);
        EntityTag tag = new EntityTag(Long.toHexString(Hash64.of(body)), true);
        boolean isKnown = has(request, tag);
        Response.ResponseBuilder answer =
                isKnown ? Response.notModified() : Response.ok(body, MediaType.APPLICATION_JSON);
        return answer.tag(tag)
                .header(HttpHeaders.CACHE_CONTROL, "no-cache")
                .header(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING)
                .build();
    }

    private byte[] bytes(Object value) {
        try {
            return json.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Tags are compared weakly (RFC 9110, 13.1.2). */
    private static boolean has(HttpHeaders request, EntityTag tag) {
        return request.getRequestHeader(HttpHeaders.IF_NONE_MATCH).stream()
                .flatMap(header -> Arrays.stream(header.split(",")))
                .map(String::strip)
                .anyMatch(known ->
                        known.equals("*") || known.replaceFirst("^W/", "").equals("\"" + tag.getValue() + "\""));
    }
}
