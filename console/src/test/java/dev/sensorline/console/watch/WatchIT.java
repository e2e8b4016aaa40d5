package dev.sensorline.console.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.sensorline.servers.ChildProcess;
import dev.sensorline.servers.MqttBroker;
import dev.sensorline.servers.MqttPeer;
import dev.sensorline.servers.Ports;
import dev.sensorline.servers.ServiceProcess;
import io.restassured.RestAssured;

/** The watch in the running console: what it publishes and logs when sensors, the broker or the console stop. */
class WatchIT {

    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final Duration PERIOD = Duration.ofMillis(500);

    private final MqttBroker broker = MqttBroker.start();
    private final ScheduledExecutorService sensors = Executors.newSingleThreadScheduledExecutor();
    private volatile boolean isSending = true;
    private MqttPeer sensor = MqttPeer.of(broker, "T1");
    private MqttPeer other = MqttPeer.of(broker, "T2");
    private final int port = Ports.free();
    private ChildProcess console = console();

    private ChildProcess console() {
        return ServiceProcess.of("console")
                .with("MQTT_HOST", broker.host())
                .with("MQTT_PORT", broker.port())
                .with("CONSOLE_HISTORY", "none")
                .with("HTTP_PORT", port)
                .start();
    }

    private void send() {
        sensors.scheduleAtFixedRate(
                () -> {
                    if (isSending) {
                        sensor.publishAsync("sensor/T1", "21.5".getBytes(UTF_8), 0);
                    }
                    other.publishAsync("sensor/T2", "21.5".getBytes(UTF_8), 0);
                },
                0,
                PERIOD.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    @AfterEach
    void stop() {
        sensors.shutdownNow();
        console.close();
        sensor.close();
        other.close();
        broker.close();
    }

    @Test
    void a_sensor_that_stops_is_late_then_silent_and_live_again_in_retained_messages() {
        send();
        await().atMost(LIMIT).until(() -> states().equals(Map.of("T1", "live", "T2", "live")));

        isSending = false;
        console.awaitLine("Sensor T1 (topic sensor/T1) is late: no reading for", LIMIT);
        console.awaitLine("Sensor T1 (topic sensor/T1) is silent: no reading for", LIMIT);
        await().atMost(LIMIT).until(() -> states().equals(Map.of("T1", "silent", "T2", "live")));

        isSending = true;
        console.awaitLine("Sensor T1 (topic sensor/T1) sends again after", LIMIT);
        await().atMost(LIMIT).until(() -> states().equals(Map.of("T1", "live", "T2", "live")));
        assertEquals(0, console.countLines("Sensor T2", 0));
    }

    @Test
    void a_broker_that_stands_still_or_restarts_makes_no_sensor_silent() {
        send();
        await().atMost(LIMIT).until(() -> states().equals(Map.of("T1", "live", "T2", "live")));

        broker.pause();
        await().pollDelay(Duration.ofSeconds(5)).until(() -> true);
        broker.resume();
        await().pollDelay(Duration.ofSeconds(5)).until(() -> true);
        broker.stop();
        await().pollDelay(Duration.ofSeconds(5)).until(() -> true);
        broker.restart();
        sensor.close();
        other.close();
        sensor = MqttPeer.of(broker, "T1");
        other = MqttPeer.of(broker, "T2");
        await().atMost(LIMIT).until(() -> states().equals(Map.of("T1", "live", "T2", "live")));

        assertTrue(
                console.lines().stream().noneMatch(line -> line.contains("is late") || line.contains("is silent")),
                () -> String.join("\n", console.lines()));
    }

    @Test
    void a_console_that_starts_again_knows_which_sensors_are_silent() {
        send();
        await().atMost(LIMIT).until(() -> states().equals(Map.of("T1", "live", "T2", "live")));
        isSending = false;
        await().atMost(LIMIT).until(() -> states().equals(Map.of("T1", "silent", "T2", "live")));

        console.close();
        console = console();
        console.awaitLine("started in", LIMIT);
        await().pollDelay(Duration.ofSeconds(5)).until(() -> true);
        assertEquals(Map.of("T1", "silent", "T2", "live"), states());
        assertTrue(
                console.lines().stream().noneMatch(line -> line.contains("is late") || line.contains("is silent")),
                () -> String.join("\n", console.lines()));

        assertEquals(List.of("T2"), names(), "a sensor is in the API after its first reading");

        isSending = true;
        await().atMost(LIMIT).until(() -> states().equals(Map.of("T1", "live", "T2", "live")));
        assertEquals(List.of("T1", "T2"), names());
    }

    private List<String> names() {
        return RestAssured.get("http://127.0.0.1:%d/api/sensors".formatted(port))
                .jsonPath()
                .getList("sensors.name");
    }

    /** The retained states by name of sensor. */
    private Map<String, String> states() {
        try (MqttPeer reader = MqttPeer.of(broker, "reader")) {
            reader.subscribe("sensorline/sensors/+/state", 1);
            await().pollDelay(Duration.ofMillis(300)).until(() -> true);
            Map<String, String> states = new TreeMap<>();
            for (MqttPeer.Received message : List.copyOf(reader.messages())) {
                Remembered.of(message.payload())
                        .ifPresent(remembered ->
                                states.put(remembered.name(), remembered.state().key()));
            }
            return states;
        }
    }
}
