package dev.sensorline.ingestor;

import static dev.sensorline.ingestor.Ingestion.LIMIT;
import static dev.sensorline.ingestor.Ingestion.assertOutagesLogged;
import static dev.sensorline.ingestor.Ingestion.connections;
import static dev.sensorline.ingestor.Ingestion.lines;
import static dev.sensorline.ingestor.Ingestion.pause;
import static dev.sensorline.ingestor.Ingestion.reportRecovery;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import dev.sensorline.servers.BrokerSettings;
import dev.sensorline.servers.ChildProcess;
import dev.sensorline.servers.FaultyLink;
import dev.sensorline.servers.FaultyLink.Direction;
import dev.sensorline.servers.Feature;
import dev.sensorline.servers.Ports;
import dev.sensorline.servers.StoreProxy;
import dev.sensorline.servers.StoreSettings;
import dev.sensorline.servers.junit.Needs;

/** Faults of the broker cost only the readings that the broker itself loses. */
@Execution(ExecutionMode.CONCURRENT)
@Tag("faults")
class BrokerFaultsIT {

    private static final int WINDOW = 20;
    private static final String GONE = " as sensorline-ingestor: ";

    private static Ingestion servers(BrokerSettings settings) {
        return Ingestion.servers(settings.withMaxInflight(WINDOW), StoreSettings.defaults());
    }

    private static ChildProcess startBehind(Ingestion ingestion, FaultyLink link) {
        return ingestion.start(ingestion.ingestor().with("MQTT_PORT", link.port()));
    }

    @Test
    void a_killed_broker_with_persistence_delivers_what_it_has_saved() throws Exception {
        try (Ingestion ingestion = servers(BrokerSettings.defaults());
                FaultyLink link = FaultyLink.to(ingestion.store.port());
                ChildProcess ingestor =
                        ingestion.start(ingestion.ingestor().with("INFLUX_URL", "http://127.0.0.1:" + link.port()))) {
            link.refuse();
            ingestion.awaitReadiness(503);
            ingestion.publish(Load.NAME, 0, 1_000, 1);
            ingestion.broker.save();
            ingestion.broker.kill();
            ingestor.awaitLine(GONE, LIMIT);
            ingestion.broker.restart();
            long start = System.nanoTime();
            link.accept();
            ingestion.awaitPoints(Load.NAME, 1_000);
            reportRecovery("Broker with persistence killed", "1000 published and saved, 1000 in the store", start);
            assertOutagesLogged(ingestor, 1, 1);
        }
    }

    @Test
    @Needs(Feature.FULL_WINDOW)
    void a_killed_broker_without_persistence_loses_only_what_it_had_not_delivered_and_is_subscribed_to_again()
            throws Exception {
        try (Ingestion ingestion = servers(BrokerSettings.defaults().withPersistence(false));
                FaultyLink link = FaultyLink.to(ingestion.store.port());
                // With MQTT 5 the broker would hand over all of them.
                ChildProcess ingestor = ingestion.start(ingestion
                        .ingestor()
                        .with("MQTT_VERSION", "3.1.1")
                        .with("INFLUX_URL", "http://127.0.0.1:" + link.port()))) {
            link.refuse();
            ingestion.awaitReadiness(503);
            ingestion.publish(Load.NAME, 0, 1_000, 1);
            int held = WINDOW;
            await("readings handed over")
                    .atMost(LIMIT)
                    .until(() -> ingestion.metric("sensorline_readings_received_total") == held);
            ingestion.broker.kill();
            ingestor.awaitLine(GONE, LIMIT);
            ingestion.broker.restart();
            long start = System.nanoTime();
            link.accept();
            ingestion.awaitReady();
            ingestion.publish(Load.NAME, 1_000, 1_000, 1);
            ingestion.awaitPoints(Load.NAME, held + 1_000);
            reportRecovery(
                    "Broker without persistence killed",
                    "1000 published, of which it had handed over %d: %1$d in the store; 1000 after that, 1000 in the store"
                            .formatted(held),
                    start);
            assertOutagesLogged(ingestor, 1, 1);
        }
    }

