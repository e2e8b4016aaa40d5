package dev.sensorline.ingestor;

import static dev.sensorline.ingestor.Ingestion.LIMIT;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

import org.eclipse.tahu.protobuf.SparkplugBProto;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import com.google.protobuf.InvalidProtocolBufferException;

import dev.sensorline.servers.BrokerSettings;
import dev.sensorline.servers.ChildProcess;
import dev.sensorline.servers.MqttPeer;
import dev.sensorline.servers.Ports;
import dev.sensorline.servers.ServiceProcess;
import dev.sensorline.servers.StoreSettings;

/** Topics and payloads become points by the rules, from variables and from a file. */
@Execution(ExecutionMode.CONCURRENT)
class RulesIT {

    private Ingestion ingestion;

    private ServiceProcess ingestor() {
        ingestion = Ingestion.servers(BrokerSettings.defaults(), StoreSettings.defaults());
        return ingestion.ingestor();
    }

    @AfterEach
    void stop() {
        if (ingestion != null) {
            ingestion.close();
        }
    }

    private void start(ServiceProcess configured) {
        ingestion.start(configured);
    }

    @Test
    void a_topic_filter_names_levels_that_become_tags() {
        start(ingestor().with("MQTT_TOPICS", "plant/{site}/{line}/{name}, sensor/+"));
        ingestion.peer.publish("plant/north/7/T1", "{\"value\":21.5,\"type\":\"temp\",\"time\":1700000000123}", 1);
        ingestion.peer.publish("sensor/A", "1", 1);
        ingestion.awaitPoints("A", 1);
        ingestion.awaitPoints("T1", 1);
        assertTrue(rows("sensor", "line::tag", "name::tag", "site::tag", "type::tag", "value")
                .contains("1700000000123000000 7 T1 north temp 21.5"));
    }

    @Test
    void what_devices_send_is_read_as_its_rules_say() {
        start(ingestor()
                .with("MQTT_TOPICS", "")
                .with("INGESTOR_MAX_PAYLOAD_BYTES", "20000")
                .with("INGESTOR_RULES_UP_TOPIC", "gw/{name}/up")
                .with("INGESTOR_RULES_UP_FIELDS", "temp:quantity?=/t, door:bit?=/d")
                .with("INGESTOR_RULES_UP_TIME", "/at")
                .with("INGESTOR_RULES_UP_TIME_UNIT", "iso8601")
                .with("INGESTOR_RULES_UP_TIME_ZONE", "Europe/Berlin")
                .with("INGESTOR_RULES_UP_WHEN", "/type:uplink")
                .with("INGESTOR_RULES_DAY_TOPIC", "gw/{name}/day")
                .with("INGESTOR_RULES_DAY_FIELDS", "kwh:quantity")
                .with("INGESTOR_RULES_DAY_DECIMAL", "comma")
                .with("INGESTOR_RULES_DROP_TOPIC", "gw/+/day/debug")
                .with("INGESTOR_RULES_DROP_IGNORE", "true")
                .with("INGESTOR_RULES_FORM_TOPIC", "plc/{name}")
                .with("INGESTOR_RULES_FORM_TIME", "/at")
                .with("INGESTOR_RULES_FORM_TIME_FORMAT", "d MMM yyyy HH:mm:ss")
                .with("INGESTOR_RULES_FORM_TIME_ZONE", "America/New_York"));
        String uplink = "{\"type\":\"uplink\",\"t\":\"20.6 °C\",\"d\":\"OPEN\",\"at\":\"2023-01-10 22:55:31\"%s}\0";
        ingestion.peer.publish("gw/A/up", "{\"type\":\"join\"}", 1);
        ingestion.peer.publish("gw/A/up", uplink.formatted(",\"x\":\"" + "x".repeat(30_000) + "\""), 1);
        ingestion.peer.publish("gw/A/up", uplink.formatted(",\"x\":\"" + "x".repeat(10_000) + "\""), 1);
        ingestion.peer.publish("gw/A/day", "\"20,6 kWh\"", 1);
        ingestion.peer.publish("plc/P", "{\"value\":1,\"at\":\"10 Jul 2023 22:55:31\"}", 1);
        ingestion.awaitPoints("P", 1);
        assertEquals(
                List.of("1673387731000000000 1 null A 20.6"),
                rows("sensor", "door", "kwh", "name::tag", "temp").stream()
                        .filter(row -> row.startsWith("1673387731"))
                        .toList());
        assertTrue(rows("sensor", "kwh", "name::tag").stream().anyMatch(row -> row.endsWith(" 20.6 A")));
        assertTrue(rows("sensor", "name::tag", "value").contains("1689044131000000000 P 1"));
        assertEquals(1, ingestion.metric("sensorline_messages_ignored_total{reason=\"when\"}"));
        assertEquals(1, ingestion.metric("sensorline_readings_rejected_total{reason=\"too_large\"}"));
    }

