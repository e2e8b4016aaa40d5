package dev.sensorline.console.history;

import jakarta.inject.Singleton;

import io.quarkus.scheduler.Scheduled;

/** Asks the store regularly whether it answers. */
@Singleton
final class HistoryProbe {

    private final History history;

    HistoryProbe(History history) {
        this.history = history;
    }

    @Scheduled(every = "5s")
    void probe() {
        history.probe();
    }
}
