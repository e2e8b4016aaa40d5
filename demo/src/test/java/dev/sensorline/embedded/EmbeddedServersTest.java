package dev.sensorline.embedded;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.influxdb.client.InfluxDBClient;
import com.influxdb.client.InfluxDBClientFactory;
import com.influxdb.client.domain.WritePrecision;

import dev.sensorline.servers.PointReader;
import dev.sensorline.servers.Ports;
import dev.sensorline.servers.SensorSummary;
import dev.sensorline.servers.StoredPoint;

class EmbeddedServersTest {

    @TempDir
    Path directory;

    @Test
    void the_broker_carries_messages_at_qos_1() throws Exception {
        int port = Ports.free();
        try (EmbeddedBroker broker = EmbeddedBroker.start(port, directory)) {
            Mqtt3BlockingClient client = MqttClient.builder()
                    .useMqttVersion3()
                    .serverHost("127.0.0.1")
                    .serverPort(port)
                    .buildBlocking();
            client.connect();
            try (var publishes = client.publishes(MqttGlobalPublishFilter.ALL)) {
                client.subscribeWith()
                        .topicFilter("sensor/+")
                        .qos(MqttQos.AT_LEAST_ONCE)
                        .send();
                client.publishWith()
                        .topic("sensor/T1")
                        .qos(MqttQos.AT_LEAST_ONCE)
                        .payload("25.5".getBytes(StandardCharsets.UTF_8))
                        .send();
                assertEquals(
                        "25.5",
                        publishes
                                .receive(5, SECONDS)
                                .map(publish -> new String(publish.getPayloadAsBytes(), StandardCharsets.UTF_8))
                                .orElse("nothing"));
            }
            client.disconnect();
        }
    }

    @Test
    void the_store_returns_the_points_that_the_influxdb_client_writes() throws Exception {
        int port = Ports.free();
        String url = "http://127.0.0.1:" + port;
        try (EmbeddedStore store = EmbeddedStore.start(port, directory);
                InfluxDBClient client = InfluxDBClientFactory.createV1(url, "", new char[0], "sensors", "")) {
            client.getWriteApiBlocking().writeRecord(WritePrecision.NS, """
                    sensor,name=a\\ b value=1.5 1700000000000001000
                    sensor,name=a\\ b,type=temp value=2.5 1700000000000002000
                    sensor,name=ü value=3.0 1700000000000003000
                    """);
            PointReader reader = PointReader.ofQuestDb(url);
            await().until(() -> reader.counts("sensor").equals(Map.of("a b", 2L, "ü", 1L)));
            assertEquals(
                    List.of(
                            new StoredPoint(1_700_000_000_000_001_000L, "a b", null, 1.5),
                            new StoredPoint(1_700_000_000_000_002_000L, "a b", "temp", 2.5)),
                    reader.points("sensor", "a b"));
            assertEquals(
                    List.of(
                            new SensorSummary("a b", 2, 2.5, 1_700_000_000_000_002_000L),
                            new SensorSummary("ü", 1, 3, 1_700_000_000_000_003_000L)),
                    reader.summaries("sensor"));
        }
    }

    @Test
    void an_empty_store_has_no_counts() throws Exception {
        int port = Ports.free();
        try (EmbeddedStore store = EmbeddedStore.start(port, directory)) {
            assertEquals(
                    Map.of(), PointReader.ofQuestDb("http://127.0.0.1:" + port).counts("sensor"));
        }
    }
}