    /**
     * A broker that has lost the session uses the same packet ids for other readings. Readings of the earlier session must
     * not acknowledge them.
     */
    @Test
    @Needs(Feature.FULL_WINDOW)
    void readings_of_an_earlier_session_do_not_acknowledge_new_ones_with_the_same_packet_ids() {
        try (Ingestion ingestion = servers(BrokerSettings.defaults().withPersistence(false));
                StoreProxy front = StoreProxy.of(ingestion.store);
                // So that no batch has readings of both sessions.
                ChildProcess first = ingestion.start(
                        ingestion.ingestor().with("INFLUX_URL", front.url()).with("INGESTOR_BATCH_SIZE", 1))) {
            front.refuse(503, Map.of(), "{\"error\":\"busy\"}");
            ingestion.awaitReadiness(503);
            ingestion.publish("BEFORE", 0, WINDOW, 1);
            awaitReceived(ingestion, WINDOW);
            ingestion.broker.kill();
            first.awaitLine(GONE, LIMIT);
            ingestion.broker.restart();
            await().atMost(LIMIT).until(() -> connections(first) == 2);
            await().atMost(LIMIT)
                    .until(() -> ingestion.broker.log().stream()
                            .anyMatch(line -> line.contains("Sending SUBACK to sensorline-ingestor")));
            ingestion.publish("AFTER", 0, WINDOW, 1);
            awaitReceived(ingestion, 2 * WINDOW);
            front.refuse(lines -> lines.contains("name=AFTER"), 503, Map.of(), "{\"error\":\"busy\"}");
            ingestion.awaitPoints("BEFORE", WINDOW);
            // Readings that were acknowledged by mistake would be lost with the process.
            first.kill();
            front.passOn();
            ingestion.startIngestor();
            ingestion.awaitPoints("AFTER", WINDOW);
        }
    }

    /** It has stopped reading the socket, and must notice the end of the connection nevertheless. */
    @Test
    @Needs(Feature.FULL_WINDOW)
    void nothing_is_lost_when_the_broker_restarts_while_the_queue_is_full() {
        try (Ingestion ingestion =
                        Ingestion.servers(BrokerSettings.defaults().withMaxInflight(0), StoreSettings.defaults());
                FaultyLink link = FaultyLink.to(ingestion.store.port());
                ChildProcess ingestor =
                        ingestion.start(ingestion.ingestor().with("INFLUX_URL", "http://127.0.0.1:" + link.port()))) {
            link.refuse();
            ingestion.awaitReadiness(503);
            ingestion.publish(Load.NAME, 0, 40_000, 1);
            await().atMost(LIMIT).until(() -> ingestion.metric("sensorline_queue_full") == 1);
            ingestion.broker.stop();
            ingestor.awaitLine(GONE, LIMIT);
            ingestion.broker.restart();
            await().atMost(LIMIT).until(() -> connections(ingestor) == 2);
            long start = System.nanoTime();
            link.accept();
            ingestion.awaitPoints(Load.NAME, 40_000);
            reportRecovery(
                    "Broker restarts while InfluxDB is away and the ingestor is full",
                    "40000 published, 40000 in the store",
                    start);
            assertOutagesLogged(ingestor, 1, 1);
        }
    }

    private static void awaitReceived(Ingestion ingestion, int count) {
        await().atMost(LIMIT).until(() -> ingestion.metric("sensorline_readings_received_total") == count);
    }

    @Test
    void nothing_is_lost_when_the_connection_to_the_broker_ends_in_mid_packet() throws Exception {
        try (Ingestion ingestion = servers(BrokerSettings.defaults());
                FaultyLink link = FaultyLink.to(ingestion.broker.port());
                ChildProcess ingestor = startBehind(ingestion, link);
                Load load = new Load(ingestion)) {
            int cuts = 0;
            // A reading's packet has about 50 bytes, a PUBACK 4.
            for (int bytes = 1_001; bytes < 1_050; bytes += 6) {
                load.awaitStored(50);
                link.cutAfter(cuts % 3 == 2 ? Direction.TO_SERVER : Direction.TO_CLIENT, bytes);
                int outages = ++cuts;
                await().atMost(LIMIT).until(() -> connections(ingestor) == outages + 1);
            }
            int all = load.assertNothingIsLost(
                    "Broker's connection ends in mid-packet, " + cuts + " times", System.nanoTime());
            assertOutagesLogged(ingestor, 0, cuts);
            assertTrue(ingestion.metric("sensorline_points_written_total") >= all);
        }
    }

