package dev.sensorline.simulator;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.sensorline.servers.BrokerSettings;
import dev.sensorline.servers.ChildProcess;
import dev.sensorline.servers.Feature;
import dev.sensorline.servers.MqttBroker;
import dev.sensorline.servers.MqttPeer;
import dev.sensorline.servers.Ports;
import dev.sensorline.servers.ServiceProcess;
import dev.sensorline.servers.junit.Needs;

/** A sensor from outside: its process, its variables, its log, and the messages that a subscriber receives. */
class SensorIT {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int SIGTERM_EXIT = 128 + 15;
    private static final ObjectMapper JSON = new ObjectMapper();

    private static MqttBroker broker;
    private static MqttPeer peer;

    @BeforeAll
    static void start() {
        broker = MqttBroker.start();
        peer = MqttPeer.of(broker, "peer");
        peer.subscribe("#", 2);
    }

    @AfterAll
    static void stop() {
        peer.close();
        broker.close();
    }

    @ParameterizedTest
    @CsvSource({
        "temperature,temp,25\\.\\d+",
        "pressure,pressure,17[34]\\.\\d+",
        "current,current,0\\.8414709848078965",
        "acceleration,acceleration,0"
    })
    void a_type_publishes_its_first_reading_as_the_lab_does(String type, String typeName, String reading) {
        String name = "FIRST" + type;
        try (ChildProcess sensor =
                sensor(name).with("SIM_TYPE", type).with("SIM_PERIOD", 3600).start()) {
            MqttPeer.Received first = awaitReadings(name, 1).get(0);
            assertTrue(first.text().matches(reading), first.text());
            assertEquals(0, first.qos());
            assertFalse(first.retained());
            sensor.awaitLine("Configuring %s %s 127.0.0.1:%d T=3600".formatted(typeName, name, broker.port()), LIMIT);
            sensor.awaitLine("Client configured!", LIMIT);
            sensor.awaitLine("Connected to 127.0.0.1:" + broker.port(), LIMIT);
            sensor.awaitLine("data published", LIMIT);
        }
    }

    @Test
    void by_default_a_sensor_is_called_sensor_measures_temperature_and_uses_its_name_as_client_id() {
        try (ChildProcess sensor = ServiceProcess.of("simulator")
                .with("SIM_HOST", broker.host())
                .with("SIM_PORT", broker.port())
                .start()) {
            assertTrue(awaitReadings("sensor", 2).get(0).text().startsWith("25."));
            sensor.awaitLine("T=1", LIMIT);
            // p2 is MQTT 3.1.1, c1 a clean session.
            assertTrue(
                    broker.log().stream().anyMatch(line -> line.contains(" as sensor (p2, c1, ")),
                    () -> String.join("\n", broker.log()));
        }
    }

    @Test
    void json_has_type_name_value_and_time() throws Exception {
        long before = System.currentTimeMillis();
        try (ChildProcess sensor = sensor("JSON").with("SIM_FORMAT", "json").start()) {
            JsonNode first = JSON.readTree(awaitReadings("JSON", 1).get(0).payload());
            assertEquals("temp", first.get("type").textValue());
            assertEquals("JSON", first.get("name").textValue());
            assertTrue(first.get("value").doubleValue() >= 25);
            assertTrue(first.get("time").longValue() >= before
                    && first.get("time").longValue() <= System.currentTimeMillis());
        }
    }

