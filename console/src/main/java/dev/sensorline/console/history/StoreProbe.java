package dev.sensorline.console.history;

import jakarta.inject.Singleton;

import io.quarkus.scheduler.Scheduled;

/** Asks the store every five seconds whether it answers. */
@Singleton
final class StoreProbe {

    private final History history;

    StoreProbe(History history) {
        this.history = history;
    }

    @Scheduled(every = "5s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void probe() {
        history.probe();
    }
}
