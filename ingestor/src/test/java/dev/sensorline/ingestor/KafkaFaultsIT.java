package dev.sensorline.ingestor;

import static dev.sensorline.ingestor.KafkaPath.LIMIT;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import dev.sensorline.ingestor.KafkaPath.Member;

/** On the way over Kafka, too, what the MQTT broker has accepted becomes a point, whatever ends or stands still in between. */
@Tag("faults")
class KafkaFaultsIT {

    private static final Duration OUTAGE = Duration.ofSeconds(15);

    @RegisterExtension
    private static final RunningKafka KAFKA = new RunningKafka();

    @Test
    void kafka_that_stands_still_is_back_pressure() throws Exception {
        try (KafkaPath path = KAFKA.path()) {
            Member bridge = path.bridge();
            Member writer = path.writer();
            Load load = path.load();
            load.awaitStored(500);
            KAFKA.broker().pause();
            bridge.awaitReadiness(503);
            writer.awaitReadiness(503);
            // Nothing that Kafka has not confirmed is acknowledged: the broker sends it all again to the next one.
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
        try (KafkaPath path = KAFKA.path()) {
            Member bridge = path.bridge();
            Member writer = path.writer();
            Load load = path.load();
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
        try (KafkaPath path = KAFKA.path()) {
            // Full with what any broker sends, of which the embedded one sends little while that is not acknowledged.
            Member bridge = path.start(path.configured("bridge").with("MP_MESSAGING_INCOMING_READINGS_BUFFER_SIZE", 1))
                    .awaitReadiness(200);
            path.ingestion.publish("A", 0, 100, 1);
            await().atMost(LIMIT).until(() -> path.records(path.topic).size() == 100);
            KAFKA.broker().pause();
            path.ingestion.publish("A", 100, 30_000, 1);
            await().atMost(LIMIT).until(() -> bridge.metric("sensorline_queue_full") == 1);
            assertTrue(bridge.metric("sensorline_records_in_flight") > 0);
            bridge.process().kill();
            KAFKA.broker().resume();
            // All that was on its way was the broker's still.
            path.bridge();
            path.writer();
            path.ingestion.awaitPoints("A", 30_100);
        }
    }

    @Test
    void sigterm_while_kafka_is_away_ends_in_time_and_leaves_the_readings_with_the_broker() throws Exception {
        try (KafkaPath path = KAFKA.path()) {
            Member bridge = path.bridge();
            Member writer = path.writer();
            path.ingestion.publish("A", 0, 100, 1);
            path.ingestion.awaitPoints("A", 100);
            KAFKA.broker().kill();
            path.ingestion.publish("A", 100, 100, 1);
            bridge.awaitReadiness(503);
            writer.awaitReadiness(503);
            bridge.process().terminate();
            writer.process().terminate();
            // As they start they wait for it.
            Member next = path.start(path.configured("bridge"));
            path.start(path.configured("writer"));
            next.process().awaitLine("does not answer", LIMIT);
            KAFKA.broker().restart();
            path.ingestion.awaitPoints("A", 200);
        }
    }

    @Test
    void a_bridge_killed_under_load_costs_no_reading() throws Exception {
        try (KafkaPath path = KAFKA.path()) {
            path.writer();
            Member bridge = path.bridge();
            Load load = path.load();
            for (int n = 0; n < 3; n++) {
                load.awaitStored(500);
                bridge.process().kill();
                bridge = path.bridge();
            }
            load.assertNothingIsLost("Bridge killed, three times", System.nanoTime());
        }
    }

    @Test
    void a_writer_killed_under_load_costs_no_reading_and_what_is_written_twice_is_one_point() throws Exception {
        try (KafkaPath path = KAFKA.path()) {
            path.bridge();
            Load load = path.load();
            for (int n = 0; n < 2; n++) {
                Member writer = path.writer();
                load.awaitStored(500);
                writer.process().kill();
            }
            path.writer();
            load.assertNothingIsLost("Writer killed, twice", System.nanoTime());
        }
    }

    @Test
    void a_writer_killed_beside_another_one_leaves_its_partitions_to_that() throws Exception {
        try (KafkaPath path = KAFKA.path()) {
            path.bridge();
            Member killed = path.writer();
            Member other = path.writer();
            Load load = path.load();
            load.awaitStored(500);
            killed.process().kill();
            load.assertNothingIsLost("One of two writers killed", System.nanoTime());
            assertEquals(0, other.lines("Exception"));
        }
    }

    @Test
    void influxdb_away_leaves_the_points_with_kafka_uncommitted_and_the_writer_alive() throws Exception {
        try (KafkaPath path = KAFKA.path()) {
            Member bridge = path.bridge();
            Member writer = path.writer();
            Load load = path.load();
            load.awaitStored(500);
            path.ingestion.store.stop();
            writer.awaitReadiness(503);
            long committed = path.committed();
            Ingestion.pause(Duration.ofSeconds(20));
            assertEquals(committed, path.committed());
            assertTrue(writer.metric("sensorline_kafka_lag") > 1_000);
            assertEquals(
                    200,
                    new HealthAndMetrics(writer.httpPort())
                            .get("/q/health/live")
                            .statusCode());
            assertEquals(200, bridge.ready());
            path.ingestion.store.restart();
            load.assertNothingIsLost("InfluxDB away behind Kafka", System.nanoTime());
            assertEquals(1, writer.lines("does not accept points"));
            assertEquals(0, writer.lines("Exception") + writer.lines("does not answer"));
        }
    }

    /** One line for each change of state, and nothing else that would worry anybody. */
    private static void assertOutageLogged(Member member) {
        assertEquals(1, member.lines("does not answer"), member.process().lines()::toString);
        assertEquals(2, member.lines(" answers"), member.process().lines()::toString);
        assertEquals(
                1,
                member.lines(" WARN ") + member.lines(" ERROR "),
                member.process().lines()::toString);
        assertEquals(0, member.lines("Exception"));
    }
}
