package dev.sensorline.ingestor;

import static dev.sensorline.ingestor.Ingestion.LIMIT;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;

import dev.sensorline.servers.BrokerSettings;
import dev.sensorline.servers.Feature;
import dev.sensorline.servers.ServiceProcess;
import dev.sensorline.servers.StoreSettings;
import dev.sensorline.servers.junit.Needs;

/** No message of the broker delays others. */
class BadInputIT {

    private static final int READINGS = 20_000;
    private static final int AT_ONCE = 500;

    @Test
    @Needs(Feature.INFLUXDB)
    void every_fuzzed_reading_is_written_or_set_aside_and_delays_no_other() {
        long seed = System.nanoTime();
        try (Ingestion ingestion = Ingestion.servers(BrokerSettings.defaults(), StoreSettings.defaults())) {
            ServiceProcess service = ingestion.ingestor().with("MQTT_TOPICS", "sensor/#");
            FuzzedReadings.RULES.forEach(service::with);
            ingestion.start(service);
            FuzzedReadings fuzzed = new FuzzedReadings(seed);
            List<CompletableFuture<?>> published = new ArrayList<>();
            for (int i = 0; i < READINGS; i++) {
                // Mosquitto disconnects a client that publishes to a topic with control characters.
                String topic = fuzzed.topic().replaceAll("[\\p{C}\\ufffd]", "_");
                published.add(ingestion.peer.publishAsync(topic.isEmpty() ? "_" : topic, fuzzed.payload(topic), 1));
                if (published.size() == AT_ONCE) {
                    CompletableFuture.allOf(published.toArray(CompletableFuture<?>[]::new))
                            .join();
                    published.clear();
                }
            }
            ingestion.peer.publish("sensor/END", "{\"value\":1,\"type\":\"last\"}", 1);
            ingestion.awaitPoints("END", 1);
            await("seed " + seed).atMost(LIMIT).until(() -> decoded(ingestion) == written(ingestion));
            assertTrue(written(ingestion) > READINGS / 20, "seed " + seed);
            assertEquals(
                    0,
                    ingestion.metric("sensorline_readings_rejected_total{reason=\"refused_by_store\"}"),
                    "seed " + seed);
            assertEquals(0, ingestion.metric("sensorline_readings_redelivered_total"), "the connection has held");
        }
    }

    private static double decoded(Ingestion ingestion) {
        return ingestion.metric("sensorline_points_decoded_total");
    }

    private static double written(Ingestion ingestion) {
        return ingestion.metric("sensorline_points_written_total");
    }
}
