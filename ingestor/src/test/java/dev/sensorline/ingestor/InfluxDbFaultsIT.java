package dev.sensorline.ingestor;

import static dev.sensorline.ingestor.Ingestion.LIMIT;
import static dev.sensorline.ingestor.Ingestion.assertOutagesLogged;
import static dev.sensorline.ingestor.Ingestion.lines;
import static dev.sensorline.ingestor.Ingestion.pause;
import static dev.sensorline.ingestor.Ingestion.tell;
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

/** An InfluxDB that fails costs time and no reading. */
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
    void one_that_refuses_connections() throws Exception {
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
    void one_that_accepts_connections_and_never_answers() throws Exception {
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
    void one_that_answers_with_an_error(int status, String retryAfter) throws Exception {
        try (Ingestion ingestion = servers(StoreSettings.defaults());
                StoreProxy front = StoreProxy.of(ingestion.store);
                ChildProcess ingestor = startBehind(ingestion, front.url());
                Load load = new Load(ingestion)) {
            load.awaitStored(500);
            front.refuse(
                    status, retryAfter == null ? Map.of() : Map.of("Retry-After", retryAfter), "{\"error\":\"busy\"}");
            ingestion.awaitReadiness(503);
            pause(Duration.ofSeconds(5));
            // Two batches, each after pauses that grow from 0.1 to 3 s, or no sooner than it was asked to.
            assertTrue(
                    front.refusedCount() <= (retryAfter == null ? 14 : 3), "asked " + front.refusedCount() + " times");
            front.passOn();
            load.assertNothingIsLost("InfluxDB answers " + status, System.nanoTime());
            assertOutagesLogged(ingestor, 1, 0);
        }
    }

    /** As one whose disk is full: it is asked now and then whether it accepts points, and that question has none. */
    @Test
    void one_that_answers_500_to_points_and_takes_what_has_none() {
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

    /** As one with a shard that cannot be written: the others' points go their way beside. */
    @Test
    @Needs(Feature.FULL_WINDOW)
    void one_that_answers_500_to_some_points_only() throws Exception {
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
            assertEquals(1, lines(ingestor, "does not accept points"), ingestor.lines()::toString);
            assertEquals(1, lines(ingestor, "they are kept apart"), ingestor.lines()::toString);
            assertEquals(0, lines(ingestor, "Set aside as"), ingestor.lines()::toString);
        }
    }

    /** As a server that speaks TLS at the port answers whoever does not: nothing it says is about the points. */
    @Test
    void one_that_answers_400_to_everything() {
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
    void one_whose_field_has_another_type() {
        try (Ingestion ingestion = servers(StoreSettings.defaults())) {
            ingestion.store.write("sensor,name=OTHER value=21i 1700000000000000000");
            try (ChildProcess ingestor = ingestion.start(ingestion.ingestor().with("INGESTOR_HOLD", "1m"))) {
                ingestion.publish(Load.NAME, 0, 500, 1);
                ingestion.awaitReadiness(503);
                assertEquals(1, lines(ingestor, "it refuses the content of all"), ingestor.lines()::toString);
                assertEquals(0, ingestion.metric("sensorline_readings_rejected_total{reason=\"refused_by_store\"}"));
                ingestion.store.query("DROP MEASUREMENT sensor");
                ingestion.awaitPoints(Load.NAME, 500);
                ingestion.awaitReady();
            }
        }
    }

    @Test
    void one_that_refuses_a_single_point_of_a_batch_with_400() throws Exception {
        try (Ingestion ingestion = servers(StoreSettings.defaults());
                StoreProxy front = StoreProxy.of(ingestion.store);
                ChildProcess ingestor = startBehind(ingestion, front.url())) {
            // Before there is one, so that it is among others.
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
            assertEquals(1, lines(ingestor, "Set aside as refused_by_store"));
        }
    }

    @Test
    void one_whose_password_is_changed_and_changed_back() throws Exception {
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
            assertEquals(1, lines(ingestor, "does not accept points: 401"), ingestor.lines()::toString);
            assertOutagesLogged(ingestor, 1, 0);
        }
    }

    @Test
    @Needs(Feature.FULL_DISK)
    void one_whose_disk_is_full() throws Exception {
        try (Ingestion ingestion = servers(StoreSettings.defaults());
                ChildProcess ingestor = ingestion.startIngestor();
                Load load = new Load(ingestion)) {
            load.awaitStored(500);
            ingestion.store.limitFiles(1_000);
            ingestion.awaitReadiness(503);
            pause(Duration.ofSeconds(8));
            assertOutagesLoggedSoFar(ingestor);
            // Its log of writes stays broken after there is room again: it asks to be started anew.
            ingestion.store.unlimitFiles();
            ingestion.store.kill();
            ingestion.store.restart();
            load.assertNothingIsLost("InfluxDB's disk is full", System.nanoTime());
            assertEquals(2, lines(ingestor, " accepts points"), ingestor.lines()::toString);
        }
    }

    private static void assertOutagesLoggedSoFar(ChildProcess ingestor) {
        assertEquals(1, lines(ingestor, "does not accept points: 500"), ingestor.lines()::toString);
        assertEquals(1, lines(ingestor, " accepts points"), ingestor.lines()::toString);
    }

    @Test
    void one_that_takes_ten_seconds_to_answer() {
        try (Ingestion ingestion = servers(StoreSettings.defaults());
                StoreProxy front = StoreProxy.of(ingestion.store);
                ChildProcess ingestor = startBehind(ingestion, front.url())) {
            front.delayAnswers(Duration.ofSeconds(10));
            long start = System.nanoTime();
            ingestion.publish(Load.NAME, 0, 1_000, 1);
            await("acknowledged in spite of it")
                    .atMost(LIMIT.multipliedBy(4))
                    .until(() -> ingestion.metric("sensorline_points_written_total") == 1_000);
            assertEquals(1_000, ingestion.points(Load.NAME));
            assertEquals(0, ingestion.metric("sensorline_readings_redelivered_total"));
            assertTrue(System.nanoTime() - start >= Duration.ofSeconds(10).toNanos());
            tell("InfluxDB takes 10 s to answer (from the beginning)", "1000 published, 1000 in the store", start);
            assertOutagesLogged(ingestor, 0, 0);
        }
    }

    @Test
    void one_that_ends_and_starts_again_in_mid_batch() throws Exception {
        try (Ingestion ingestion = servers(StoreSettings.defaults());
                FaultyLink link = FaultyLink.to(ingestion.store.port());
                ChildProcess ingestor = startBehind(ingestion, link);
                Load load = new Load(ingestion)) {
            int outages = 0;
            long restarted = 0;
            for (boolean killed : new boolean[] {true, false, true}) {
                load.awaitStored(300);
                // Has the head of a batch and waits for the rest of it.
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

    /** What InfluxDB has and the ingestor does not know of is written again, with the same times. */
    @Test
    void one_whose_connection_ends_within_a_batch_or_within_the_answer_to_it() throws Exception {
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
            // Without times of their own: these were given at their arrival, once.
            for (int n = 0; n < 200; n++) {
                ingestion.peer.publishAsync("sensor/U", new byte[] {'7'}, 1);
            }
            link.cutAfter(Direction.TO_CLIENT, 1);
            ingestion.awaitPoints("U", 200);
            load.assertNothingIsLost("InfluxDB's connection ends in mid-batch", System.nanoTime());
            assertEquals(lines(ingestor, " accepts points"), 1 + lines(ingestor, "does not accept points"));
            assertEquals(200, ingestion.points("U"));
        }
    }
}