    /** The value of acceleration, n², gives the number of a reading, and JSON has the time at which it was due. */
    @Test
    void readings_are_never_early_and_do_not_drift() throws Exception {
        int period = 20;
        int count = 250;
        try (ChildProcess sensor = sensor("STEADY")
                .with("SIM_TYPE", "acceleration")
                .with("SIM_FORMAT", "json")
                .with("SIM_PERIOD", period + "ms")
                .with("SIM_READINGS", count)
                .start()) {
            assertEquals(0, sensor.awaitExit(LIMIT));
        }
        List<Long> lateness = new ArrayList<>();
        long start = 0;
        for (MqttPeer.Received received : awaitReadings("STEADY", count)) {
            JsonNode reading = JSON.readTree(received.payload());
            long time = reading.get("time").longValue();
            long number = Math.round(Math.sqrt(reading.get("value").doubleValue()));
            start = number == 0 ? time : start;
            lateness.add(time - start - number * period);
        }
        // The times in readings are rounded to milliseconds, those of ticks are in nanoseconds.
        assertTrue(Collections.min(lateness) >= -1, lateness::toString);
        // If each period began with the previous reading, the last readings would be late by more than a period.
        assertTrue(Collections.min(lateness.subList(count - 50, count)) < period, lateness::toString);
    }

