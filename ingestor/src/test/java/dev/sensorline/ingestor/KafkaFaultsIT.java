package dev.sensorline.ingestor;

import static dev.sensorline.ingestor.Ingestion.assertLogged;
import static dev.sensorline.ingestor.KafkaStack.LIMIT;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import dev.sensorline.ingestor.KafkaStack.RunningIngestor;

/** Over Kafka, too, each reading that the MQTT broker has accepted becomes a point, whichever process ends or is paused. */
@Tag("faults")
class KafkaFaultsIT {

    private static final Duration OUTAGE = Duration.ofSeconds(15);

    @RegisterExtension
    private static final KafkaExtension KAFKA = new KafkaExtension();

    @Test
    void kafka_that_stands_still_is_back_pressure() throws Exception {
        try (KafkaStack stack = KAFKA.stack()) {
            RunningIngestor bridge = stack.bridge();
            RunningIngestor writer = stack.writer();
            Load load = stack.load();
            load.awaitStored(500);
            KAFKA.broker().pause();
            bridge.awaitReadiness(503);
            writer.awaitReadiness(503);
            // Readings that Kafka has not confirmed are not acknowledged: the broker sends them to the next bridge.
            double taken = bridge.metric("sensorline_points_forwarded_total");
            Ingestion.pause(OUTAGE);
            assertEquals(taken, bridge.metric("sensorline_points_forwarded_total"));
            assertEquals(
                    200,
                    new HealthAndMetrics(bridge.httpPort())
                            .get("/q/health/live")
                            .statusCode());
            KAFKA.broker().resume();
            bridge.awaitReadiness(200);
            writer.awaitReadiness(200);
            load.assertNothingIsLost("Kafka stands still", System.nanoTime());
            assertOutageLogged(bridge);
            assertOutageLogged(writer);
        }
    }

    @Test
    void kafka_killed_and_restarted_costs_no_reading() throws Exception {
        try (KafkaStack stack = KAFKA.stack()) {
            RunningIngestor bridge = stack.bridge();
            RunningIngestor writer = stack.writer();
            Load load = stack.load();
            load.awaitStored(500);
            KAFKA.broker().kill();
            bridge.awaitReadiness(503);
            writer.awaitReadiness(503);
            Ingestion.pause(OUTAGE);
            KAFKA.broker().restart();
            long start = System.nanoTime();
            load.assertNothingIsLost("Kafka killed", start);
            bridge.awaitReadiness(200);
            writer.awaitReadiness(200);
            assertOutageLogged(bridge);
            assertOutageLogged(writer);
        }
    }

    @Test
    void what_kafka_has_not_confirmed_is_not_acknowledged_to_the_broker() throws Exception {
        try (KafkaStack stack = KAFKA.stack()) {
            // A queue of one: the embedded broker sends few messages before earlier ones are acknowledged.
            RunningIngestor bridge = stack.start(
                            stack.configured("bridge").with("MP_MESSAGING_INCOMING_READINGS_BUFFER_SIZE", 1))
                    .awaitReadiness(200);
            stack.ingestion.publish("A", 0, 100, 1);
            await().atMost(LIMIT).until(() -> stack.records(stack.topic).size() == 100);
            KAFKA.broker().pause();
            stack.ingestion.publish("A", 100, 30_000, 1);
            await().atMost(LIMIT).until(() -> bridge.metric("sensorline_queue_full") == 1);
            assertTrue(bridge.metric("sensorline_records_in_flight") > 0);
            bridge.process().kill();
            KAFKA.broker().resume();
            // Readings in flight are still held by the MQTT broker.
            stack.bridge();
            stack.writer();
            stack.ingestion.awaitPoints("A", 30_100);
        }
    }

    @Test
    void sigterm_while_kafka_is_away_ends_in_time_and_leaves_the_readings_with_the_broker() throws Exception {
        try (KafkaStack stack = KAFKA.stack()) {
            RunningIngestor bridge = stack.bridge();
            RunningIngestor writer = stack.writer();
            stack.ingestion.publish("A", 0, 100, 1);
            stack.ingestion.awaitPoints("A", 100);
            KAFKA.broker().kill();
            stack.ingestion.publish("A", 100, 100, 1);
            bridge.awaitReadiness(503);
            writer.awaitReadiness(503);
            bridge.process().terminate();
            writer.process().terminate();
            // Both roles wait for Kafka when they start.
            RunningIngestor next = stack.start(stack.configured("bridge"));
            stack.start(stack.configured("writer"));
            next.process().awaitLine("does not answer", LIMIT);
            KAFKA.broker().restart();
            stack.ingestion.awaitPoints("A", 200);
        }
    }

    @Test
    void a_bridge_killed_under_load_costs_no_reading() throws Exception {
        try (KafkaStack stack = KAFKA.stack()) {
            stack.writer();
            RunningIngestor bridge = stack.bridge();
            Load load = stack.load();
            for (int n = 0; n < 3; n++) {
                load.awaitStored(500);
                bridge.process().kill();
                bridge = stack.bridge();
            }
            load.assertNothingIsLost("Bridge killed, three times", System.nanoTime());
        }
    }

    @Test
    void a_writer_killed_under_load_costs_no_reading_and_what_is_written_twice_is_one_point() throws Exception {
        try (KafkaStack stack = KAFKA.stack()) {
            stack.bridge();
            Load load = stack.load();
            for (int n = 0; n < 2; n++) {
                RunningIngestor writer = stack.writer();
                load.awaitStored(500);
                writer.process().kill();
            }
            stack.writer();
            load.assertNothingIsLost("Writer killed, twice", System.nanoTime());
        }
    }

    @Test
    void a_writer_killed_beside_another_one_leaves_its_partitions_to_that() throws Exception {
        try (KafkaStack stack = KAFKA.stack()) {
            stack.bridge();
            RunningIngestor killed = stack.writer();
            RunningIngestor other = stack.writer();
            Load load = stack.load();
            load.awaitStored(500);
            killed.process().kill();
            load.assertNothingIsLost("One of two writers killed", System.nanoTime());
            assertEquals(0, other.lines("Exception"));
        }
    }

    @Test
    void influxdb_away_leaves_the_points_with_kafka_uncommitted_and_the_writer_alive() throws Exception {
        try (KafkaStack stack = KAFKA.stack()) {
            RunningIngestor bridge = stack.bridge();
            RunningIngestor writer = stack.writer();
            Load load = stack.load();
            load.awaitStored(500);
            stack.ingestion.store.stop();
            writer.awaitReadiness(503);
            long committed = stack.committed();
            Ingestion.pause(Duration.ofSeconds(20));
            assertEquals(committed, stack.committed());
            assertTrue(writer.metric("sensorline_kafka_lag") > 1_000);
            assertEquals(
                    200,
                    new HealthAndMetrics(writer.httpPort())
                            .get("/q/health/live")
                            .statusCode());
            assertEquals(200, bridge.ready());
            stack.ingestion.store.restart();
            load.assertNothingIsLost("InfluxDB away behind Kafka", System.nanoTime());
            assertLogged(1, writer.process(), "does not accept points");
            assertEquals(0, writer.lines("Exception") + writer.lines("does not answer"));
        }
    }

    /** Asserts one line for each change of state, and no other warning or error. */
    private static void assertOutageLogged(RunningIngestor member) {
        assertLogged(1, member.process(), "does not answer");
        assertLogged(2, member.process(), " answers");
        assertEquals(
                1,
                member.lines(" WARN ") + member.lines(" ERROR "),
                member.process().lines()::toString);
        assertEquals(0, member.lines("Exception"));
    }
}
