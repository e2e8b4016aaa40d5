package dev.sensorline.console.health;

import jakarta.enterprise.context.ApplicationScoped;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

import io.quarkus.runtime.Application;

/**
 * Readiness is down until everything has started: Quarkus answers on the HTTP port before that. Whether there is a connection to the
 * broker is the connector's check.
 */
@Readiness
@ApplicationScoped
public class StartedCheck implements HealthCheck {

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("Console has started")
                .status(Application.currentApplication().isStarted())
                .build();
    }
}
