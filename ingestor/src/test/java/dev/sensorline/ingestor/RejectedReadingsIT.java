package dev.sensorline.ingestor;

import static dev.sensorline.ingestor.Ingestion.LIMIT;
import static dev.sensorline.ingestor.Ingestion.lines;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.sensorline.servers.BrokerSettings;
import dev.sensorline.servers.ChildProcess;
import dev.sensorline.servers.Feature;
import dev.sensorline.servers.StoreSettings;
import dev.sensorline.servers.junit.Needs;

/** Invalid readings are counted, logged and set aside, and delay no others. */
class RejectedReadingsIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PREFIX = "sensorline/rejected/";

    private static Ingestion ingestion;
    private static ChildProcess ingestor;

    @BeforeAll
    static void start() {
        ingestion = Ingestion.servers(BrokerSettings.defaults(), StoreSettings.defaults());
        ingestor = ingestion.startIngestor();
        ingestion.peer.subscribe(PREFIX + "#", 1);
    }

    @AfterAll
    static void stop() {
        ingestion.close();
    }

    static Stream<Arguments> badPayloads() {
        byte[] noText = {'1', (byte) 0xff, (byte) 0xfe};
        return Stream.of(
                Arguments.of("WORD", "abc".getBytes(UTF_8), "not_a_number"),
                Arguments.of("FLOAT", "1f".getBytes(UTF_8), "not_a_number"),
                Arguments.of("HEX", "0x1p3".getBytes(UTF_8), "not_a_number"),
                Arguments.of("EMPTY", new byte[0], "empty"),
                Arguments.of("NAN", "NaN".getBytes(UTF_8), "not_finite"),
                Arguments.of("INF", "Infinity".getBytes(UTF_8), "not_finite"),
                Arguments.of("HUGE", "1e999".getBytes(UTF_8), "not_finite"),
                Arguments.of("BYTES", noText, "not_utf8"),
                Arguments.of("NOVALUE", "{\"type\":\"temp\"}".getBytes(UTF_8), "no_value"),
                Arguments.of("BROKEN", "{\"value\":".getBytes(UTF_8), "malformed_json"),
                Arguments.of(
                        "DEEP",
                        ("{\"a\":" + "[".repeat(4_000) + "]".repeat(4_000) + "}").getBytes(UTF_8),
                        "malformed_json"),
                Arguments.of("TIME", "{\"value\":1,\"time\":\"now\"}".getBytes(UTF_8), "bad_time"),
                Arguments.of("TAG", "{\"value\":1,\"type\":\"a\\nb\"}".getBytes(UTF_8), "not_a_tag"),
                Arguments.of("LONG", "1".repeat(262_145).getBytes(UTF_8), "too_large"),
                Arguments.of("MEGABYTE", "x".repeat(1_000_000).getBytes(UTF_8), "too_large"));
    }

    @ParameterizedTest
    @MethodSource("badPayloads")
    void an_invalid_reading_is_set_aside_and_counted_and_the_next_one_is_written(
            String name, byte[] payload, String reason) throws Exception {
        String metric = "sensorline_readings_rejected_total{reason=\"" + reason + "\"}";
        double before = ingestion.metric(metric);
        ingestion.peer.publishAsync("sensor/" + name, payload, 1).join();
        ingestion.peer.publish("sensor/" + name, "1", 1);
        ingestion.awaitPoints(name, 1);
        JsonNode aside = awaitAside(name);
        assertEquals("sensor/" + name, aside.get("topic").textValue());
        assertEquals(reason, aside.get("reason").textValue());
        assertEquals(payload.length, aside.get("size").intValue());
        byte[] excerpt = aside.has("payloadBase64")
                ? Base64.getDecoder().decode(aside.get("payloadBase64").textValue())
                : aside.get("payload").textValue().getBytes(UTF_8);
        assertArrayEquals(Arrays.copyOf(payload, Math.min(8_192, payload.length)), excerpt);
        assertEquals(before + 1, ingestion.metric(metric));
        assertEquals(0, ingestion.metric("sensorline_readings_redelivered_total"), "the connection has held");
    }

    @Test
    void a_name_that_line_protocol_cannot_carry_is_set_aside() throws Exception {
        ingestion.peer.publish("sensor/a\\", "1", 1);
        assertEquals("not_a_tag", awaitAside("a\\").get("reason").textValue());
    }

    @Test
    void a_flood_of_invalid_readings_is_one_log_line_and_valid_ones_between_are_written() {
        for (int i = 0; i < 300; i++) {
            ingestion.peer.publishAsync("sensor/FLOOD", "{\"value\":true}".getBytes(UTF_8), 1);
            ingestion.peer.publishAsync("sensor/FLOOD", Integer.toString(i).getBytes(UTF_8), 1);
        }
        ingestion.awaitPoints("FLOOD", 300);
        await().atMost(LIMIT).until(() -> aside("FLOOD").size() == 300);
        // Earlier rejections for the same reason may have been logged.
        assertTrue(lines(ingestor, "Set aside as no_value") <= 2, ingestor.lines()::toString);
    }

    @Test
    void with_a_filter_for_everything_an_invalid_message_is_one_rejection() {
        try (Ingestion other = Ingestion.servers(BrokerSettings.defaults(), StoreSettings.defaults())) {
            other.start(other.ingestor().with("MQTT_TOPICS", "#").with("INGESTOR_STATUS_PERIOD", 0));
            String own = "sensorline_messages_ignored_total{reason=\"own\"}";
            // The retained message in which the ingestor records its subscriptions.
            await().atMost(LIMIT).until(() -> other.metric(own) == 1);
            other.peer.publish("sensor/BAD", "abc", 1);
            await().atMost(LIMIT).until(() -> other.metric(own) == 2);
            other.peer.publish("sensor/GOOD", "1", 1);
            other.awaitPoints("GOOD", 1);
            assertEquals(1, other.metric("sensorline_readings_rejected_total{reason=\"not_a_number\"}"));
            assertEquals(2, other.metric(own));
        }
    }

    @Test
    @Needs(Feature.DATABASES)
    void only_the_invalid_points_of_a_batch_that_influxdb_rejects_are_set_aside() throws Exception {
        try (Ingestion other = Ingestion.servers(BrokerSettings.defaults(), StoreSettings.defaults())) {
            // InfluxDB rejects a batch with points older than the retention policy with 400, and reports their number.
            other.store.query("CREATE RETENTION POLICY hour ON sensors DURATION 1h REPLICATION 1 DEFAULT");
            other.startIngestor();
            other.peer.subscribe(PREFIX + "#", 1);
            long now = System.currentTimeMillis();
            for (int i = 0; i < 100; i++) {
                long time = i % 10 == 3 ? now - 7_200_000 - i : now - i;
                other.peer.publishAsync(
                        "sensor/R",
                        "{\"value\":%d,\"time\":%d}".formatted(i, time).getBytes(UTF_8),
                        1);
            }
            other.awaitPoints("R", 90);
            await().atMost(LIMIT).until(() -> other.peer.received().size() == 10);
            for (String message : other.peer.received()) {
                JsonNode aside = JSON.readTree(message.substring(message.indexOf('{')));
                assertEquals("refused_by_store", aside.get("reason").textValue());
                assertEquals(
                        3,
                        JSON.readTree(aside.get("payload").textValue())
                                        .get("value")
                                        .intValue()
                                % 10);
            }
            assertEquals(10, other.metric("sensorline_readings_rejected_total{reason=\"refused_by_store\"}"));
            assertEquals(90, other.metric("sensorline_points_written_total"));
        }
    }

    private static List<JsonNode> aside(String name) {
        return ingestion.peer.messages().stream()
                .filter(message -> message.topic().equals(PREFIX + "sensor/" + name))
                .map(message -> {
                    try {
                        return JSON.readTree(message.payload());
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .toList();
    }

    private static JsonNode awaitAside(String name) {
        await().atMost(LIMIT).until(() -> !aside(name).isEmpty());
        return aside(name).get(0);
    }
}
