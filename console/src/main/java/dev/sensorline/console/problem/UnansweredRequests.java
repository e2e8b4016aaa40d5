package dev.sensorline.console.problem;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** Requests that no resource and no file answers, or that fail before one does. */
@Singleton
final class UnansweredRequests {

    private static final int LEAST_CLIENT_ERROR = 400;
    private static final int NOT_FOUND = 404;
    private static final int LEAST_SERVER_ERROR = 500;
    private static final int[] STATUSES = {400, 404, 405, 406, 413, 414, 415, 431, 500, 503};

    void register(@Observes Router router) {
        // Before Quarkus, which answers what Vert.x refuses without a document, and logs an error for each malformed
        // Host header.
        router.route().order(Integer.MIN_VALUE).failureHandler(UnansweredRequests::failed);
        router.route().order(Integer.MAX_VALUE).handler(request -> answer(request, NOT_FOUND));
        for (int status : STATUSES) {
            router.errorHandler(status, request -> answer(request, status));
        }
    }

    private static void failed(RoutingContext request) {
        if (request.statusCode() >= LEAST_CLIENT_ERROR && request.statusCode() < LEAST_SERVER_ERROR) {
            answer(request, request.statusCode());
        } else {
            request.next();
        }
    }

    private static void answer(RoutingContext request, int status) {
        ProblemAnswer.send(request.response(), Problem.of(status));
    }
}
