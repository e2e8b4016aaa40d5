package dev.sensorline.console.history;

import java.time.Clock;
import java.time.Instant;
import java.util.List;

import dev.sensorline.points.Series;
import io.smallrye.mutiny.Uni;

/** Where there is no store: only what is in memory is shown. */
final class NoHistory implements History {

    private final Instant since;

    NoHistory(Clock clock) {
        since = clock.instant();
    }

    @Override
    public String source() {
        return "none";
    }

    @Override
    public StoreState state() {
        return new StoreState(State.NONE, since, null);
    }

    @Override
    public Uni<List<Downsampled>> readings(Question question) {
        return Uni.createFrom().item(List.of());
    }

    @Override
    public Uni<List<Instant>> lastTimes(Series series, String field, int most) {
        return Uni.createFrom().item(List.of());
    }

    @Override
    public void probe() {}
}
