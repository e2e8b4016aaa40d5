package dev.sensorline.ingestor;

import static dev.sensorline.ingestor.Ingestion.LIMIT;
import static dev.sensorline.ingestor.Ingestion.assertOutagesLogged;
import static dev.sensorline.ingestor.Ingestion.disconnections;
import static dev.sensorline.ingestor.Ingestion.pause;
import static org.awaitility.Awaitility.await;

import java.time.Duration;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import dev.sensorline.servers.BrokerSettings;
import dev.sensorline.servers.ChildProcess;
import dev.sensorline.servers.FaultyLink;
import dev.sensorline.servers.StoreSettings;

/**
 * A network that is slow or interrupted for a while costs no reading, and no outage is logged while the connection lasts.
 * Loss of packets, which TCP turns into delay: {@code benchmark/soak/run}.
 */
@Execution(ExecutionMode.CONCURRENT)
@Tag("faults")
class NetworkFaultsIT {

    /** Longer than one and a half times the keep-alive of 15 s. */
    private static final Duration LONG = Duration.ofSeconds(28);

    private static Ingestion servers() {
        return Ingestion.servers(BrokerSettings.defaults().withMaxInflight(1_000), StoreSettings.defaults());
    }

    @Test
    void nothing_is_lost_with_delays_to_the_broker_and_to_influxdb() throws Exception {
        try (Ingestion ingestion = servers();
                FaultyLink toBroker = FaultyLink.to(ingestion.broker.port());
                FaultyLink toStore = FaultyLink.to(ingestion.store.port());
                ChildProcess ingestor = ingestion.start(ingestion
                        .ingestor()
                        .with("MQTT_PORT", toBroker.port())
                        .with("INFLUX_URL", "http://127.0.0.1:" + toStore.port()));
                Load load = new Load(ingestion)) {
            load.awaitStored(500);
            toBroker.delay(Duration.ofMillis(200));
            toStore.delay(Duration.ofMillis(200));
            load.awaitStored(2_000);
            load.assertNothingIsLost(
                    "200 ms of delay in each direction to broker and InfluxDB, which stay", System.nanoTime());
            assertOutagesLogged(ingestor, 0, 0);
        }
    }

    @Test
    void a_broker_unreachable_for_less_than_the_keep_alive_costs_neither_readings_nor_the_connection()
            throws Exception {
        try (Ingestion ingestion = servers();
                FaultyLink link = FaultyLink.to(ingestion.broker.port());
                ChildProcess ingestor = ingestion.start(ingestion.ingestor().with("MQTT_PORT", link.port()));
                Load load = new Load(ingestion)) {
            load.awaitStored(500);
            link.partition();
            pause(Duration.ofSeconds(5));
            link.heal();
            load.assertNothingIsLost("Broker unreachable for 5 s", System.nanoTime());
            assertOutagesLogged(ingestor, 0, 0);
        }
    }

    @Test
    void a_broker_unreachable_for_more_than_the_keep_alive_costs_no_reading() throws Exception {
        try (Ingestion ingestion = servers();
                FaultyLink link = FaultyLink.to(ingestion.broker.port());
                ChildProcess ingestor = ingestion.start(ingestion.ingestor().with("MQTT_PORT", link.port()));
                Load load = new Load(ingestion)) {
            load.awaitStored(500);
            link.partition();
            pause(LONG);
            await().atMost(LIMIT).until(() -> disconnections(ingestor) == 1);
            link.heal();
            load.assertNothingIsLost("Broker unreachable for 28 s", System.nanoTime());
            assertOutagesLogged(ingestor, 0, 1);
        }
    }

    @Test
    void broker_and_influxdb_unreachable_together_cost_no_reading() throws Exception {
        try (Ingestion ingestion = servers();
                FaultyLink toBroker = FaultyLink.to(ingestion.broker.port());
                FaultyLink toStore = FaultyLink.to(ingestion.store.port());
                ChildProcess ingestor = ingestion.start(ingestion
                        .ingestor()
                        .with("MQTT_PORT", toBroker.port())
                        .with("INFLUX_URL", "http://127.0.0.1:" + toStore.port()));
                Load load = new Load(ingestion)) {
            load.awaitStored(500);
            toBroker.partition();
            toStore.partition();
            pause(LONG);
            await().atMost(LIMIT).ignoreExceptions().until(() -> ingestion.health("ready") == 503);
            toStore.heal();
            toBroker.heal();
            load.assertNothingIsLost("Broker and InfluxDB unreachable for 28 s", System.nanoTime());
            assertOutagesLogged(ingestor, 1, 1);
        }
    }
}
