package dev.sensorline.ingestor;

import static dev.sensorline.ingestor.Ingestion.LIMIT;
import static dev.sensorline.ingestor.Ingestion.assertLogged;
import static dev.sensorline.ingestor.Ingestion.lines;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import dev.sensorline.servers.BrokerSettings;
import dev.sensorline.servers.ChildProcess;
import dev.sensorline.servers.Feature;
import dev.sensorline.servers.ServiceProcess;
import dev.sensorline.servers.StoreSettings;
import dev.sensorline.servers.junit.Needs;

/** VictoriaMetrics instead of InfluxDB, configured by its URL alone. */
@Execution(ExecutionMode.CONCURRENT)
@Needs(Feature.VICTORIA_METRICS)
class VictoriaMetricsIT {

    /** Sensors and their types. */
    private static final Map<String, String> SENSORS = Map.of(
            "TEMPSENS2",
            "temperature",
            "TEMPLOWFREQSENS2",
            "temperature",
            "PRSENS5",
            "pressure",
            "CURSENS2",
            "current",
            "ACCELSLOWSENS5",
            "acceleration",
            "ACCELFASTSENS2",
            "acceleration");

    private static final int READINGS = 50;
    /** As exact as VictoriaMetrics keeps values of this size. */
    private static final double TWELVE_DIGITS = 1e-12;
    /** Greater than the number of any reading, whatever was skipped. */
    private static final int LAST = 20 * READINGS;

    private static VictoriaMetrics started() {
        return new VictoriaMetrics(VictoriaMetrics.find().orElseThrow());
    }

    /** The broker, and an InfluxDB that receives no points. */
    private static Ingestion servers() {
        return Ingestion.servers(BrokerSettings.defaults(), StoreSettings.defaults());
    }

    private static ServiceProcess ingestor(Ingestion ingestion, VictoriaMetrics store) {
        return ingestion
                .ingestor()
                .with("INFLUX_URL", store.url())
                .with("INFLUX_USERNAME", VictoriaMetrics.USERNAME)
                .with("INFLUX_PASSWORD", VictoriaMetrics.PASSWORD);
    }

    @Test
    void each_reading_of_six_sensors_is_a_sample_with_name_and_type_as_labels() {
        try (VictoriaMetrics store = started();
                Ingestion ingestion = servers();
                ChildProcess ingestor = ingestion.start(ingestor(ingestion, store))) {
            List<ChildProcess> sensors = SENSORS.entrySet().stream()
                    .map(sensor -> ServiceProcess.of("simulator")
                            .with("SIM_HOST", ingestion.broker.host())
                            .with("SIM_PORT", ingestion.broker.port())
                            .with("SIM_NAME", sensor.getKey())
                            .with("SIM_TYPE", sensor.getValue())
                            .with("SIM_FORMAT", "json")
                            .with("SIM_QOS", 1)
                            .with("SIM_PERIOD", "50ms")
                            .with("SIM_READINGS", READINGS)
                            .start())
                    .toList();
            sensors.forEach(sensor -> assertEquals(0, sensor.awaitExit(LIMIT)));
            SENSORS.forEach((name, type) -> await(name)
                    .atMost(LIMIT)
                    .until(() -> store.samples("name=\"%s\"".formatted(name)).size() == READINGS));
            assertEquals(READINGS * SENSORS.size(), ingestion.metric("sensorline_points_written_total"));
            // A sensor that is late skips a reading together with its number.
            int n = 0;
            for (double value :
                    store.samples("name=\"CURSENS2\",type=\"current\"").values()) {
                do {
                    assertTrue(n++ < LAST, () -> value + " is not the sine of a whole number behind the one before");
                } while (Math.abs(Math.sin(n) - value) > TWELVE_DIGITS);
            }
            assertEquals(0, lines(ingestor, "secret"));
        }
    }

    @Test
    void an_outage_of_victoria_metrics_costs_no_reading_and_readiness_reports_it() throws Exception {
        try (VictoriaMetrics store = started();
                Ingestion ingestion = servers();
                ChildProcess ingestor = ingestion.start(ingestor(ingestion, store));
                Load load = new Load(ingestion)) {
            await().atMost(LIMIT).until(() -> ingestion.metric("sensorline_points_written_total") > 500);
            store.stop();
            ingestion.awaitReadiness(503);
            int away = load.count();
            await().atMost(LIMIT).until(() -> load.count() > away + 1_000);
            store.start();
            ingestion.awaitReady();
            int count = load.stop();
            await().atMost(LIMIT).until(() -> samples(store).size() == count);
            assertEquals(numbers(count), List.copyOf(samples(store).values()));
            assertLogged(1, ingestor, "does not accept points");
            assertLogged(2, ingestor, " accepts points");
        }
    }

    @Test
    void a_wrong_password_is_one_line_readiness_is_down_and_nothing_is_lost() {
        try (VictoriaMetrics store = started();
                Ingestion ingestion = servers()) {
            try (ChildProcess wrong =
                    ingestor(ingestion, store).with("INFLUX_PASSWORD", "wr0ng").start()) {
                String line = wrong.awaitLine("does not accept points", LIMIT);
                assertTrue(line.contains("401"), line);
                ingestion.awaitReadiness(503);
                ingestion.publish(Load.NAME, 0, 10, 1);
                wrong.terminate();
            }
            ingestion.start(ingestor(ingestion, store));
            await().atMost(LIMIT).until(() -> samples(store).size() == 10);
        }
    }

    private static SortedMap<Long, Double> samples(VictoriaMetrics store) {
        return store.samples("name=\"%s\"".formatted(Load.NAME));
    }

    private static Collection<Double> numbers(int count) {
        SortedMap<Integer, Double> numbers = new TreeMap<>();
        for (int n = 0; n < count; n++) {
            numbers.put(n, (double) n);
        }
        return List.copyOf(numbers.values());
    }
}
