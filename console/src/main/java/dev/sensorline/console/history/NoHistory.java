package dev.sensorline.console.history;

import java.time.Clock;
import java.time.Instant;
import java.util.List;

import jakarta.inject.Singleton;

import io.quarkus.arc.DefaultBean;
import io.smallrye.mutiny.Uni;

/** Where there is no store: only what is in memory is shown. */
@DefaultBean
@Singleton
public final class NoHistory implements History {

    private final Instant since = Clock.systemUTC().instant();

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
}