    @Test
    void after_standing_still_readings_go_on_at_their_times_without_a_burst() throws Exception {
        int period = 50;
        try (ChildProcess sensor = sensor("PAUSED")
                .with("SIM_TYPE", "acceleration")
                .with("SIM_PERIOD", "50ms")
                .start()) {
            awaitReadings("PAUSED", 5);
            sensor.pause();
            long pausedAt = System.nanoTime();
            await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
            int before = readings("PAUSED").size();
            sensor.resume();
            long pausedMillis = (System.nanoTime() - pausedAt) / 1_000_000;
            List<Long> numbers = awaitReadings("PAUSED", before + 10).stream()
                    .map(reading -> Math.round(Math.sqrt(Double.parseDouble(reading.text()))))
                    .toList();
            long missed = 0;
            for (int i = 1; i < numbers.size(); i++) {
                missed += numbers.get(i) - numbers.get(i - 1) - 1;
            }
            // All readings that were due during the pause, except the late one and the one that was in flight.
            assertTrue(missed >= pausedMillis / period - 2, numbers::toString);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void readings_have_the_configured_qos_and_end_after_the_configured_number(int qos) {
        String name = "QOS" + qos;
        try (ChildProcess sensor = sensor(name)
                .with("SIM_QOS", qos)
                .with("SIM_PERIOD", "5ms")
                .with("SIM_READINGS", 20)
                .start()) {
            assertEquals(0, sensor.awaitExit(LIMIT));
            assertEquals(20, published(sensor));
        }
        List<MqttPeer.Received> readings = awaitReadings(name, 20);
        assertEquals(20, readings.size());
        assertTrue(readings.stream().allMatch(reading -> reading.qos() == qos && !reading.retained()));
    }

    @Test
    void a_retained_reading_is_sent_to_later_subscribers() {
        try (ChildProcess sensor = sensor("RETAINED")
                .with("SIM_RETAIN", "true")
                .with("SIM_READINGS", 1)
                .start()) {
            assertEquals(0, sensor.awaitExit(LIMIT));
        }
        try (MqttPeer late = MqttPeer.of(broker, "late")) {
            late.subscribe("sensor/RETAINED", 0);
            await().atMost(LIMIT).until(() -> late.messages().size() == 1);
            assertTrue(late.messages().get(0).retained());
        }
    }

    @Test
    void the_same_seed_gives_the_same_readings_and_another_seed_others() {
        List<String> first = texts("SEED1", "7");
        assertEquals(first, texts("SEED2", "7"));
        assertNotEquals(first, texts("SEED3", "8"));
        assertNotEquals(texts("SEED4", ""), texts("SEED5", ""));
    }

    private static List<String> texts(String name, String seed) {
        try (ChildProcess sensor = sensor(name)
                .with("SIM_SEED", seed)
                .with("SIM_TYPE", "pressure")
                .with("SIM_QOS", 1)
                .with("SIM_PERIOD", "0.25")
                .with("SIM_READINGS", 4)
                .start()) {
            assertEquals(0, sensor.awaitExit(LIMIT));
        }
        return awaitReadings(name, 4).stream().map(MqttPeer.Received::text).toList();
    }

    @Test
    void the_topic_is_configurable() {
        try (ChildProcess sensor =
                sensor("T 1").with("SIM_TOPIC", "plant/7/{name}/value").start()) {
            await().atMost(LIMIT)
                    .until(() -> peer.messages().stream()
                            .anyMatch(message -> message.topic().equals("plant/7/T 1/value")));
        }
    }

    @Test
    void a_sensor_authenticates_and_logs_a_wrong_password_in_one_line(@TempDir Path directory) throws Exception {
        try (MqttBroker locked = MqttBroker.start(BrokerSettings.defaults().withUser("lab", "s e=cret"));
                MqttPeer peer = MqttPeer.of(locked, "peer", "lab", "s e=cret")) {
            peer.subscribe("sensor/#", 0);
            Path file = Files.writeString(directory.resolve("password"), "s e=cret\n");
            try (ChildProcess right = at(locked, "RIGHT")
                            .with("SIM_USERNAME", "lab")
                            .with("SIM_PASSWORD", "s e=cret")
                            .start();
                    ChildProcess fromFile = at(locked, "FILE")
                            .with("SIM_USERNAME", "lab")
                            .with("SIM_PASSWORD_FILE", file)
                            .start();
                    ChildProcess wrong = at(locked, "WRONG")
                            .with("SIM_USERNAME", "lab")
                            .with("SIM_PASSWORD", "wr0ng")
                            .start()) {
                await().atMost(LIMIT)
                        .until(() -> peer.received().stream().anyMatch(m -> m.startsWith("sensor/RIGHT "))
                                && peer.received().stream().anyMatch(m -> m.startsWith("sensor/FILE ")));
                wrong.awaitLine("Is not connected", LIMIT);
                // After several attempts there is still one line.
                await().atMost(LIMIT)
                        .until(() -> locked.log().stream()
                                        .filter(line -> line.contains("Connection Refused: not authorised")
                                                || line.contains("Sending CONNACK to") && line.contains("(0, 5)"))
                                        .count()
                                >= 3);
                assertEquals(
                        1,
                        wrong.lines().stream()
                                .filter(line -> line.contains("Is not connected"))
                                .count());
                for (ChildProcess sensor : List.of(right, fromFile, wrong)) {
                    assertTrue(sensor.lines().stream().noneMatch(l -> l.contains("s e=cret") || l.contains("wr0ng")));
                }
                assertEquals(0, published(wrong));
            }
        }
    }

    @Test
    void a_sensor_waits_for_its_broker_and_logs_one_line() {
        int port = Ports.free();
        try (ChildProcess sensor = sensor("EARLY")
                .with("SIM_PORT", port)
                .with("SIM_TYPE", "acceleration")
                .start()) {
            sensor.awaitLine("Is not connected", LIMIT);
            try (MqttBroker late = MqttBroker.start(BrokerSettings.defaults(), port);
                    MqttPeer peer = MqttPeer.of(late, "peer")) {
                peer.subscribe("sensor/EARLY", 0);
                sensor.awaitLine("Connected to", LIMIT);
                sensor.awaitLine("data published", LIMIT);
                assertLogged(1, sensor, "Is not connected");
                assertEquals(0, lines(sensor, "Exception"));
            }
        }
    }

    @Test
    void at_qos_0_readings_due_while_the_broker_is_away_are_skipped_and_counted() {
        try (MqttBroker restarted = MqttBroker.start();
                ChildProcess sensor =
                        at(restarted, "SKIPPED").with("SIM_PERIOD", "20ms").start()) {
            awaitPublished(sensor, 10);
            restarted.kill();
            sensor.awaitLine("Readings are skipped", LIMIT);
            restarted.restart();
            String line = sensor.awaitLine("Readings are published again, 0 were kept and ", LIMIT);
            assertTrue(number(line, "and (\\d+) lost") > 0, line);
            awaitPublished(sensor, published(sensor) + 10);
            assertLogged(1, sensor, "Is not connected");
            assertLogged(2, sensor, "Connected to");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void at_qos_1_and_2_readings_due_while_the_broker_is_away_are_kept(int qos) {
        keptWhileTheBrokerIsAway(qos);
    }

    @Test
    @Needs(Feature.EXACTLY_ONCE_OVER_A_RESTART)
    void at_qos_2_they_arrive_exactly_once() {
        List<String> received = keptWhileTheBrokerIsAway(2);
        assertEquals(received.stream().distinct().count(), received.size());
    }

    private static List<String> keptWhileTheBrokerIsAway(int qos) {
        // Mosquitto 2.0.11 sometimes keeps back what goes to a subscriber at QoS 2 beyond its in-flight window.
        try (MqttBroker restarted = MqttBroker.start(BrokerSettings.defaults().withMaxInflight(0));
                MqttPeer peer = MqttPeer.of(restarted, "peer")) {
            peer.subscribe("sensor/KEPT", 2);
            int count = 150;
            try (ChildProcess sensor = at(restarted, "KEPT")
                    .with("SIM_TYPE", "current")
                    .with("SIM_QOS", qos)
                    .with("SIM_PERIOD", "20ms")
                    .with("SIM_READINGS", count)
                    .start()) {
                awaitPublished(sensor, 10);
                restarted.stop();
                sensor.awaitLine("Readings are kept", LIMIT);
                restarted.restart();
                sensor.awaitLine("Readings are published again", LIMIT);
                assertEquals(0, sensor.awaitExit(LIMIT));
            }
            // The sines of two different numbers are different.
            await().atMost(LIMIT)
                    .until(() -> peer.received().stream().distinct().count() == count);
            return peer.received();
        }
    }

    @Test
    void of_more_readings_than_the_queue_holds_the_oldest_are_lost_and_counted() {
        try (MqttBroker restarted = MqttBroker.start();
                ChildProcess sensor = at(restarted, "BOUNDED")
                        .with("SIM_QOS", 1)
                        .with("SIM_QUEUE", 5)
                        .with("SIM_TYPE", "acceleration")
                        .with("SIM_PERIOD", "10ms")
                        .start()) {
            awaitPublished(sensor, 10);
            restarted.stop();
            sensor.awaitLine("Readings are kept, the last 5", LIMIT);
            await().pollDelay(Duration.ofMillis(500)).until(() -> true);
            restarted.restart();
            String line = sensor.awaitLine("Readings are published again", LIMIT);
            assertEquals(5, number(line, "again, (\\d+) were kept"), line);
            assertTrue(number(line, "and (\\d+) lost") >= 20, line);
        }
    }

    @Test
    void sigterm_disconnects_and_ends_the_sensor() {
        try (ChildProcess sensor = sensor("TERMINATED").start()) {
            awaitReadings("TERMINATED", 1);
            int exit = sensor.terminate();
            assertTrue(exit == 0 || exit == SIGTERM_EXIT, "exit code " + exit);
            sensor.awaitLine("Disconnected from", LIMIT);
            assertEquals(0, lines(sensor, "Exception"));
            await().atMost(LIMIT)
                    .until(() -> broker.log().stream()
                            .anyMatch(line -> line.contains("Received DISCONNECT from TERMINATED")));
        }
    }

    @Test
    void a_log_that_nobody_reads_holds_up_neither_readings_nor_sigterm(@TempDir Path directory) {
        try (ChildProcess sensor = sensor("UNREAD")
                .with("SIM_PERIOD", "5ms")
                .withFullOutput(directory.resolve("pipe"))
                .start()) {
            awaitReadings("UNREAD", 200);
            int exit = sensor.terminate();
            assertTrue(exit == 0 || exit == SIGTERM_EXIT, "exit code " + exit);
            await().atMost(LIMIT)
                    .until(() ->
                            broker.log().stream().anyMatch(line -> line.contains("Received DISCONNECT from UNREAD")));
        }
    }

    @Test
    void the_log_is_json_if_it_is_configured_so() throws Exception {
        try (ChildProcess sensor = sensor("JSONLOG")
                .with("LOG_FORMAT", "json")
                .with("SIM_READINGS", 1)
                .start()) {
            assertEquals(0, sensor.awaitExit(LIMIT));
            List<String> messages = new ArrayList<>();
            for (String line : sensor.lines()) {
                messages.add(JSON.readTree(line).get("message").textValue());
            }
            assertTrue(messages.contains("data published"), messages::toString);
        }
    }

    @Test
    void sigterm_ends_a_sensor_that_waits_for_its_broker() {
        try (ChildProcess sensor =
                sensor("LONELY").with("SIM_PORT", Ports.free()).start()) {
            sensor.awaitLine("Is not connected", LIMIT);
            int exit = sensor.terminate();
            assertTrue(exit == 0 || exit == SIGTERM_EXIT, "exit code " + exit);
        }
    }

    /** All other variables: VariablesTest. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"SIM_PERIOD|0|from 0.001", "SIM_PASSWORD_FILE|/nowhere/password|can be read"})
    void an_invalid_variable_is_reported_in_one_line_and_nothing_is_published(
            String variable, String value, String allowed) {
        int before = peer.messages().size();
        try (ChildProcess sensor = sensor("WRONG").with(variable, value).start()) {
            assertEquals(2, sensor.awaitExit(LIMIT));
            assertEquals(1, sensor.lines().size(), sensor.lines()::toString);
            String line = sensor.lines().get(0);
            assertTrue(line.startsWith(variable + "=" + value + ": must"), line);
            assertTrue(line.contains(allowed), line);
        }
        peer.publish("probe/" + variable, value, 1);
        await().atMost(LIMIT).until(() -> peer.messages().size() > before);
        assertTrue(peer.messages().subList(before, peer.messages().size()).stream()
                .allMatch(message -> message.topic().startsWith("probe/")));
    }

    /** A mount of a file that does not exist creates a directory, as for a seventh sensor of six on Kubernetes. */
    @Test
    void a_directory_in_place_of_the_settings_file_is_reported_in_one_line(@TempDir Path directory) throws Exception {
        Files.createDirectories(directory.resolve("config/application.properties"));
        try (ChildProcess sensor = ServiceProcess.of("simulator")
                .in(directory)
                .with("SIM_HOST", broker.host())
                .with("SIM_PORT", broker.port())
                .start()) {
            assertEquals(2, sensor.awaitExit(LIMIT));
            assertEquals(1, sensor.lines().size(), sensor.lines()::toString);
            assertTrue(
                    sensor.lines().get(0).startsWith("config/application.properties: is a directory, must be a file"),
                    sensor.lines()::toString);
        }
    }

    private static ServiceProcess sensor(String name) {
        return at(broker, name);
    }

    private static ServiceProcess at(MqttBroker broker, String name) {
        return ServiceProcess.of("simulator")
                .with("SIM_HOST", broker.host())
                .with("SIM_PORT", broker.port())
                .with("SIM_NAME", name);
    }

    private static List<MqttPeer.Received> readings(String name) {
        return peer.messages().stream()
                .filter(message -> message.topic().equals("sensor/" + name))
                .toList();
    }

    private static List<MqttPeer.Received> awaitReadings(String name, int count) {
        await().atMost(LIMIT).until(() -> readings(name).size() >= count);
        return readings(name);
    }

    private static void awaitPublished(ChildProcess sensor, long count) {
        await().atMost(LIMIT).until(() -> published(sensor) >= count);
    }

    private static long published(ChildProcess sensor) {
        return lines(sensor, "data published");
    }

    private static long lines(ChildProcess process, String part) {
        return process.countLines(part, 0);
    }

    /** Asserts how many lines contain a text; those that are still to come are waited for. */
    private static void assertLogged(long count, ChildProcess process, String part) {
        assertEquals(count, process.countLines(part, count), process.lines()::toString);
    }

    private static long number(String line, String pattern) {
        var matcher = java.util.regex.Pattern.compile(pattern).matcher(line);
        assertTrue(matcher.find(), line);
        return Long.parseLong(matcher.group(1));
    }
}
