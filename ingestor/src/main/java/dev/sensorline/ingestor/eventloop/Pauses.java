package dev.sensorline.ingestor.eventloop;

import java.time.Duration;
import java.util.concurrent.Flow;
import java.util.function.Function;

import dev.sensorline.connections.Backoff;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;

/** Pauses between the attempts of one operation, for Mutiny's {@code retry().when(…)}. */
public final class Pauses {

    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(3);

    private Pauses() {}

    /** Growing pauses from 0.1 s to 3 s, which begin again with each subscription. */
    public static Function<Multi<Throwable>, Flow.Publisher<Duration>> growing(EventLoop loop) {
        return growing(loop, failure -> Duration.ZERO);
    }

    /** @param asked the pause that the server asks for with a failure, which is taken instead; zero if it asks for none */
    public static Function<Multi<Throwable>, Flow.Publisher<Duration>> growing(
            EventLoop loop, Function<Throwable, Duration> asked) {
        return failures -> {
            Backoff backoff = new Backoff(SHORTEST, LONGEST);
            return failures.onItem().transformToUniAndConcatenate(failure -> {
                Duration next = backoff.next();
                Duration instead = asked.apply(failure);
                return pause(loop, instead.isZero() ? next : instead);
            });
        };
    }

    private static Uni<Duration> pause(EventLoop loop, Duration pause) {
        return Uni.createFrom().emitter(waiting -> loop.schedule(pause, () -> waiting.complete(pause)));
    }
}
