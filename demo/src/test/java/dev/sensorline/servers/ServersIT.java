package dev.sensorline.servers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.testkit.engine.EngineTestKit;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;

class ServersIT {

    @Test
    void a_broker_carries_messages_before_and_after_it_was_killed() throws Exception {
        try (MqttBroker broker = MqttBroker.start()) {
            assertCarries(broker);
            broker.kill();
            assertFalse(Ports.isOpen(broker.port()));
            broker.restart();
            assertCarries(broker);
        }
    }

    @Disabled("run by a test")
    static class BrokerOfTheClass {

        private static MqttBroker broker;

        @BeforeAll
        static void start() {
            broker = MqttBroker.start();
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 2})
        void restarts(int number) {
            assertTrue(Ports.isOpen(broker.port()), "test " + number);
            broker.kill();
            broker.restart();
        }
    }

    @Test
    void a_server_that_one_test_restarts_is_there_for_the_other_tests_of_the_class() {
        EngineTestKit.engine("junit-jupiter")
                .configurationParameter("junit.jupiter.extensions.autodetection.enabled", "true")
                .configurationParameter("junit.jupiter.conditions.deactivate", "org.junit.*DisabledCondition")
                .selectors(selectClass(BrokerOfTheClass.class))
                .execute()
                .testEvents()
                .assertStatistics(statistics -> statistics.succeeded(2));
        assertFalse(Ports.isOpen(BrokerOfTheClass.broker.port()));
    }

    @Test
    void a_store_returns_written_points_also_after_it_was_killed() throws Exception {
        try (PointStore store = PointStore.start()) {
            write(
                    store,
                    "sensor,name=a\\ 'b\\,c value=1.5 1700000000000000001\n"
                            + "sensor,name=a\\ 'b\\,c,type=temp value=2.5 1700000000000000002\n"
                            + "sensor,name=ü🌡 value=3 1700000000000000003");
            List<StoredPoint> points = List.of(
                    new StoredPoint(1_700_000_000_000_000_001L, "a 'b,c", null, 1.5),
                    new StoredPoint(1_700_000_000_000_000_002L, "a 'b,c", "temp", 2.5));
            assertEquals(points, store.points("sensor", "a 'b,c"));
            store.kill();
            store.restart();
            assertEquals(Map.of("a 'b,c", 2L, "ü🌡", 1L), store.counts("sensor"));
        }
    }

    @Test
    void a_store_with_a_user_rejects_other_credentials() throws Exception {
        try (PointStore store = PointStore.start(StoreSettings.withUser("writer", "secret"))) {
            assertEquals(401, send(store, "sensor,name=a value=1", "writer:wrong"));
            assertEquals(204, send(store, "sensor,name=a value=1", "writer:secret"));
        }
    }

    @Test
    void a_process_keeps_its_output_and_its_exit_code() {
        try (ChildProcess process =
                ChildProcess.start(List.of("sh", "-c", "echo $GREETING; exit 3"), Map.of("GREETING", "good day"))) {
            assertEquals("good day", process.awaitLine("good", Duration.ofSeconds(5)));
            assertEquals(3, process.awaitExit(Duration.ofSeconds(5)));
        }
    }

    private static void assertCarries(MqttBroker broker) throws Exception {
        Mqtt3BlockingClient client = MqttClient.builder()
                .useMqttVersion3()
                .serverHost(broker.host())
                .serverPort(broker.port())
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
                            .receive(5, TimeUnit.SECONDS)
                            .map(publish -> new String(publish.getPayloadAsBytes(), StandardCharsets.UTF_8))
                            .orElse("nothing"));
        }
        client.disconnect();
    }

    private static void write(PointStore store, String lines) throws Exception {
        assertTrue(send(store, lines, null) / 100 == 2);
    }

    private static int send(PointStore store, String lines, String credentials) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(store.url() + "/api/v2/write?precision=ns&org=-&bucket=" + PointStore.DATABASE))
                .POST(HttpRequest.BodyPublishers.ofString(lines));
        if (credentials != null) {
            request.header("Authorization", "Token " + credentials);
        }
        return HttpClient.newHttpClient()
                .send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
