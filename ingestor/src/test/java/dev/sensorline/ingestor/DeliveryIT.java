package dev.sensorline.ingestor;

import static dev.sensorline.ingestor.Ingestion.LIMIT;
import static dev.sensorline.ingestor.Ingestion.assertLogged;
import static dev.sensorline.ingestor.Ingestion.lines;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import dev.sensorline.servers.BrokerSettings;
import dev.sensorline.servers.ChildProcess;
import dev.sensorline.servers.Feature;
import dev.sensorline.servers.ServiceProcess;
import dev.sensorline.servers.StoreSettings;
import dev.sensorline.servers.StoredPoint;
import dev.sensorline.servers.junit.Needs;

/** At QoS 1, each reading that the broker has accepted becomes a point, whichever process ends. */
@Execution(ExecutionMode.CONCURRENT)
class DeliveryIT {

    private static final int SIGTERM_EXIT = 128 + 15;

    @Test
    void influxdb_away_for_20_seconds_under_load_costs_no_reading() throws Exception {
        try (Ingestion ingestion = Ingestion.servers(BrokerSettings.defaults(), StoreSettings.defaults());
                ChildProcess ingestor = ingestion.startIngestor();
                Load load = new Load(ingestion)) {
            load.awaitStored(500);
            ingestion.store.stop();
            ingestion.awaitReadiness(503);
            assertEquals(200, ingestion.health("live"));
            Ingestion.pause(Duration.ofSeconds(20));
            ingestion.store.restart();
            ingestion.awaitReady();
            int count = load.stop();
            assertTrue(count > 5_000, "under load: " + count);
            load.assertHolds(count);
            assertLogged(1, ingestor, "does not accept points");
            assertLogged(2, ingestor, " accepts points");
            assertEquals(0, lines(ingestor, "Exception"));
        }
    }

    @Test
    void an_influxdb_that_stands_still_costs_no_reading() throws Exception {
        try (Ingestion ingestion = Ingestion.running();
                Load load = new Load(ingestion)) {
            load.awaitStored(500);
            ingestion.store.pause();
            ingestion.awaitReadiness(503);
            ingestion.store.resume();
            ingestion.awaitReady();
            load.assertHolds(load.stop());
        }
    }

    @Test
    void an_ingestor_killed_under_load_and_started_again_costs_no_reading() throws Exception {
        try (Ingestion ingestion = Ingestion.servers(BrokerSettings.defaults(), StoreSettings.defaults());
                ChildProcess killed = ingestion.startIngestor();
                Load load = new Load(ingestion)) {
            for (ChildProcess next = killed; ingestion.points("L") < 3_000; next = ingestion.startIngestor()) {
                load.awaitStored(500);
                next.kill();
                Ingestion.pause(Duration.ofSeconds(1));
            }
            load.assertHolds(load.stop());
        }
    }

    @Test
    void both_services_come_back_by_themselves_when_the_broker_does_and_no_reading_is_lost() throws Exception {
        try (Ingestion ingestion = Ingestion.servers(BrokerSettings.defaults(), StoreSettings.defaults());
                ChildProcess ingestor = ingestion.startIngestor();
                ChildProcess sensor = ServiceProcess.of("simulator")
                        .with("SIM_HOST", ingestion.broker.host())
                        .with("SIM_PORT", ingestion.broker.port())
                        .with("SIM_NAME", "S")
                        .with("SIM_QOS", 1)
                        .with("SIM_TYPE", "current")
                        .with("SIM_FORMAT", "json")
                        .with("SIM_PERIOD", "10ms")
                        .with("SIM_READINGS", 600)
                        .start()) {
            awaitPoints(ingestion, "S", 100);
            ingestion.broker.stop();
            ingestion.awaitReadiness(503);
            Ingestion.pause(Duration.ofSeconds(2));
            ingestion.broker.restart();
            ingestion.awaitReady();
            assertEquals(0, sensor.awaitExit(LIMIT));
            ingestion.awaitPoints("S", 600);
            // The sines of two different numbers are different.
            assertEquals(
                    600,
                    ingestion.store.points("sensor", "S").stream()
                            .map(StoredPoint::value)
                            .distinct()
                            .count());
            for (ChildProcess service : List.of(ingestor, sensor)) {
                int connections = service == ingestor ? 2 : 1; // The ingestor's second is for rejected readings.
                assertLogged(connections, service, "Is not connected");
                assertLogged(2L * connections, service, "Connected to");
            }
        }
    }

    @Test
    void a_window_of_one_and_a_short_queue_are_no_bottleneck() {
        try (Ingestion ingestion = Ingestion.servers(
                BrokerSettings.defaults().withMaxInflight(1).withMaxQueued(1_000), StoreSettings.defaults())) {
            ingestion.start(ingestion.ingestor().with("INGESTOR_BATCH_AGE", "60s"));
            // Each burst is smaller than the queue, and must be acknowledged before the next one starts.
            for (int burst = 0; burst < 5; burst++) {
                ingestion.publish("W", burst * 500, 500, 1);
                ingestion.awaitPoints("W", (burst + 1) * 500L);
            }
        }
    }

    /** By MQTT 3.1.1 it would drop what is more than its window of 20 and its queue of 1,000. */
    @Test
    @Needs(Feature.FULL_WINDOW)
    void a_burst_at_a_mosquitto_with_its_default_settings_loses_nothing() {
        try (Ingestion ingestion = Ingestion.servers(
                BrokerSettings.defaults().withMaxInflight(20).withMaxQueued(1_000), StoreSettings.defaults())) {
            ingestion.start(ingestion.ingestor());
            ingestion.publish("B", 0, 10_000, 1);
            ingestion.awaitPoints("B", 10_000);
        }
    }