    /** Each side detects the end of the connection only by its keep-alive. */
    @Test
    void nothing_is_lost_when_the_connection_to_the_broker_is_half_open() throws Exception {
        try (Ingestion ingestion = servers(BrokerSettings.defaults());
                FaultyLink link = FaultyLink.to(ingestion.broker.port());
                ChildProcess ingestor = startBehind(ingestion, link);
                Load load = new Load(ingestion)) {
            load.awaitStored(500);
            long start = System.nanoTime();
            link.abandon();
            ingestor.awaitLine(GONE, LIMIT.multipliedBy(2));
            load.assertNothingIsLost("Broker's connection half-open (from its beginning)", start);
            assertOutagesLogged(ingestor, 0, 1);
        }
    }

    /** The broker sends unacknowledged readings again, and only those with their own time are recognised as duplicates. */
    @Test
    @Needs(Feature.FULL_WINDOW)
    void lost_acknowledgements_duplicate_only_readings_without_a_time() {
        try (Ingestion ingestion = servers(BrokerSettings.defaults());
                FaultyLink link = FaultyLink.to(ingestion.broker.port());
                StoreProxy front = StoreProxy.of(ingestion.store);
                ChildProcess ingestor = ingestion.start(
                        ingestion.ingestor().with("MQTT_PORT", link.port()).with("INFLUX_URL", front.url()))) {
            front.refuse(503, Map.of(), "{\"error\":\"busy\"}");
            ingestion.awaitReadiness(503);
            ingestion.publish("T", 0, 10, 1);
            for (int n = 0; n < 10; n++) {
                ingestion.peer.publish("sensor/U", Integer.toString(n), 1);
            }
            awaitReceived(ingestion, 20);
            link.partition();
            front.passOn();
            ingestion.awaitPoints("T", 10);
            ingestion.awaitPoints("U", 10);
            pause(Duration.ofSeconds(1));
            link.cut();
            link.heal();
            await().atMost(LIMIT).until(() -> ingestion.metric("sensorline_readings_redelivered_total") == 20);
            ingestion.awaitPoints("U", 20);
            assertEquals(10, ingestion.points("T"));
            assertEquals(10, ingestion.metric("sensorline_readings_duplicated_total"));
            System.out.println("[fault] Acknowledgements do not reach the broker: 10 published with a time, "
                    + "10 in the store; 10 without, 20 in the store");
            assertOutagesLogged(ingestor, 1, 1);
        }
    }

    /** Each takes over the session of the other one. A growing pause between attempts must limit that. */
    @Test
    void two_ingestors_with_the_same_client_id_log_it_and_lose_nothing() throws Exception {
        try (Ingestion ingestion = servers(BrokerSettings.defaults());
                ChildProcess first = ingestion.startIngestor();
                Load load = new Load(ingestion)) {
            load.awaitStored(500);
            try (ChildProcess second =
                    ingestion.ingestor().with("HTTP_PORT", Ports.free()).start()) {
                await().atMost(LIMIT).until(() -> connections(second) > 0);
                pause(Duration.ofSeconds(15));
                long connections = connections(first) + connections(second);
                System.out.println(
                        "[fault] Two ingestors with the same client id: " + connections + " connections in 15 s");
                for (ChildProcess ingestor : List.of(first, second)) {
                    assertTrue(connections(ingestor) <= 12, ingestor.lines()::toString);
                    assertTrue(lines(ingestor, "another client with the same id") > 0, ingestor.lines()::toString);
                    assertEquals(0, lines(ingestor, "Exception"));
                }
                second.terminate();
            }
            load.assertNothingIsLost("Two ingestors with the same client id, one of which ends", System.nanoTime());
        }
    }
}
