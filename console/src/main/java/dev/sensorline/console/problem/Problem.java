package dev.sensorline.console.problem;

import java.nio.charset.StandardCharsets;
import java.util.Map;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

import com.fasterxml.jackson.core.io.JsonStringEncoder;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * A problem document.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>
 */
@RegisterForReflection
public record Problem(
        @Schema(description = "`about:blank`: the status says what kind of problem it is")
        String type,

        @Schema(description = "The status in words") String title,
        int status,

        @Schema(description = "What is wrong, and what is allowed, for people")
        String detail) {

    /** The type of its document. */
    public static final String MEDIA_TYPE = "application/problem+json";

    private static final Map<Integer, String> TITLES = Map.ofEntries(
            Map.entry(400, "Bad Request"),
            Map.entry(401, "Unauthorized"),
            Map.entry(403, "Forbidden"),
            Map.entry(404, "Not Found"),
            Map.entry(405, "Method Not Allowed"),
            Map.entry(406, "Not Acceptable"),
            Map.entry(413, "Content Too Large"),
            Map.entry(414, "URI Too Long"),
            Map.entry(415, "Unsupported Media Type"),
            Map.entry(429, "Too Many Requests"),
            Map.entry(431, "Request Header Fields Too Large"),
            Map.entry(500, "Internal Server Error"),
            Map.entry(503, "Service Unavailable"));

    public static Problem of(int status, String detail) {
        return new Problem("about:blank", TITLES.getOrDefault(status, "Error"), status, detail);
    }

    /** The problem of a status alone. */
    public static Problem of(int status) {
        return of(
                status,
                switch (status) {
                    case 400 -> "The request is malformed: its Host header must be a name or an address";
                    case 404 -> "There is nothing at this path";
                    case 405 -> "This path has no such method";
                    case 406 -> "This path answers with JSON only";
                    case 413 -> "The body of the request is too large";
                    case 415 -> "The body of the request must be application/json";
                    case 500 -> "The console has failed to answer; its log says why";
                    default -> "The request cannot be answered";
                });
    }

    /** The document. */
    public byte[] json() {
        return "{\"type\":\"%s\",\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\"}"
                .formatted(
                        type,
                        title,
                        status,
                        new String(JsonStringEncoder.getInstance().quoteAsString(detail)))
                .getBytes(StandardCharsets.UTF_8);
    }
}
