package dev.sensorline.ingestor;

import static dev.sensorline.ingestor.Ingestion.LIMIT;
import static dev.sensorline.ingestor.Ingestion.connections;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.sensorline.servers.Broker;
import dev.sensorline.servers.ChildProcess;
import dev.sensorline.servers.FaultyLink;
import dev.sensorline.servers.ServiceProcess;

/**
 * The promises of delivery on other brokers than Mosquitto, each with the settings that it comes with, and what these brokers do not
 * keep themselves. The figures that it prints are those of the table in docs/guide/brokers.md.
 */
@Tag("brokers")
@Execution(ExecutionMode.CONCURRENT)
class OtherBrokersIT {

    private static final String WRITTEN = "sensorline_points_written_total";
    private static final int SIMULATED = 500;

    static Stream<Broker> all() {
        return Broker.others();
    }

    static Stream<Broker> keepingAllOverReconnections() {
        return Broker.others().filter(Broker::keepsAllOverReconnections);
    }

    static Stream<Broker> withAccessRules() {
        return Broker.others().filter(Broker::hasAccessRules);
    }

    private static Ingestion servers(Broker make) {
        assumeTrue(make.isInstalled(), () -> make + " is not installed: .ci/brokers installs it");
        return Ingestion.servers(make);
    }

    private static void report(Broker make, String promise, Ingestion ingestion, String sensor, int published) {
        System.out.printf(
                "[brokers] %s: %s: %d published, %d points, %.0f written%n",
                make, promise, published, ingestion.points(sensor), ingestion.metric(WRITTEN));
    }

