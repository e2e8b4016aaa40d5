package dev.sensorline.console.health;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

import io.quarkus.runtime.StartupEvent;

/**
 * Readiness is down until everything has started: Quarkus answers on the HTTP port before that. Whether there is a connection to the
 * broker is the connector's check.
 */
@Readiness
@ApplicationScoped
public class StartedCheck implements HealthCheck {

    private volatile boolean started;

    void started(@Observes @Priority(Interceptor.Priority.PLATFORM_AFTER) StartupEvent event) {
        started = true;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("Console has started").status(started).build();
    }
}