    @Test
    void sigterm_under_load_writes_what_it_has_taken_and_costs_no_reading() throws Exception {
        try (Ingestion ingestion = Ingestion.servers(BrokerSettings.defaults(), StoreSettings.defaults());
                ChildProcess first = ingestion.startIngestor();
                Load load = new Load(ingestion)) {
            load.awaitStored(500);
            long start = System.nanoTime();
            int exit = first.terminate();
            assertTrue(exit == 0 || exit == SIGTERM_EXIT, "exit code " + exit);
            assertTrue(Duration.ofNanos(System.nanoTime() - start).toSeconds() < 10);
            assertLogged(2, first, "Disconnected from");
            assertEquals(0, lines(first, "Exception"), first.lines()::toString);
            long stored = ingestion.points("L");
            ingestion.startIngestor();
            int count = load.stop();
            load.assertHolds(count);
            // The first process had acknowledged what it had written: nothing is written twice.
            await().atMost(LIMIT).until(() -> ingestion.metric("sensorline_points_written_total") == count - stored);
        }
    }

    @Test
    void sigterm_while_influxdb_is_away_ends_in_time_and_leaves_the_readings_with_the_broker() {
        try (Ingestion ingestion = Ingestion.servers(BrokerSettings.defaults(), StoreSettings.defaults());
                ChildProcess first = ingestion.startIngestor()) {
            ingestion.publish("L", 0, 100, 1);
            ingestion.awaitPoints("L", 100);
            ingestion.store.stop();
            ingestion.publish("L", 100, 100, 1);
            ingestion.awaitReadiness(503);
            int exit = first.terminate();
            assertTrue(exit == 0 || exit == SIGTERM_EXIT, "exit code " + exit);
            ingestion.store.restart();
            ingestion.startIngestor();
            ingestion.awaitPoints("L", 200);
        }
    }

    @Test
    void a_log_that_nobody_reads_holds_up_neither_readings_nor_sigterm(@TempDir Path directory) {
        try (Ingestion ingestion = Ingestion.servers(BrokerSettings.defaults(), StoreSettings.defaults());
                ChildProcess ingestor =
                        ingestion.start(ingestion.ingestor().withFullOutput(directory.resolve("pipe")))) {
            ingestion.publish("UNREAD", 0, 100, 1);
            ingestion.awaitPoints("UNREAD", 100);
            int exit = ingestor.terminate();
            assertTrue(exit == 0 || exit == SIGTERM_EXIT, "exit code " + exit);
        }
    }

    @Test
    @Needs(Feature.QUEUED_QOS_0)
    void readings_beyond_the_bound_wait_at_the_broker_also_at_qos_0() {
        int count = 60_000;
        try (Ingestion ingestion = Ingestion.running()) {
            ingestion.publish("Q", 0, 10, 0);
            ingestion.awaitPoints("Q", 10);
            ingestion.store.pause();
            ingestion.publish("Q", 10, count, 0);
            await().atMost(LIMIT).until(() -> ingestion.metric("sensorline_queue_full") == 1);
            assertTrue(ingestion.metric("sensorline_readings_received_total") < count / 2.0);
            ingestion.store.resume();
            ingestion.awaitPoints("Q", count + 10);
            await().atMost(LIMIT).until(() -> ingestion.metric("sensorline_queue_full") == 0);
        }
    }

    @Test
    void a_flood_of_invalid_readings_delays_no_other() {
        int count = 30_000;
        try (Ingestion ingestion = Ingestion.running()) {
            for (int i = 0; i < count; i++) {
                ingestion.peer.publish("sensor/F", "none", 0);
            }
            ingestion.publish("END", 0, 1, 1);
            ingestion.awaitPoints("END", 1);
            await().atMost(LIMIT)
                    .until(() ->
                            ingestion.metric("sensorline_readings_rejected_total{reason=\"not_a_number\"}") == count);
        }
    }

    @Test
    void readings_without_a_time_never_overwrite_each_other() {
        try (Ingestion ingestion = Ingestion.running()) {
            List<CompletableFuture<?>> published = IntStream.range(0, 5_000)
                    .<CompletableFuture<?>>mapToObj(n -> ingestion.peer.publishAsync("sensor/U", new byte[] {'7'}, 1))
                    .toList();
            CompletableFuture.allOf(published.toArray(CompletableFuture<?>[]::new))
                    .join();
            ingestion.awaitPoints("U", 5_000);
        }
    }

    @Test
    void a_reading_sent_twice_with_its_own_time_is_one_point() {
        try (Ingestion ingestion = Ingestion.running()) {
            ingestion.publish("T", 0, 100, 1);
            ingestion.publish("T", 0, 100, 1);
            ingestion.publish("END", 0, 1, 1);
            ingestion.awaitPoints("END", 1);
            assertEquals(201, ingestion.metric("sensorline_points_written_total"));
            assertEquals(100, ingestion.metric("sensorline_readings_duplicated_total"));
            // Also after a restart, when the ingestor has no record of earlier readings.
            assertEquals(100, ingestion.points("T"));
        }
    }

    private static void awaitPoints(Ingestion ingestion, String name, long count) {
        await().atMost(LIMIT).ignoreExceptions().until(() -> ingestion.points(name) >= count);
    }
}
