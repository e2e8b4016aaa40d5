package dev.sensorline.ingestor;

import static dev.sensorline.ingestor.Ingestion.LIMIT;
import static dev.sensorline.ingestor.Ingestion.assertLogged;
import static dev.sensorline.ingestor.Ingestion.assertOutagesLogged;
import static dev.sensorline.ingestor.Ingestion.lines;
import static dev.sensorline.ingestor.Ingestion.pause;
import static dev.sensorline.ingestor.Ingestion.reportRecovery;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.sensorline.servers.BrokerSettings;
import dev.sensorline.servers.ChildProcess;
import dev.sensorline.servers.FaultyLink;
import dev.sensorline.servers.FaultyLink.Direction;
import dev.sensorline.servers.Feature;
import dev.sensorline.servers.StoreProxy;
import dev.sensorline.servers.StoreSettings;
import dev.sensorline.servers.junit.Needs;

/** Faults of InfluxDB cost time and no reading. */
@Execution(ExecutionMode.CONCURRENT)
@Tag("faults")
class InfluxDbFaultsIT {

    private static Ingestion servers(StoreSettings settings) {
        return Ingestion.servers(BrokerSettings.defaults().withMaxInflight(1_000), settings);
    }

    private static ChildProcess startBehind(Ingestion ingestion, String url) {
        return ingestion.start(ingestion.ingestor().with("INFLUX_URL", url));
    }

    private static ChildProcess startBehind(Ingestion ingestion, FaultyLink link) {
        return startBehind(ingestion, "http://127.0.0.1:" + link.port());
    }

    @Test
    void nothing_is_lost_when_influxdb_refuses_connections() throws Exception {
        try (Ingestion ingestion = servers(StoreSettings.defaults());
                FaultyLink link = FaultyLink.to(ingestion.store.port());
                ChildProcess ingestor = startBehind(ingestion, link);
                Load load = new Load(ingestion)) {
            load.awaitStored(500);
            link.refuse();
            ingestion.awaitReadiness(503);
            pause(Duration.ofSeconds(3));
            link.accept();
            load.assertNothingIsLost("InfluxDB refuses connections", System.nanoTime());
            assertOutagesLogged(ingestor, 1, 0);
        }
    }

    @Test
    void nothing_is_lost_when_influxdb_never_answers() throws Exception {
        try (Ingestion ingestion = servers(StoreSettings.defaults());
                FaultyLink link = FaultyLink.to(ingestion.store.port());
                ChildProcess ingestor = startBehind(ingestion, link);
                Load load = new Load(ingestion)) {
            load.awaitStored(500);
            link.partition();
            await().atMost(LIMIT.multipliedBy(2)).ignoreExceptions().until(() -> ingestion.health("ready") == 503);
            link.heal();
            load.assertNothingIsLost("InfluxDB never answers", System.nanoTime());
            assertOutagesLogged(ingestor, 1, 0);
        }
    }

    @ParameterizedTest
    @CsvSource({"500,", "503,7"})
    void nothing_is_lost_when_influxdb_answers_with_an_error(int status, String retryAfter) throws Exception {
        try (Ingestion ingestion = servers(StoreSettings.defaults());
                StoreProxy front = StoreProxy.of(ingestion.store);
                ChildProcess ingestor = startBehind(ingestion, front.url());
                Load load = new Load(ingestion)) {
            load.awaitStored(500);
            front.refuse(
                    status, retryAfter == null ? Map.of() : Map.of("Retry-After", retryAfter), "{\"error\":\"busy\"}");
            ingestion.awaitReadiness(503);
            pause(Duration.ofSeconds(5));
            // Two batches, retried after pauses that grow from 0.1 to 3 s, or after the time that Retry-After gives.
            assertTrue(
                    front.refusedCount() <= (retryAfter == null ? 14 : 3),
                    "requested " + front.refusedCount() + " times");
            front.passOn();
            load.assertNothingIsLost("InfluxDB answers " + status, System.nanoTime());
            assertOutagesLogged(ingestor, 1, 0);
        }
    }

    /** As with a full disk: the probe, which contains no point, succeeds although writes fail. */
    @Test
    void readiness_stays_down_when_influxdb_answers_500_to_points_and_accepts_empty_writes() {
        try (Ingestion ingestion = servers(StoreSettings.defaults());
                StoreProxy front = StoreProxy.of(ingestion.store);
                ChildProcess ingestor = startBehind(ingestion, front.url())) {
            front.refuse(lines -> lines.contains("sensor,"), 500, Map.of(), "{\"error\":\"engine\"}");
            ingestion.publish(Load.NAME, 0, 1, 1);
            ingestion.awaitReadiness(503);
            pause(Duration.ofSeconds(10));
            assertEquals(503, ingestion.health("ready"));
            front.passOn();
            ingestion.awaitPoints(Load.NAME, 1);
            assertOutagesLogged(ingestor, 1, 0);
        }
    }

