package dev.sensorline.console.stream;

import java.util.List;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import dev.sensorline.console.live.SensorId;
import dev.sensorline.console.loop.LiveLoop;
import dev.sensorline.console.problem.Problem;
import dev.sensorline.console.problem.ProblemAnswer;
import dev.sensorline.console.problem.ProblemException;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/**
 * {@code GET /api/stream}. A route rather than a resource, so that a frame is made when the socket has taken the one before.
 */
@Singleton
final class StreamRoute {

    private static final String PATH = "/api/stream";
    private static final int LONGEST_NAME = 256;

    private final Streams streams;
    private final StreamLimits limits;
    private final LiveLoop loop;

    StreamRoute(Streams streams, StreamLimits limits, LiveLoop loop) {
        this.streams = streams;
        this.limits = limits;
        this.loop = loop;
    }

    void register(@Observes Router router) {
        router.get(PATH).handler(this::open);
        router.route(PATH).handler(request -> {
            request.response().putHeader(HttpHeaders.ALLOW, "GET");
            ProblemAnswer.send(request.response(), Problem.of(405));
        });
    }

    private void open(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        try {
            List<String> ids = idsOf(routing);
            String name = nameOf(routing);
            long lastFrame = lastFrameOf(request);
            admit(request);
            begin(routing, ids, name, lastFrame);
        } catch (ProblemException e) {
            ProblemAnswer.send(routing.response(), e.problem());
        }
    }

    private static List<String> idsOf(RoutingContext routing) {
        List<String> ids = routing.queryParam("id").stream().distinct().toList();
        return checked(ids);
    }

    /** @throws ProblemException if they are too many, or one could not be an id */
    static List<String> checked(List<String> ids) {
        if (ids.size() > Streams.MOST_IDS) {
            throw new ProblemException(400, "id: must be at most %d sensors".formatted(Streams.MOST_IDS));
        }
        ids.stream().filter(id -> !SensorId.isValid(id)).findFirst().ifPresent(wrong -> {
            throw new ProblemException(400, "id: must be the id of a sensor, 16 letters, digits, - and _");
        });
        return ids;
    }

    private static String nameOf(RoutingContext routing) {
        String name = routing.queryParam("name").stream().findFirst().orElse("");
        if (name.length() > LONGEST_NAME) {
            throw new ProblemException(400, "name: must have at most %d characters".formatted(LONGEST_NAME));
        }
        return name;
    }

    private static long lastFrameOf(HttpServerRequest request) {
        String last = request.getHeader("Last-Event-ID");
        if (last == null || last.isBlank()) {
            return 0;
        }
        try {
            return Long.parseUnsignedLong(last.strip());
        } catch (NumberFormatException e) {
            throw new ProblemException(400, "Last-Event-ID: must be the number of a frame");
        }
    }

    private static String addressOf(HttpServerRequest request) {
        SocketAddress address = request.remoteAddress();
        return address == null ? "" : address.hostAddress();
    }

    private void admit(HttpServerRequest request) {
        switch (limits.enter(addressOf(request))) {
            case ADMITTED -> {}
            case TOO_MANY_OF_ADDRESS ->
                throw new ProblemException(
                        429, "This address has %d streams open, which is the most".formatted(limits.mostOfAddress()));
            case TOO_MANY ->
                throw new ProblemException(
                        503, "%d streams are open, which is the most: CONSOLE_STREAMS".formatted(limits.most()));
        }
    }

    private void begin(RoutingContext routing, List<String> ids, String name, long lastFrame) {
        String address = addressOf(routing.request());
        HttpServerResponse response = routing.response();
        response.putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                // A proxy such as nginx would hold back frames until its buffer is full.
                .putHeader("X-Accel-Buffering", "no")
                .setChunked(true);
        Opened opened = new Opened();
        response.closeHandler(closed -> {
            limits.leave(address);
            loop.execute(() -> streams.close(opened.token));
        });
        Outlet outlet = new SocketOutlet(response, routing.vertx().getOrCreateContext(), loop);
        loop.execute(() -> {
            View view = ids.isEmpty() ? View.ofName(name) : View.ofIds(ids, streams.framesOf(lastFrame));
            opened.token = streams.open(view, lastFrame, outlet);
        });
    }

    /** Which stream a request has opened. Belongs to the live thread, where it is closed after it was opened. */
    private static final class Opened {

        private String token = "";
    }

    /** Writes on the connection's event loop. */
    private record SocketOutlet(HttpServerResponse response, Context context, LiveLoop loop) implements Outlet {

        @Override
        public void send(byte[] bytes, Runnable taken) {
            context.runOnContext(ignored -> {
                if (!response.closed()) {
                    response.write(Buffer.buffer(bytes)).onSuccess(written -> loop.execute(taken));
                }
            });
        }
    }
}