    @Test
    void rules_come_from_variables() {
        start(ingestor()
                .with("MQTT_TOPICS", "")
                .with("INGESTOR_RULES_WEATHER_TOPIC", "weather/{station}/up")
                .with("INGESTOR_RULES_WEATHER_MEASUREMENT", "weather")
                .with("INGESTOR_RULES_WEATHER_FIELDS", "temp=/env/temp, Hum:integer=/env/hum, sky:string, rain:boolean")
                .with("INGESTOR_RULES_WEATHER_TAGS", "country=de, channel=/ch")
                .with("INGESTOR_RULES_WEATHER_TIME", "/at")
                .with("INGESTOR_RULES_WEATHER_TIME_UNIT", "s"));
        ingestion.peer.publish(
                "weather/S1/up",
                "{\"at\":1700000000.5,\"ch\":3,\"env\":{\"temp\":21,\"hum\":40},\"sky\":\"a \\\"b\\\"\",\"rain\":false}",
                1);
        ingestion.peer.publish("weather/S1/up", "{\"at\":1700000001,\"ch\":3,\"env\":{\"hum\":41},\"sky\":null}", 1);
        awaitRows(2, "weather", "Hum");
        assertEquals(
                List.of("1700000000500000000 40 3 de a \"b\" S1 21", "1700000001000000000 41 3 de null S1 null"),
                rows("weather", "Hum", "channel::tag", "country::tag", "sky", "station::tag", "temp"));
        assertEquals("1700000000500000000 false", rows("weather", "rain").get(0));
        assertEquals(
                List.of("Hum integer", "rain boolean", "sky string", "temp float"), ingestion.store.fields("weather"));
    }

    @Test
    void rules_come_from_a_file_and_the_narrowest_filter_decides(@TempDir Path directory) throws IOException {
        write(directory, """
                ingestor.rules.all.topic=plant/#
                ingestor.rules.all.measurement=other
                ingestor.rules.kinds.topic=plant/{site}/{kind}/{name}
                ingestor.rules.kinds.measurement={kind}
                ingestor.rules.door.topic=plant/{site}/door/{name}
                ingestor.rules.door.measurement=door
                ingestor.rules.door.fields=open:boolean
                """);
        start(ingestor().in(directory).with("INGESTOR_RULES_DOOR_TAGS", "country=de"));
        ingestion.peer.publish("plant/north/x", "1", 1);
        ingestion.peer.publish("plant/north/temp/T1", "2", 1);
        ingestion.peer.publish("plant/north/door/D1", "true", 1);
        ingestion.peer.publish("sensor/A", "3", 1);
        ingestion.awaitPoints("A", 1);
        awaitRows(1, "door", "open");
        assertEquals(List.of("x 1"), untimed("other", "name::tag", "value"));
        assertEquals(List.of("T1 north 2"), untimed("temp", "name::tag", "site::tag", "value"));
        assertEquals(List.of("de D1 true north"), untimed("door", "country::tag", "name::tag", "open", "site::tag"));
        // Each reading arrived once, although three filters match its topic.
        assertEquals(4, ingestion.metric("sensorline_readings_received_total"));
    }