    @ParameterizedTest
    @MethodSource("all")
    void each_reading_at_qos_1_is_written_once(Broker make) {
        int count = 2_000;
        try (Ingestion ingestion = servers(make)) {
            ingestion.startIngestor();
            // Moquette answers nothing to what is beyond its queue of 1,024.
            ingestion.publish(Load.NAME, 0, count / 2, 1);
            ingestion.publish(Load.NAME, count / 2, count / 2, 1);
            ingestion.awaitPoints(Load.NAME, count);
            report(make, "two bursts", ingestion, Load.NAME, count);
            assertEquals(count, ingestion.metric(WRITTEN));
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void influxdb_away_for_some_seconds_costs_no_reading_and_none_is_written_twice(Broker make) throws Exception {
        try (Ingestion ingestion = servers(make)) {
            ingestion.startIngestor();
            try (Load load = new Load(ingestion)) {
                load.awaitStored(200);
                ingestion.store.stop();
                ingestion.awaitReadiness(503);
                Ingestion.pause(Duration.ofSeconds(4));
                ingestion.store.restart();
                ingestion.awaitReady();
                int count = load.stop();
                load.assertHolds(count);
                report(make, "InfluxDB away", ingestion, Load.NAME, count);
                assertEquals(count, ingestion.metric(WRITTEN));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void an_ingestor_killed_while_it_holds_readings_and_started_again_costs_none(Broker make) {
        int count = 1_000;
        try (Ingestion ingestion = servers(make)) {
            ChildProcess killed = ingestion.startIngestor();
            ingestion.store.pause();
            ingestion.publish(Load.NAME, 0, count, 1);
            await().atMost(LIMIT).until(() -> ingestion.metric("sensorline_batches_in_flight") > 0);
            killed.kill();
            ingestion.publish(Load.NAME, count, count, 1);
            ingestion.store.resume();
            ingestion.startIngestor();
            ingestion.awaitPoints(Load.NAME, 2L * count);
            report(make, "ingestor killed", ingestion, Load.NAME, 2 * count);
        }
    }

    @ParameterizedTest
    @MethodSource("keepingAllOverReconnections")
    void a_connection_that_is_cut_under_load_costs_no_reading(Broker make) throws Exception {
        try (Ingestion ingestion = servers(make)) {
            FaultyLink link = FaultyLink.to(ingestion.broker.port());
            ChildProcess ingestor = ingestion.start(ingestion.ingestor().with("MQTT_PORT", link.port()));
            try (Load load = new Load(ingestion)) {
                for (int connection = 2; connection <= 4; connection++) {
                    int expected = connection;
                    load.awaitStored(200);
                    link.cutAfter(FaultyLink.Direction.TO_CLIENT, 5_000);
                    await().atMost(LIMIT).until(() -> connections(ingestor) == expected);
                }
                int count = load.stop();
                load.assertHolds(count);
                report(make, "connection cut", ingestion, Load.NAME, count);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void a_simulator_at_qos_1_whose_connection_is_cut_loses_no_reading(Broker make) {
        simulate(make, 1);
    }

    @ParameterizedTest
    @MethodSource("all")
    void a_simulator_at_qos_2_whose_connection_is_cut_loses_no_reading(Broker make) {
        simulate(make, 2);
    }

    private static void simulate(Broker make, int qos) {
        try (Ingestion ingestion = servers(make)) {
            FaultyLink link = FaultyLink.to(ingestion.broker.port());
            ingestion.startIngestor();
            ChildProcess sensor = ServiceProcess.of("simulator")
                    .with("SIM_HOST", "127.0.0.1")
                    .with("SIM_PORT", link.port())
                    .with("SIM_NAME", "S")
                    .with("SIM_QOS", qos)
                    .with("SIM_TYPE", "current")
                    .with("SIM_FORMAT", "json")
                    .with("SIM_PERIOD", "5ms")
                    .with("SIM_READINGS", SIMULATED)
                    .start();
            for (int connection = 2; connection <= 3; connection++) {
                int expected = connection;
                long points = ingestion.points("S");
                await().atMost(LIMIT).until(() -> ingestion.points("S") > points + 50);
                link.cutAfter(FaultyLink.Direction.TO_CLIENT, 20);
                await().atMost(LIMIT).until(() -> link.connectionsMade() == expected);
            }
            assertEquals(0, sensor.awaitExit(LIMIT), () -> String.join("\n", sensor.lines()));
            ingestion.awaitPoints("S", SIMULATED);
            report(make, "simulator at QoS " + qos, ingestion, "S", SIMULATED);
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void members_of_a_shared_subscription_write_each_reading_once(Broker make) {
        int count = 1_000;
        try (Ingestion ingestion = servers(make)) {
            List<SharedSubscriber> members = SharedSubscriber.start(ingestion, 2);
            try {
                if (make.deliversToSharedSubscriptions()) {
                    ingestion.publish(Load.NAME, 0, count, 1);
                    ingestion.awaitPoints(Load.NAME, count);
                } else {
                    // Another ingestor, without a shared subscription, shows that the broker has delivered them.
                    ingestion.startIngestor();
                    ingestion.publish(Load.NAME, 0, count, 1);
                    ingestion.awaitPoints(Load.NAME, count);
                }
                long written =
                        members.stream().mapToLong(SharedSubscriber::written).sum();
                System.out.printf(
                        "[brokers] %s: shared subscription: %d published, %d written%n", make, count, written);
                assertEquals(make.deliversToSharedSubscriptions() ? count : 0, written);
            } finally {
                members.forEach(SharedSubscriber::close);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void an_invalid_reading_is_set_aside(Broker make) {
        try (Ingestion ingestion = servers(make)) {
            ingestion.startIngestor();
            ingestion.peer.subscribe("sensorline/rejected/#", 1);
            ingestion.peer.publish("sensor/BAD", "abc", 1);
            ingestion.publish(Load.NAME, 0, 10, 1);
            ingestion.awaitPoints(Load.NAME, 10);
            await().atMost(LIMIT).until(() -> ingestion.peer.received().size() == 1);
            assertTrue(ingestion.peer.received().get(0).contains("not_a_number"));
        }
    }

    @ParameterizedTest
    @MethodSource("withAccessRules")
    void an_invalid_reading_whose_copy_the_broker_refuses_is_counted_and_holds_up_no_other(Broker make) {
        try (Ingestion ingestion = servers(make)) {
            ingestion.start(ingestion.ingestor().with("SENSORLINE_PREFIX", Broker.FORBIDDEN));
            ingestion.peer.publish("sensor/BAD", "abc", 1);
            ingestion.publish(Load.NAME, 0, 10, 1);
            ingestion.awaitPoints(Load.NAME, 10);
            await().atMost(LIMIT).until(() -> ingestion.metric("sensorline_rejected_unpublished_total") == 1);
            assertEquals(1, ingestion.metric("sensorline_readings_rejected_total{reason=\"not_a_number\"}"));
        }
    }
}
