package dev.sensorline.ingestor.health;

import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import dev.sensorline.application.ConsoleLog;
import dev.sensorline.ingestor.settings.IngestorConfig;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;

/** The log, before anything else starts, and the metric of what it has dropped. */
@Singleton
final class ConfiguredLog {

    /** The metric refers to it weakly. */
    private ConsoleLog log;

    void configure(
            @Observes @Priority(Integer.MIN_VALUE) StartupEvent event, IngestorConfig config, MeterRegistry registry) {
        log = ConsoleLog.configure(config.log().format());
        FunctionCounter.builder("sensorline.log.dropped", log, ConsoleLog::dropped)
                .description("Log lines dropped because standard output was not read")
                .register(registry);
    }
}
