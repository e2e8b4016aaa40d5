package dev.sensorline.console.api;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;

import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

import dev.sensorline.console.problem.Problem;
import dev.sensorline.console.problem.ProblemException;

/** Answers what a resource throws as a problem. */
public class ProblemMappers {

    private static final Logger LOG = Logger.getLogger(ProblemMappers.class);

    @ServerExceptionMapper
    public Response problem(ProblemException e) {
        return of(e.problem());
    }

    /** Of Quarkus: there is no such path or method, or it does not take or give this type. */
    @ServerExceptionMapper
    public Response refused(WebApplicationException e) {
        int status = e.getResponse().getStatus();
        String allow = e.getResponse().getHeaderString(HttpHeaders.ALLOW);
        Response problem = of(Problem.of(status));
        return allow == null
                ? problem
                : Response.fromResponse(problem)
                        .header(HttpHeaders.ALLOW, allow)
                        .build();
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
