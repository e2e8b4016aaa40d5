package dev.sensorline.console.health;

import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import dev.sensorline.application.ConsoleLog;
import dev.sensorline.console.settings.ConsoleConfig;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;

/** The log, before anything else starts, and the metric of what it has dropped. */
@Singleton
final class ConfiguredLog {

    private @Nullable ConsoleLog log;

    void configure(
            @Observes @Priority(Integer.MIN_VALUE) StartupEvent event, ConsoleConfig config, MeterRegistry registry) {
        log = ConsoleLog.configure(config.log().format());
        FunctionCounter.builder("sensorline.log.dropped", this, ConfiguredLog::dropped)
                .description("Log lines dropped because standard output was not read")
                .register(registry);
    }

    /** Asked of this bean, because a meter refers only weakly to what it asks. */
    private double dropped() {
        return log == null ? 0 : log.dropped();
    }
}
