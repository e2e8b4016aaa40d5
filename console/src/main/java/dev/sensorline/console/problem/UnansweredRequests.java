package dev.sensorline.console.problem;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** Requests that no resource and no file answers, or that fail before one does. */
@Singleton
final class UnansweredRequests {

    private static final int NOT_FOUND = 404;
    private static final int[] STATUSES = {400, 404, 405, 406, 413, 414, 415, 431, 500, 503};

    void register(@Observes Router router) {
        router.route().order(Integer.MAX_VALUE).handler(request -> answer(request, NOT_FOUND));
        for (int status : STATUSES) {
            router.errorHandler(status, request -> answer(request, status));
        }
    }

    private static void answer(RoutingContext request, int status) {
        ProblemAnswer.send(request.response(), Problem.of(status));
    }
}
