package dev.sensorline.ingestor;

import static dev.sensorline.ingestor.Ingestion.LIMIT;
import static dev.sensorline.ingestor.Ingestion.lines;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import dev.sensorline.servers.ChildProcess;
import dev.sensorline.servers.ServiceProcess;
import dev.sensorline.servers.StoredPoint;

/** The six sensors of the teaching stack, each a process, for half a minute: each reading that they publish is stored. */
@Execution(ExecutionMode.CONCURRENT)
class SixSensorsIT {

    private static final Duration RUN = Duration.ofSeconds(30);

    private record Sensor(String name, int period, String type) {

        /** The number of readings during the run, the first one at its start. */
        long readings() {
            return RUN.toSeconds() / period + 1;
        }
    }

    private static final List<Sensor> SENSORS = List.of(
            new Sensor("TEMPSENS2", 2, "temperature"), new Sensor("TEMPLOWFREQSENS2", 10, "temperature"),
            new Sensor("PRSENS5", 5, "pressure"), new Sensor("CURSENS2", 2, "current"),
            new Sensor("ACCELSLOWSENS5", 5, "acceleration"), new Sensor("ACCELFASTSENS2", 2, "acceleration"));

    @Test
    void every_reading_of_six_sensors_is_a_point_with_its_formulas_value() {
        try (Ingestion ingestion = Ingestion.running()) {
            Map<Sensor, ChildProcess> running = new LinkedHashMap<>();
            // Sensors end by themselves: if one is terminated while a reading is due, it is unknown whether that was
            // published.
            SENSORS.forEach(sensor -> running.put(
                    sensor,
                    ServiceProcess.of("simulator")
                            .with("SIM_HOST", ingestion.broker.host())
                            .with("SIM_PORT", ingestion.broker.port())
                            .with("SIM_NAME", sensor.name())
                            .with("SIM_PERIOD", sensor.period())
                            .with("SIM_TYPE", sensor.type())
                            .with("SIM_READINGS", sensor.readings())
                            .start()));
            Map<String, Long> published = new TreeMap<>();
            running.forEach((sensor, process) -> {
                assertEquals(0, process.awaitExit(RUN.plus(LIMIT)));
                published.put(sensor.name(), lines(process, "data published"));
                assertEquals(sensor.readings(), published.get(sensor.name()));
            });
            await().atMost(LIMIT).untilAsserted(() -> assertEquals(published, ingestion.store.counts("sensor")));
            SENSORS.forEach(sensor -> assertObeysItsFormula(sensor, ingestion.store.points("sensor", sensor.name())));
            assertEquals(
                    published.values().stream().mapToDouble(n -> n).sum(),
                    ingestion.metric("sensorline_points_written_total"));
        }
    }

    private static void assertObeysItsFormula(Sensor sensor, List<StoredPoint> points) {
        for (int n = 0; n < points.size(); n++) {
            double value = points.get(n).value();
            switch (sensor.type()) {
                case "temperature" -> assertTrue(value >= 25 && value < 26, sensor + ": " + value);
                case "pressure" -> assertTrue(value >= 173.52 && value < 174.52, sensor + ": " + value);
                // Exactly equal: the stored value is the computed one.
                case "current" -> assertEquals(Math.sin(n + 1.0), value);
                default -> assertEquals(Math.min((double) n * n, 500_000), value);
            }
        }
    }
}
