package dev.sensorline.simulator;

import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import dev.sensorline.application.ConsoleLog;
import io.quarkus.runtime.StartupEvent;

/** The log, before anything else starts. */
@Singleton
final class ConfiguredLog {

    void configure(@Observes @Priority(Integer.MIN_VALUE) StartupEvent event, SimulatorConfig config) {
        ConsoleLog.configure(config.logFormat());
    }
}
