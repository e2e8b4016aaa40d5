package dev.sensorline.ingestor.health;

import jakarta.enterprise.context.ApplicationScoped;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

import io.quarkus.runtime.Application;

/**
 * Readiness is down until everything has started. Quarkus answers on the HTTP port before that, when the checks of the role's parts or
 * some of the metrics are not there yet: without this check, an ingestor that has connected to nothing would be ready.
 */
@Readiness
@ApplicationScoped
public class StartedCheck implements HealthCheck {

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("Ingestor has started")
                .status(Application.currentApplication().isStarted())
                .build();
    }
}
