package dev.sensorline.ingestor;

import static dev.sensorline.ingestor.Ingestion.LIMIT;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.sensorline.servers.BrokerSettings;
import dev.sensorline.servers.ChildProcess;
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "A_TOPIC=x/{a}|A_TIME=at|A_TIME=at: must be a JSON pointer",
                "A_TOPIC=x/{a}|A_TIME_UNIT=h|A_TIME_UNIT=h: must be s, ms, us, ns or rfc3339",
                "A_TOPIC=x/{a}|A_TIME_UNIT=s|A_TIME_UNIT=s: must not be set without the time",
                "A_TOPIC=x/{a}/#/b|A_TIME=/t|A_TOPIC=x/{a}/#/b: must be a topic filter",
                "A_TOPIC=x/{a}|A_FIELDS=b=/b, c:number=/c|A_FIELDS=b=/b, c:number=/c: must have fields of type float",
                "A_TOPIC=x/{a}|A_FIELDS=b, b=/c|A_FIELDS=b, b=/c: must not define the field 'b' twice",
                "A_TOPIC=x/{a}|A_TAGS=b=1, b=2|A_TAGS=b=1, b=2: must not define the tag 'b' twice",
                "A_TOPIC=x/{a}|A_TAGS=a=1|A_TAGS=a=1: must not define the tag 'a', which is a level of x/{a}",
                "A_TOPIC=x/{a}|A_MEASUREMENT={b}|A_MEASUREMENT={b}: must name a level of the topic filter, but x/{a} has no level {b}",
                "A_TOPIC=sensor/{a}|A_TIME=/t|A_TOPIC=sensor/{a}: must not match the same topics as MQTT_TOPICS=sensor/+",
                "A_TOPIC=x/+/{b}|B_TOPIC=+/{a}/y|B_TOPIC=+/{a}/y: must not match what INGESTOR_RULES_A_TOPIC=x/+/{b} matches, such as "
                        + "x/…/y",
                "A_TOPIC=$share/g/x/{b}|B_TOPIC=x/#|B_TOPIC=x/#: must not match what INGESTOR_RULES_A_TOPIC=$share/g/x/{b} matches",
                "A_TOPIC=x/{b}|A_FIELDS=value:integer|A_FIELDS=value:integer: must not make 'value' a field, integer, which "
                        + "MQTT_TOPICS=sensor/+ makes a field, float",
                "A_TOPIC=x/{b}|A_FIELD=value|A_FIELD: must be INGESTOR_RULES_<NAME>_TOPIC",
                "A_B_TOPIC=x/{b}|A_TOPIC=x/y|A_B_TOPIC: must be INGESTOR_RULES_<NAME>_TOPIC"
            })
    void invalid_rules_are_one_line_that_names_them(String one, String other, String line) {
        ServiceProcess service =
                ServiceProcess.of("ingestor").with("MQTT_PORT", Ports.free()).with("HTTP_PORT", Ports.free());
        for (String setting : List.of(one, other)) {
            String[] parts = setting.split("=", 2);
            service.with("INGESTOR_RULES_" + parts[0], parts[1]);
        }
        try (ChildProcess ingestor = service.start()) {
            assertRefused(ingestor, "INGESTOR_RULES_" + line);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ingestor.rules.a.fields=b:number|ingestor.rules.a.fields=b:number: must have fields of type",
                "ingestor.rules.a.topics=b|ingestor.rules.a.topics: must not be set",
                "ingestor.rules.a-b.topic=y|ingestor.rules.a-b.topic: must have a rule's name of",
                "ingestor.rules.b.topic=sensor/{x}|ingestor.rules.b.topic=sensor/{x}: must not match the same topics as MQTT_TOPICS=sensor/+"
            })
    void invalid_rules_of_a_file_are_named_by_their_properties(String setting, String line, @TempDir Path directory)
            throws IOException {
        write(directory, "ingestor.rules.a.topic=x/y\n" + setting);
        try (ChildProcess ingestor = ServiceProcess.of("ingestor")
                .with("MQTT_PORT", Ports.free())
                .with("HTTP_PORT", Ports.free())
                .in(directory)
                .start()) {
            assertRefused(ingestor, line);
        }
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
