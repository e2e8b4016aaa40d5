package dev.sensorline.ingestor;

import static dev.sensorline.ingestor.Ingestion.LIMIT;
import static dev.sensorline.ingestor.Ingestion.lines;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.sensorline.servers.BrokerSettings;
import dev.sensorline.servers.ChildProcess;
import dev.sensorline.servers.FaultyLink;
import dev.sensorline.servers.Feature;
import dev.sensorline.servers.HiveMq;
import dev.sensorline.servers.MqttPeer;
import dev.sensorline.servers.Ports;
import dev.sensorline.servers.ServiceProcess;
import dev.sensorline.servers.StoreSettings;
import dev.sensorline.servers.junit.Needs;

/** The status that an ingestor publishes of itself, on Mosquitto and on HiveMQ. */
@Execution(ExecutionMode.CONCURRENT)
class StatusIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SIGTERM_EXIT = 128 + 15;
    private static final String TOPIC = "sensorline/status/";
    private static final String OWN = TOPIC + "sensorline-ingestor";

    /** The brokers, and the versions of MQTT. */
    static Stream<List<String>> brokers() {
        return Stream.of("chosen", "hivemq")
                .flatMap(broker -> Stream.of("5", "3.1.1").map(version -> List.of(broker, version)));
    }

    private static Ingestion servers(String broker) {
        return broker.equals("hivemq")
                ? Ingestion.servers(new HiveMq())
                : Ingestion.servers(BrokerSettings.defaults(), StoreSettings.defaults());
    }

    private static ServiceProcess ingestor(Ingestion ingestion, String version) {
        return ingestion.ingestor().with("MQTT_VERSION", version).with("INGESTOR_STATUS_PERIOD", "1s");
    }

    /** All statuses on a topic that a client has received. */
    private static List<JsonNode> statuses(MqttPeer peer, String topic) {
        return peer.messages().stream()
                .filter(message -> message.topic().equals(topic))
                .map(message -> {
                    try {
                        return JSON.readTree(message.payload());
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .toList();
    }

    /** Waits until the last status is a wanted one. */
    private static JsonNode awaitStatus(MqttPeer peer, String topic, Predicate<JsonNode> wanted) {
        await("a status on " + topic).atMost(LIMIT).until(() -> {
            List<JsonNode> all = statuses(peer, topic);
            return !all.isEmpty() && wanted.test(all.get(all.size() - 1));
        });
        List<JsonNode> all = statuses(peer, topic);
        return all.get(all.size() - 1);
    }

    private static boolean isOnline(JsonNode status) {
        return status.get("state").textValue().equals("online");
    }

    private static boolean isOffline(JsonNode status) {
        return status.get("state").textValue().equals("offline");
    }

    private static boolean isStore(JsonNode status, String state) {
        return isOnline(status) && status.at("/store/state").textValue().equals(state);
    }

    private static boolean isAfter(JsonNode status, JsonNode other, Duration after) {
        return Instant.parse(status.get("time").textValue())
                .isAfter(Instant.parse(other.get("time").textValue()).plus(after));
    }

    /** What a client that comes later receives, which must be retained. */
    private static JsonNode retained(Ingestion ingestion, String topic) {
        return await("a retained status on " + topic)
                .atMost(LIMIT)
                .until(() -> readRetained(ingestion, topic), Optional::isPresent)
                .orElseThrow();
    }

    private static Optional<JsonNode> readRetained(Ingestion ingestion, String topic) {
        try (MqttPeer later = MqttPeer.of(ingestion.broker, "later-" + System.nanoTime())) {
            later.subscribe(topic, 1);
            await().atMost(Duration.ofSeconds(2)).until(() -> !later.messages().isEmpty());
            return later.messages().get(0).retained()
                    ? Optional.of(statuses(later, topic).get(0))
                    : Optional.empty();
        } catch (ConditionTimeoutException e) {
            return Optional.empty();
        }
    }

    @ParameterizedTest
    @MethodSource("brokers")
    void a_status_is_retained_and_says_what_the_metrics_say(List<String> setting) {
        try (Ingestion ingestion = servers(setting.get(0))) {
            Instant before = Instant.now();
            ingestion.start(ingestor(ingestion, setting.get(1)));
            ingestion.peer.subscribe("sensorline/#", 1);
            ingestion.publish("S", 0, 20, 1);
            ingestion.peer.publish("sensor/BAD", "abc", 1);
            ingestion.awaitPoints("S", 20);
            JsonNode status = awaitStatus(
                    ingestion.peer,
                    OWN,
                    last -> isStore(last, "up") && last.get("written").longValue() == 20);
            assertEquals("sensorline-ingestor", status.get("client").textValue());
            assertEquals("whole", status.get("role").textValue());
            assertFalse(status.get("version").textValue().isEmpty());
            assertEquals("influxdb", status.at("/store/kind").textValue());
            assertEquals("up", status.at("/broker/state").textValue());
            assertEquals(21, status.get("received").longValue());
            assertEquals(20, status.get("decoded").longValue());
            assertEquals(1, status.get("rejected").longValue());
            assertTrue(status.get("latency99").doubleValue() > 0, status::toString);
            for (String time : List.of("/started", "/time", "/broker/since", "/store/since")) {
                Instant told = Instant.parse(status.at(time).textValue());
                assertTrue(told.isAfter(before) && !told.isAfter(Instant.now()), time + " " + status);
            }
            JsonNode seen = retained(ingestion, OWN);
            assertTrue(isOnline(seen), seen::toString);
            awaitStatus(ingestion.peer, OWN, last -> isAfter(last, status, Duration.ZERO));
            assertEquals(1, ingestion.metric("sensorline_readings_rejected_total{reason=\"not_a_number\"}"));
        }
    }

    @ParameterizedTest
    @MethodSource("brokers")
    void an_ingestor_that_is_killed_is_offline_and_online_when_it_is_back(List<String> setting) {
        try (Ingestion ingestion = servers(setting.get(0))) {
            ingestion.peer.subscribe(TOPIC + "#", 1);
            ChildProcess ingestor = ingestion.start(ingestor(ingestion, setting.get(1)));
            awaitStatus(ingestion.peer, OWN, StatusIT::isOnline);
            ingestor.kill();
            JsonNode gone = awaitStatus(ingestion.peer, OWN, StatusIT::isOffline);
            assertEquals(
                    "{\"state\":\"offline\",\"client\":\"sensorline-ingestor\",\"role\":\"whole\"}", gone.toString());
            assertEquals(gone, retained(ingestion, OWN));
            ingestion.start(ingestor(ingestion, setting.get(1)));
            awaitStatus(ingestion.peer, OWN, status -> isStore(status, "up"));
        }
    }

    @ParameterizedTest
    @MethodSource("brokers")
    void an_ingestor_that_ends_says_so_itself(List<String> setting) {
        try (Ingestion ingestion = servers(setting.get(0))) {
            ingestion.peer.subscribe(TOPIC + "#", 1);
            ChildProcess ingestor =
                    ingestion.start(ingestor(ingestion, setting.get(1)).with("MQTT_REJECTED_CONNECTION", "shared"));
            awaitStatus(ingestion.peer, OWN, StatusIT::isOnline);
            assertEquals(SIGTERM_EXIT, ingestor.terminate());
            JsonNode ended = awaitStatus(ingestion.peer, OWN, StatusIT::isOffline);
            assertTrue(ended.has("time"), ended::toString);
            assertEquals(ended, retained(ingestion, OWN));
        }
    }

    @Test
    void a_store_that_is_away_is_down_until_it_is_back() {
        try (Ingestion ingestion = servers("chosen")) {
            ingestion.peer.subscribe(TOPIC + "#", 1);
            // Only what changes is published in the time of the test.
            ingestion.start(ingestion.ingestor().with("INGESTOR_STATUS_PERIOD", "1h"));
            awaitStatus(ingestion.peer, OWN, status -> isStore(status, "up"));
            ingestion.store.stop();
            JsonNode down = awaitStatus(ingestion.peer, OWN, status -> isStore(status, "down"));
            ingestion.store.restart();
            JsonNode up = awaitStatus(ingestion.peer, OWN, status -> isStore(status, "up"));
            assertTrue(Instant.parse(up.at("/store/since").textValue())
                    .isAfter(Instant.parse(down.at("/store/since").textValue())));
            assertEquals(down.get("broker"), up.get("broker"));
        }
    }

    @Test
    @Needs(Feature.FULL_WINDOW)
    void while_as_much_is_held_as_may_be_and_nothing_is_read_the_status_goes_on() {
        try (Ingestion ingestion = servers("chosen")) {
            ingestion.peer.subscribe(TOPIC + "#", 1);
            ChildProcess ingestor = ingestion.start(ingestor(ingestion, "5"));
            ingestion.store.pause();
            ingestion.publish("S", 0, 25_000, 1);
            await().atMost(LIMIT).until(() -> ingestion.metric("sensorline_queue_full") == 1);
            JsonNode full = awaitStatus(ingestion.peer, OWN, status -> isStore(status, "down"));
            int count = statuses(ingestion.peer, OWN).size();
            // More than what the client would leave unanswered.
            await().atMost(LIMIT).until(() -> statuses(ingestion.peer, OWN).size() > count + 10);
            ingestion.store.resume();
            awaitStatus(
                    ingestion.peer,
                    OWN,
                    status -> isStore(status, "up") && status.get("written").longValue() == 25_000);
            assertTrue(full.get("written").longValue() < 25_000);
            assertEquals(0, lines(ingestor, "the status is not published"));
            assertEquals(SIGTERM_EXIT, ingestor.terminate());
            awaitStatus(ingestion.peer, OWN, StatusIT::isOffline);
        }
    }

    @Test
    @Needs(Feature.MOSQUITTO)
    void a_broker_that_has_forgotten_everything_is_told_again() {
        try (Ingestion ingestion =
                Ingestion.servers(BrokerSettings.defaults().withPersistence(false), StoreSettings.defaults())) {
            ingestion.start(ingestion.ingestor());
            Instant first =
                    Instant.parse(retained(ingestion, OWN).at("/broker/since").textValue());
            ingestion.broker.stop();
            ingestion.broker.restart();
            JsonNode again = retained(ingestion, OWN);
            assertTrue(Instant.parse(again.at("/broker/since").textValue()).isAfter(first), again::toString);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"chosen", "hivemq"})
    void a_connection_that_is_lost_and_at_once_there_again_is_online_in_the_end(String broker) {
        try (Ingestion ingestion = servers(broker);
                FaultyLink link = FaultyLink.to(ingestion.broker.port())) {
            ingestion.peer.subscribe(TOPIC + "#", 1);
            ingestion.start(ingestor(ingestion, "5").with("MQTT_PORT", link.port()));
            JsonNode first = awaitStatus(ingestion.peer, OWN, StatusIT::isOnline);
            link.cut();
            JsonNode second = awaitStatus(
                    ingestion.peer,
                    OWN,
                    status -> isOnline(status) && !status.get("broker").equals(first.get("broker")));
            // Later than the last will of the first connection.
            awaitStatus(
                    ingestion.peer, OWN, status -> isOnline(status) && isAfter(status, second, Duration.ofSeconds(3)));
            assertTrue(isOnline(retained(ingestion, OWN)));
        }
    }

    @ParameterizedTest
    @MethodSource("brokers")
    void another_process_that_takes_over_the_client_id_leaves_no_false_end(List<String> setting) {
        try (Ingestion ingestion = servers(setting.get(0))) {
            ingestion.peer.subscribe(TOPIC + "#", 1);
            ServiceProcess configured = ingestor(ingestion, setting.get(1));
            ChildProcess first = ingestion.start(configured);
            JsonNode before = awaitStatus(ingestion.peer, OWN, StatusIT::isOnline);
            first.pause(); // Its connection stays open until the other process connects.
            try (ChildProcess second =
                    configured.with("HTTP_PORT", Ports.free()).start()) {
                JsonNode after = awaitStatus(
                        ingestion.peer,
                        OWN,
                        status -> isOnline(status) && !status.get("started").equals(before.get("started")));
                first.kill();
                // Later than the last will of the first one.
                awaitStatus(
                        ingestion.peer,
                        OWN,
                        status -> isOnline(status) && isAfter(status, after, Duration.ofSeconds(3)));
                assertTrue(isOnline(retained(ingestion, OWN)));
                assertEquals(SIGTERM_EXIT, second.terminate());
            }
        }
    }

    @Test
    void each_of_several_ingestors_has_its_own_status() {
        try (Ingestion ingestion = servers("chosen")) {
            ingestion.peer.subscribe(TOPIC + "#", 1);
            List<SharedSubscriber> members = SharedSubscriber.start(ingestion, 2);
            try (ChildProcess odd = ingestor(ingestion, "auto")
                    .with("MQTT_CLIENT_ID", "plant/1 + #2")
                    .with("HTTP_PORT", Ports.free())
                    .start()) {
                awaitStatus(ingestion.peer, TOPIC + "ingestor-0", StatusIT::isOnline);
                awaitStatus(ingestion.peer, TOPIC + "ingestor-1", StatusIT::isOnline);
                JsonNode status = awaitStatus(ingestion.peer, TOPIC + "plant%2F1 %2B %232", StatusIT::isOnline);
                assertEquals("plant/1 + #2", status.get("client").textValue());
                members.get(0).kill();
                awaitStatus(ingestion.peer, TOPIC + "ingestor-0", StatusIT::isOffline);
                assertTrue(isOnline(retained(ingestion, TOPIC + "ingestor-1")));
                assertEquals(SIGTERM_EXIT, odd.terminate());
                awaitStatus(ingestion.peer, TOPIC + "plant%2F1 %2B %232", StatusIT::isOffline);
            } finally {
                members.forEach(SharedSubscriber::close);
            }
        }
    }

    @ParameterizedTest
    // A broker with MQTT 3.1.1 does not say that it refuses a message. Mosquitto 2.0 ends the connection, if its queue
    // has no bound.
    @CsvSource({"5,the broker refuses the message", "3.1.1,the broker has ended 5 connections soon after it"})
    @Needs(Feature.MOSQUITTO)
    void a_broker_that_refuses_it_costs_one_line_and_no_reading(String version, String reason, @TempDir Path directory)
            throws IOException {
        Path acl = Files.write(
                directory.resolve("acl"),
                List.of("topic readwrite sensor/#", "topic readwrite sensorline/session/#", "topic read sensorline/#"));
        try (Ingestion ingestion =
                Ingestion.servers(BrokerSettings.defaults().withLines("acl_file " + acl), StoreSettings.defaults())) {
            ingestion.peer.subscribe(TOPIC + "#", 1);
            ChildProcess ingestor = ingestion.start(ingestor(ingestion, version));
            ingestion.publish("S", 0, 100, 1);
            ingestion.awaitPoints("S", 100);
            ingestor.awaitLine(OWN + ": the status is not published: " + reason, LIMIT);
            Ingestion.pause(Duration.ofSeconds(3));
            ingestion.publish("S", 100, 100, 1);
            ingestion.awaitPoints("S", 200);
            Ingestion.assertReconnected(0, ingestor);
            assertEquals(1, lines(ingestor, "the status is not published"), ingestor.lines()::toString);
            assertEquals(SIGTERM_EXIT, ingestor.terminate());
            assertEquals(List.of(), ingestion.peer.messages());
        }
    }

    @Test
    void without_a_period_there_is_none() {
        try (Ingestion ingestion = servers("chosen")) {
            ingestion.peer.subscribe(TOPIC + "#", 1);
            ChildProcess ingestor = ingestion.start(ingestion.ingestor().with("INGESTOR_STATUS_PERIOD", "0"));
            ingestion.publish("S", 0, 10, 1);
            ingestion.awaitPoints("S", 10);
            ingestor.kill();
            Ingestion.pause(Duration.ofSeconds(2));
            assertEquals(List.of(), ingestion.peer.messages());
        }
    }
}