    @Test
    void a_message_of_several_points_is_stored_except_for_invalid_elements_and_bounded() {
        start(ingestor()
                .with("MQTT_TOPICS", "sensor/+")
                .with("INGESTOR_MAX_POINTS", "3")
                .with("INGESTOR_RULES_GATEWAY_TOPIC", "gateway/{gw}/up")
                .with("INGESTOR_RULES_GATEWAY_MEASUREMENT", "gateway")
                .with("INGESTOR_RULES_GATEWAY_FIELDS", "value=/values/{v}/x")
                .with("INGESTOR_RULES_GATEWAY_TAGS", "id={v}, site=/site"));
        ingestion.peer.publish("gateway/G/up", "{\"values\":[{\"x\":1},{\"x\":\"?\"},{\"x\":3}],\"site\":\"N\"}", 1);
        ingestion.peer.publish("gateway/G/up", "{\"values\":[{\"x\":1},{\"x\":1},{\"x\":1},{\"x\":1}]}", 1);
        ingestion.peer.publish("gateway/G/up", "{\"values\":[]}", 1);
        ingestion.peer.publish("sensor/A", "[{\"value\":1},{\"value\":2}]", 1);
        ingestion.awaitPoints("A", 2);
        awaitRows(2, "gateway", "value");
        assertEquals(List.of("G 0 N 1", "G 2 N 3"), untimed("gateway", "gw::tag", "id::tag", "site::tag", "value"));
        assertEquals(4, ingestion.metric("sensorline_points_decoded_total"));
        assertEquals(4, ingestion.metric("sensorline_readings_received_total"));
        assertEquals(1, ingestion.metric("sensorline_readings_rejected_total{reason=\"not_a_number\"}"));
        assertEquals(1, ingestion.metric("sensorline_readings_rejected_total{reason=\"too_many_points\"}"));
        assertEquals(1, ingestion.metric("sensorline_messages_ignored_total{reason=\"empty\"}"));
    }

    @Test
    void filters_behind_a_share_are_matched_without_it() {
        start(ingestor()
                .with("MQTT_TOPICS", "$share/lab/plant/{site}/{name}")
                .with("INGESTOR_RULES_DOOR_TOPIC", "$share/lab/door/{name}")
                .with("INGESTOR_RULES_DOOR_FIELDS", "open:boolean"));
        ingestion.peer.publish("plant/north/T1", "1", 1);
        ingestion.peer.publish("door/D1", "true", 1);
        await().atMost(LIMIT).until(() -> untimed("sensor", "name::tag", "open").contains("D1 true"));
        await().atMost(LIMIT)
                .until(() ->
                        untimed("sensor", "name::tag", "site::tag", "value").contains("T1 north 1"));
    }

    @Test
    void a_reading_that_contradicts_its_rule_is_set_aside_and_the_next_one_is_written() {
        start(ingestor()
                .with("INGESTOR_RULES_W_TOPIC", "w/{name}")
                .with("INGESTOR_RULES_W_FIELDS", "a:integer, b:integer"));
        for (String payload : List.of("5", "{\"a\":1.5}", "{\"c\":1}", "[1]", "{\"a\":{}}")) {
            ingestion.peer.publish("w/W1", payload, 1);
        }
        ingestion.peer.publish("w/W1", "{\"b\":1}", 1);
        awaitRows(1, "sensor", "b");
        assertEquals(4, ingestion.metric("sensorline_readings_rejected_total{reason=\"no_value\"}"));
        assertEquals(1, ingestion.metric("sensorline_readings_rejected_total{reason=\"not_a_number\"}"));
    }

