package dev.sensorline.ingestor.health;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;

import io.quarkus.runtime.StartupEvent;

class StartedCheckTest {

    @Test
    void readiness_is_down_until_everything_has_started() {
        StartedCheck check = new StartedCheck();
        assertEquals(Status.DOWN, check.call().getStatus());
        check.started(new StartupEvent());
        assertEquals(Status.UP, check.call().getStatus());
    }
}
