package dev.sensorline.console.problem;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/** Answers a request with a problem, outside of resources. */
public final class ProblemAnswer {

    private ProblemAnswer() {}

    /** Unless an answer has begun. */
    public static void send(HttpServerResponse response, Problem problem) {
        if (response.ended() || response.headWritten() || response.closed()) {
            return;
        }
        response.setStatusCode(problem.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(Buffer.buffer(problem.json()));
    }
}
