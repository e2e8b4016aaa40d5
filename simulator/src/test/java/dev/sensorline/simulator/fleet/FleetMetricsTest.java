package dev.sensorline.simulator.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;

import dev.sensorline.fleet.file.FleetFile;
import dev.sensorline.fleet.payload.Encoders;

/** The metrics of runs in virtual time. */
class FleetMetricsTest {

    private static final String PREFIX = "sensorline_fleet_";

    private final VirtualLoops loops = new VirtualLoops(2);

    private static final Reporter NOBODY = new Reporter() {

        @Override
        public void event(String line) {}

        @Override
        public void failure(Throwable failure) {
            throw new AssertionError(failure);
        }

        @Override
        public void unreachable(String reason) {
            throw new AssertionError(reason);
        }

        @Override
        public void progress(String line) {}

        @Override
        public void result(String text, String json) {}
    };

    private FleetRun start(String file, Duration latest, List<Double> rates) {
        FleetRun run = new FleetRun(
                new FleetOptions(
                        FleetFile.read("fleet.yaml", file),
                        2,
                        2,
                        10_000,
                        Duration.ofMinutes(1),
                        Optional.empty(),
                        latest,
                        Optional.of(Duration.ofSeconds(2)),
                        FleetOptions.UNLIMITED,
                        rates,
                        0.001,
                        Optional.empty()),
                loops.loops,
                new SensorLoop.Parts(Encoders::of, new FileFaults.Source(), Journal.NONE),
                NOBODY,
                1_767_225_600_000L,
                code -> {});
        run.start();
        return run;
    }

    private Map<String, Double> scrape(FleetRun run) {
        CompletableFuture<String> text = run.metrics();
        loops.run(0);
        return PrometheusText.read(text.join());
    }

    private static double value(Map<String, Double> metrics, String name) {
        Double value = metrics.get(PREFIX + name);
        assertTrue(value != null, () -> name + " is not among " + metrics.keySet());
        return value;
    }

    @Test
    void each_reading_that_was_due_is_counted_by_what_became_of_it() {
        FleetRun run = start("""
                seed: 3
                groups:
                  a: {count: 10, period: 100ms, qos: 1, waveform: current, faults: [dropout: {rate: 0.1}, spike: {rate: 0.2, by: 5}]}
                """, Duration.ofSeconds(10), List.of());
        loops.run(10_000);
        Map<String, Double> metrics = scrape(run);
        assertEquals(10, value(metrics, "sensors"));
        assertEquals(2, value(metrics, "connections"));
        assertEquals(200, value(metrics, "readings_due_total"));
        double dropped = value(metrics, "readings_dropped_total{reason=\"fault\"}");
        assertTrue(dropped > 0, metrics::toString);
        assertEquals(dropped, value(metrics, "faults_total{kind=\"dropout\"}"));
        assertTrue(value(metrics, "faults_total{kind=\"spike\"}") > dropped, metrics::toString);
        assertEquals(0, value(metrics, "faults_total{kind=\"stuck\"}"));
        double sent = value(metrics, "readings_sent_total");
        assertEquals(200, sent + dropped);
        assertEquals(sent, value(metrics, "readings_acknowledged_total"));
        assertEquals(sent, value(metrics, "send_latency_seconds_count"));
        assertEquals(sent, value(metrics, "acknowledge_latency_seconds_count"));
        assertEquals(0.001, value(metrics, "acknowledge_latency_seconds{quantile=\"1\"}"), 0.0001);
        assertEquals(0, value(metrics, "readings_in_flight"));
    }

    @Test
    void readings_that_are_skipped_and_connections_that_are_lost_are_counted() {
        FleetRun run = start("groups: {a: {count: 10, period: 100ms, waveform: current}}", Duration.ZERO, List.of());
        loops.run(1_000);
        assertEquals(2, value(scrape(run), "connections_up"));
        assertEquals(100, value(scrape(run), "asked_readings_per_second"));
        loops.refused = number -> true;
        loops.publishers.get(0).drop("lost");
        loops.run(500);
        assertEquals(1, value(scrape(run), "connections_up"));
        loops.refused = number -> false;
        loops.run(10_000);
        Map<String, Double> metrics = scrape(run);
        assertEquals(1, value(metrics, "reconnects_total"));
        assertTrue(value(metrics, "connections_failed_total") > 1, metrics::toString);
        assertTrue(value(metrics, "readings_dropped_total{reason=\"connection\"}") > 10, metrics::toString);
        assertEquals(0, value(metrics, "asked_readings_per_second"));
    }

    @Test
    void counters_go_on_over_the_steps_of_a_sweep_and_do_not_change_behind_the_end() {
        FleetRun run = start(
                "groups: {a: {count: 100, period: 1s, qos: 1, waveform: current}}",
                Duration.ofSeconds(10),
                List.of(100.0, 200.0));
        double before = 0;
        for (int i = 0; i < 80; i++) {
            double due = value(scrape(run), "readings_due_total");
            assertTrue(due >= before, before + " and then " + due);
            before = due;
            loops.run(100);
        }
        assertEquals(2 * 100 + 2 * 200, before);
    }

    @Test
    void before_the_first_reading_there_are_metrics_without_quantiles() {
        loops.refused = number -> true;
        FleetRun run = start("groups: {a: {waveform: current}}", Duration.ofSeconds(10), List.of());
        loops.run(1_000);
        Map<String, Double> metrics = scrape(run);
        assertEquals(0, value(metrics, "connections_up"));
        assertTrue(value(metrics, "connections_failed_total") >= 2, metrics::toString);
        assertEquals(Double.NaN, value(metrics, "send_latency_seconds{quantile=\"0.99\"}"));
        assertEquals(0, value(metrics, "send_latency_seconds_sum"));
    }
}
