package dev.sensorline.ingestor.influx;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Down while InfluxDB does not accept points. */
@Readiness
class InfluxReadiness implements HealthCheck {

    private final InfluxStore store;

    InfluxReadiness(InfluxStore store) {
        this.store = store;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("InfluxDB accepts points").status(store.isAccepting()).build();
    }
}
