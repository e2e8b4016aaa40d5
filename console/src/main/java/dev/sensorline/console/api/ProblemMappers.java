package dev.sensorline.console.api;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;

import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

import dev.sensorline.console.problem.Problem;
import dev.sensorline.console.problem.ProblemException;

/** Answers what a resource throws as a problem. */
public class ProblemMappers {

    private static final int NOT_ALLOWED = 405;
    private static final Logger LOG = Logger.getLogger(ProblemMappers.class);

    @ServerExceptionMapper
    public Response problem(ProblemException e) {
        return of(e.problem());
    }

    /** Of Quarkus: there is no such path or method, or it does not take or give this type. */
    @ServerExceptionMapper
    public Response refused(WebApplicationException e, UriInfo request) {
        int status = e.getResponse().getStatus();
        Response problem = of(Problem.of(status));
        return status == NOT_ALLOWED
                ? Response.fromResponse(problem)
                        .header(HttpHeaders.ALLOW, methods(request.getPath()))
                        .build()
                : problem;
    }

    /** Each path has one. */
    private static String methods(String path) {
        return path.startsWith(StreamsResource.PATH) ? "PUT" : "GET, HEAD";
    }

    /** A defect. */
    @ServerExceptionMapper
    public Response failed(RuntimeException e) {
        LOG.error("A request has failed", e);
        return of(Problem.of(500));
    }

    private static Response of(Problem problem) {
        return Response.status(problem.status())
                .type(Problem.MEDIA_TYPE)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .entity(problem.json())
                .build();
    }
}