    /** As with a shard that cannot be written. */
    @Test
    @Needs(Feature.FULL_WINDOW)
    void points_of_other_series_are_written_while_influxdb_answers_500_to_one_series() throws Exception {
        try (Ingestion ingestion = servers(StoreSettings.defaults());
                StoreProxy front = StoreProxy.of(ingestion.store);
                ChildProcess ingestor = startBehind(ingestion, front.url())) {
            front.refuse(lines -> lines.contains("name=STUCK"), 500, Map.of(), "{\"error\":\"engine\"}");
            ingestion.publish("STUCK", 0, 1, 1);
            ingestion.awaitReadiness(503);
            try (Load load = new Load(ingestion)) {
                load.awaitStored(500);
                // The others show that it is this series that fails, and not the store.
                ingestion.awaitReady();
                assertEquals(1, ingestion.metric("sensorline_points_apart"));
                front.passOn();
                load.assertNothingIsLost("InfluxDB answers 500 to one series", System.nanoTime());
            }
            ingestion.awaitPoints("STUCK", 1);
            assertLogged(1, ingestor, "does not accept points");
            assertLogged(1, ingestor, "they are kept apart");
            assertEquals(0, lines(ingestor, "Set aside as"), ingestor.lines()::toString);
        }
    }

    /** As a server that speaks TLS at the port answers whoever does not: nothing it says is about the points. */
    @Test
    void a_server_that_answers_400_to_everything_is_not_ready_and_nothing_is_set_aside() {
        try (Ingestion ingestion = servers(StoreSettings.defaults());
                StoreProxy front = StoreProxy.of(ingestion.store);
                ChildProcess ingestor = startBehind(ingestion, front.url())) {
            front.refuse(400, Map.of(), "Client sent an HTTP request to an HTTPS server.");
            ingestion.publish(Load.NAME, 0, 100, 1);
            ingestion.awaitReadiness(503);
            pause(Duration.ofSeconds(5));
            assertEquals(0, ingestion.metric("sensorline_readings_rejected_total{reason=\"refused_by_store\"}"));
            front.passOn();
            ingestion.awaitPoints(Load.NAME, 100);
            assertOutagesLogged(ingestor, 1, 0);
        }
    }

    @Test
    @Needs(Feature.INFLUXDB)
    void while_influxdb_refuses_all_points_for_the_type_of_their_field_they_are_held() {
        try (Ingestion ingestion = servers(StoreSettings.defaults())) {
            ingestion.store.write("sensor,name=OTHER value=21i 1700000000000000000");
            try (ChildProcess ingestor = ingestion.start(ingestion.ingestor().with("INGESTOR_HOLD", "1m"))) {
                ingestion.publish(Load.NAME, 0, 500, 1);
                ingestion.awaitReadiness(503);
                assertLogged(1, ingestor, "it refuses the content of all");
                assertEquals(0, ingestion.metric("sensorline_readings_rejected_total{reason=\"refused_by_store\"}"));
                ingestion.store.query("DROP MEASUREMENT sensor");
                ingestion.awaitPoints(Load.NAME, 500);
                ingestion.awaitReady();
            }
        }
    }

    @Test
    void a_single_point_that_influxdb_rejects_with_400_is_set_aside_and_the_others_are_written() throws Exception {
        try (Ingestion ingestion = servers(StoreSettings.defaults());
                StoreProxy front = StoreProxy.of(ingestion.store);
                ChildProcess ingestor = startBehind(ingestion, front.url())) {
            // An outage first, so that the invalid point is in a batch with others.
            front.refuse(500, Map.of(), "{\"error\":\"busy\"}");
            ingestion.awaitReadiness(503);
            ingestion.peer.subscribe("sensorline/rejected/#", 1);
            ingestion.publish(Load.NAME, 0, 1_000, 1);
            front.refuse(
                    lines -> lines.contains(" " + (1_700_000_000_000L + 7) + "000000\n"),
                    400,
                    Map.of(),
                    "{\"error\":\"unable to parse\"}");
            ingestion.awaitPoints(Load.NAME, 999);
            await().atMost(LIMIT).until(() -> ingestion.peer.received().size() == 1);
            assertTrue(
                    ingestion.peer.received().get(0).contains("\\\"value\\\":7,"), ingestion.peer.received()::toString);
            assertEquals(1, ingestion.metric("sensorline_readings_rejected_total{reason=\"refused_by_store\"}"));
            assertLogged(1, ingestor, "Set aside as refused_by_store");
        }
    }

    @Test
    void nothing_is_lost_when_the_password_of_influxdb_is_changed_and_changed_back() throws Exception {
        try (Ingestion ingestion = servers(StoreSettings.withUser("writer", "first"));
                ChildProcess ingestor = ingestion.start(
                        ingestion.ingestor().with("INFLUX_USERNAME", "writer").with("INFLUX_PASSWORD", "first"));
                Load load = new Load(ingestion)) {
            load.awaitStored(500);
            ingestion.store.setPassword("second");
            ingestion.awaitReadiness(503);
            pause(Duration.ofSeconds(3));
            ingestion.store.setPassword("first");
            load.assertNothingIsLost("InfluxDB answers 401", System.nanoTime());
            assertLogged(1, ingestor, "does not accept points: 401");
            assertOutagesLogged(ingestor, 1, 0);
        }
    }

