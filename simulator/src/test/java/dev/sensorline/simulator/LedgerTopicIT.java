package dev.sensorline.simulator;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.sensorline.servers.ChildProcess;
import dev.sensorline.servers.Feature;
import dev.sensorline.servers.MqttBroker;
import dev.sensorline.servers.MqttPeer;
import dev.sensorline.servers.PointStore;
import dev.sensorline.servers.ServiceProcess;
import dev.sensorline.servers.junit.Needs;

/** A fleet that publishes its ledger, a recorder of that topic, and the command verify on the recording. */
@Needs(Feature.INFLUXDB)
class LedgerTopicIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** Payloads are points as they are stored. */
    private static final String FLEET = """
            seed: 5
            groups:
              hall:
                name: press-{n}
                count: 20
                period: 100ms
                qos: 1
                topic: line/{name}
                format: line
                waveform: {gaussian: {mean: 21, deviation: 2}}
                decimals: 2
                faults: [dropout: {rate: 0.05}, spike: {rate: 0.05, by: 50}, late: {rate: 0.05, by: 500ms}]
            """;

    @TempDir
    private Path directory;

    private static Stream<MqttPeer.Received> messages(MqttPeer peer, String topic) {
        return peer.messages().stream().filter(message -> message.topic().startsWith(topic));
    }

    private ChildProcess verify(PointStore store, Path recording) {
        return ServiceProcess.of("simulator")
                .withArguments("verify", "--ledger", recording.toString(), "--influx", store.url())
                .start();
    }

    @Test
    void what_was_recorded_from_the_topic_explains_each_point_and_each_gap() throws IOException {
        Path file = Files.writeString(directory.resolve("fleet.yaml"), FLEET);
        try (MqttBroker broker = MqttBroker.start();
                PointStore store = PointStore.start();
                MqttPeer recorder = MqttPeer.of(broker, "recorder");
                MqttPeer ingestor = MqttPeer.of(broker, "ingestor")) {
            recorder.subscribe("fleet/ledger", 1);
            ingestor.subscribe("line/+", 1);
            try (ChildProcess process = ServiceProcess.of("simulator")
                    .with("SIM_HOST", broker.host())
                    .with("SIM_PORT", broker.port())
                    .with("SIM_FILE", file)
                    .with("SIM_READINGS", 40)
                    .with("SIM_LEDGER", "topic:fleet/ledger")
                    .start()) {
                assertEquals(0, process.awaitExit(LIMIT), () -> String.join("\n", process.lines()));
            }
            // The last message has only the end, and is small.
            await().atMost(LIMIT)
                    .until(() -> messages(recorder, "fleet/ledger").count() > 3
                            && messages(recorder, "fleet/ledger")
                                            .reduce((first, second) -> second)
                                            .orElseThrow()
                                            .payload()
                                            .length
                                    < 50);
            ByteArrayOutputStream recorded = new ByteArrayOutputStream();
            messages(recorder, "fleet/ledger").forEach(message -> {
                assertEquals(1, message.qos());
                recorded.writeBytes(message.payload());
                recorded.write('\n'); // As mosquitto_sub does.
            });
            store.write(messages(ingestor, "line/").map(MqttPeer.Received::text).collect(Collectors.joining("\n")));
            Path recording = Files.write(directory.resolve("run.ledger"), recorded.toByteArray());
            try (ChildProcess process = verify(store, recording)) {
                assertEquals(0, process.awaitExit(LIMIT), () -> String.join("\n", process.lines()));
                List<String> lines = process.lines();
                assertTrue(lines.get(0).startsWith("Ledger of 800 readings from "), lines::toString);
                assertTrue(lines.get(0).endsWith(", complete"), lines::toString);
                assertTrue(lines.stream().anyMatch(line -> line.endsWith("  not sent: dropout")), lines::toString);
                assertTrue(lines.contains("Unexplained: 0 points, 0 gaps"), lines::toString);
            }
            store.query("DELETE FROM sensor WHERE \"name\" = 'press-7'");
            try (ChildProcess process = verify(store, recording)) {
                assertEquals(1, process.awaitExit(LIMIT), () -> String.join("\n", process.lines()));
            }
        }
    }

    @Test
    void a_recording_that_misses_a_message_is_one_line() throws IOException {
        Path file = Files.writeString(directory.resolve("fleet.yaml"), FLEET);
        try (MqttBroker broker = MqttBroker.start();
                MqttPeer recorder = MqttPeer.of(broker, "recorder")) {
            recorder.subscribe("fleet/ledger", 1);
            try (ChildProcess process = ServiceProcess.of("simulator")
                    .with("SIM_HOST", broker.host())
                    .with("SIM_PORT", broker.port())
                    .with("SIM_FILE", file)
                    .with("SIM_LEDGER", "topic:fleet/ledger")
                    .start()) {
                await().atMost(LIMIT)
                        .until(() -> messages(recorder, "fleet/ledger").count() >= 3);
                process.terminate();
            }
            ByteArrayOutputStream recorded = new ByteArrayOutputStream();
            messages(recorder, "fleet/ledger").skip(1).forEach(message -> recorded.writeBytes(message.payload()));
            Path recording = Files.write(directory.resolve("run.ledger"), recorded.toByteArray());
            try (ChildProcess process = ServiceProcess.of("simulator")
                    .withArguments("verify", "--ledger", recording.toString(), "--influx", "http://127.0.0.1:1")
                    .start()) {
                assertEquals(2, process.awaitExit(LIMIT));
                assertEquals(
                        List.of("--ledger=%s: begins with part 1: the recording must begin before the run"
                                .formatted(recording)),
                        process.lines());
            }
        }
    }
}