    @Test
    void an_edge_node_of_sparkplug_without_a_birth_is_asked_for_it_and_its_aliases_are_known_afterwards() {
        start(ingestor()
                .with("INGESTOR_RULES_PLANT_TOPIC", "spBv1.0/#")
                .with("INGESTOR_RULES_PLANT_FORMAT", "sparkplug"));
        ingestion.peer.subscribe("spBv1.0/+/NCMD/+", 0);
        publish("DDATA/N/D", 5, metric -> metric.setAlias(2).setDoubleValue(1));
        publish("DDATA/N/D", 6, metric -> metric.setAlias(2).setDoubleValue(2));
        await().atMost(LIMIT).until(() -> ingestion.peer.messages().size() == 1);
        MqttPeer.Received command = ingestion.peer.messages().get(0);
        assertEquals("spBv1.0/G/NCMD/N", command.topic());
        SparkplugBProto.Payload.Metric rebirth = payload(command.payload()).getMetrics(0);
        assertEquals("Node Control/Rebirth", rebirth.getName());
        assertTrue(rebirth.getBooleanValue());

        publish("NBIRTH/N", 0, metric -> metric.setName("bdSeq").setDatatype(8).setLongValue(0));
        publish(
                "DBIRTH/N/D",
                1,
                metric -> metric.setName("temp").setAlias(2).setDatatype(10).setDoubleValue(20));
        publish("DDATA/N/D", 2, metric -> metric.setAlias(2).setDoubleValue(21.5));
        awaitRows(2, "sensor", "value");
        assertEquals(
                List.of("1700000000001000000 D G temp N 20", "1700000000002000000 D G temp N 21.5"),
                rows("sensor", "device::tag", "group::tag", "name::tag", "node::tag", "value"));
        assertEquals(2, ingestion.metric("sensorline_readings_rejected_total{reason=\"no_birth\"}"));
        assertEquals(2, ingestion.metric("sensorline_sparkplug_metrics_unknown_total"));
        assertEquals(1, ingestion.metric("sensorline_sparkplug_rebirths_requested_total"));
        assertEquals(0, ingestion.metric("sensorline_sparkplug_rebirths_unsent_total"));
    }

    private void publish(String topic, long sequence, UnaryOperator<SparkplugBProto.Payload.Metric.Builder> metric) {
        byte[] payload = SparkplugBProto.Payload.newBuilder()
                .setTimestamp(1_700_000_000_000L + sequence)
                .setSeq(sequence)
                .addMetrics(metric.apply(SparkplugBProto.Payload.Metric.newBuilder()))
                .build()
                .toByteArray();
        ingestion.peer.publishAsync("spBv1.0/G/" + topic, payload, 1).join();
    }

    private static SparkplugBProto.Payload payload(byte[] bytes) {
        try {
            return SparkplugBProto.Payload.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    /** All other invalid rules: ConfiguredRulesTest. */
    @Test
    void an_invalid_rule_is_one_line_that_names_its_variable() {
        try (ChildProcess ingestor = unconnected()
                .with("INGESTOR_RULES_A_TOPIC", "x/{a}")
                .with("INGESTOR_RULES_A_TIME", "at")
                .start()) {
            assertRefused(ingestor, "INGESTOR_RULES_A_TIME=at: must be a JSON pointer");
        }
    }

    @Test
    void an_invalid_rule_of_a_file_is_one_line_that_names_its_property(@TempDir Path directory) throws IOException {
        write(directory, "ingestor.rules.a.topic=x/y\ningestor.rules.a.fields=b:number");
        try (ChildProcess ingestor = unconnected().in(directory).start()) {
            assertRefused(ingestor, "ingestor.rules.a.fields=b:number: must have fields of type");
        }
    }

    private static ServiceProcess unconnected() {
        return ServiceProcess.of("ingestor").with("MQTT_PORT", Ports.free()).with("HTTP_PORT", Ports.free());
    }

    private static void write(Path directory, String settings) throws IOException {
        Files.writeString(
                Files.createDirectory(directory.resolve("config")).resolve("application.properties"), settings);
    }

    private static void assertRefused(ChildProcess ingestor, String line) {
        assertEquals(2, ingestor.awaitExit(LIMIT), ingestor.lines()::toString);
        assertEquals(1, ingestor.lines().size(), ingestor.lines()::toString);
        assertTrue(ingestor.lines().get(0).startsWith(line), ingestor.lines()::toString);
    }

    private void awaitRows(int count, String measurement, String... columns) {
        await(measurement).atMost(LIMIT).until(() -> rows(measurement, columns).size() == count);
    }

    private List<String> rows(String measurement, String... columns) {
        return ingestion.store.rows(measurement, columns);
    }

    private List<String> untimed(String measurement, String... columns) {
        return rows(measurement, columns).stream()
                .map(row -> row.substring(row.indexOf(' ') + 1))
                .toList();
    }
}