    @Test
    @Needs(Feature.FULL_DISK)
    void nothing_is_lost_when_the_disk_of_influxdb_is_full() throws Exception {
        try (Ingestion ingestion = servers(StoreSettings.defaults());
                ChildProcess ingestor = ingestion.startIngestor();
                Load load = new Load(ingestion)) {
            load.awaitStored(500);
            ingestion.store.limitFiles(1_000);
            ingestion.awaitReadiness(503);
            pause(Duration.ofSeconds(8));
            assertOutagesLoggedSoFar(ingestor);
            // InfluxDB's write-ahead log stays broken after space is free again, until a restart.
            ingestion.store.unlimitFiles();
            ingestion.store.kill();
            ingestion.store.restart();
            load.assertNothingIsLost("InfluxDB's disk is full", System.nanoTime());
            assertLogged(2, ingestor, " accepts points");
        }
    }

    private static void assertOutagesLoggedSoFar(ChildProcess ingestor) {
        assertLogged(1, ingestor, "does not accept points: 500");
        assertLogged(1, ingestor, " accepts points");
    }

    @Test
    void nothing_is_written_twice_when_influxdb_takes_ten_seconds_to_answer() {
        try (Ingestion ingestion = servers(StoreSettings.defaults());
                StoreProxy front = StoreProxy.of(ingestion.store);
                ChildProcess ingestor = startBehind(ingestion, front.url())) {
            front.delayAnswers(Duration.ofSeconds(10));
            long start = System.nanoTime();
            ingestion.publish(Load.NAME, 0, 1_000, 1);
            await("acknowledged despite the delay")
                    .atMost(LIMIT.multipliedBy(4))
                    .until(() -> ingestion.metric("sensorline_points_written_total") == 1_000);
            assertEquals(1_000, ingestion.points(Load.NAME));
            assertEquals(0, ingestion.metric("sensorline_readings_redelivered_total"));
            assertTrue(System.nanoTime() - start >= Duration.ofSeconds(10).toNanos());
            reportRecovery(
                    "InfluxDB takes 10 s to answer (from the beginning)", "1000 published, 1000 in the store", start);
            assertOutagesLogged(ingestor, 0, 0);
        }
    }

    @Test
    void nothing_is_lost_when_influxdb_restarts_in_mid_batch() throws Exception {
        try (Ingestion ingestion = servers(StoreSettings.defaults());
                FaultyLink link = FaultyLink.to(ingestion.store.port());
                ChildProcess ingestor = startBehind(ingestion, link);
                Load load = new Load(ingestion)) {
            int outages = 0;
            long restarted = 0;
            for (boolean killed : new boolean[] {true, false, true}) {
                load.awaitStored(300);
                // InfluxDB has received the start of a batch and waits for the rest.
                link.partition();
                pause(Duration.ofMillis(200));
                if (killed) {
                    ingestion.store.kill();
                } else {
                    ingestion.store.stop();
                }
                link.heal();
                ingestion.awaitReadiness(503);
                outages++;
                ingestion.store.restart();
                restarted = System.nanoTime();
                ingestion.awaitReady();
            }
            load.assertNothingIsLost("InfluxDB restarts in mid-batch", restarted);
            assertOutagesLogged(ingestor, outages, 0);
        }
    }

    /** Points whose response is lost are written again with the same times. */
    @Test
    void nothing_is_lost_when_the_connection_to_influxdb_ends_in_a_request_or_in_its_response() throws Exception {
        try (Ingestion ingestion = servers(StoreSettings.defaults());
                FaultyLink link = FaultyLink.to(ingestion.store.port());
                ChildProcess ingestor = startBehind(ingestion, link);
                Load load = new Load(ingestion)) {
            for (int bytes = 1; bytes < 400; bytes += 50) {
                load.awaitStored(50);
                int made = link.connectionsMade();
                link.cutAfter(bytes % 100 == 1 ? Direction.TO_CLIENT : Direction.TO_SERVER, bytes);
                await().atMost(LIMIT).until(() -> link.connectionsMade() > made);
            }
            // Readings without a time keep the time that they got at their arrival.
            for (int n = 0; n < 200; n++) {
                ingestion.peer.publishAsync("sensor/U", new byte[] {'7'}, 1);
            }
            link.cutAfter(Direction.TO_CLIENT, 1);
            ingestion.awaitPoints("U", 200);
            load.assertNothingIsLost("InfluxDB's connection ends in mid-batch", System.nanoTime());
            assertLogged(1 + lines(ingestor, "does not accept points"), ingestor, " accepts points");
            assertEquals(200, ingestion.points("U"));
        }
    }
}
