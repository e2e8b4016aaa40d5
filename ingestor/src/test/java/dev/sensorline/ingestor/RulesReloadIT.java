package dev.sensorline.ingestor;

import static dev.sensorline.ingestor.Ingestion.LIMIT;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import dev.sensorline.servers.BrokerSettings;
import dev.sensorline.servers.ChildProcess;
import dev.sensorline.servers.StoreSettings;

/** Rules are replaced while the ingestor runs, and tried without it. */
@Execution(ExecutionMode.CONCURRENT)
class RulesReloadIT {

    private static final String RELOADED = "The rules were reloaded";

    @TempDir
    private Path directory;

    private Ingestion ingestion;

    @BeforeEach
    void servers() {
        ingestion = Ingestion.servers(BrokerSettings.defaults(), StoreSettings.defaults());
    }

    @AfterEach
    void stop() {
        ingestion.close();
    }

    /** As Kubernetes mounts a ConfigMap: the file is a link into a directory, which is a link that is replaced. */
    private void mount(String version, String settings) throws IOException {
        Path content = Files.createDirectory(directory.resolve(version));
        Files.writeString(content.resolve("application.properties"), settings);
        Path config = directory.resolve("config");
        if (!Files.exists(config)) {
            Files.createDirectory(config);
            Files.createSymbolicLink(
                    config.resolve("application.properties"), Path.of("..data", "application.properties"));
        }
        Path next = Files.createSymbolicLink(config.resolve("..next"), content);
        Files.move(next, config.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    }

    private ChildProcess start() {
        return ingestion.start(ingestion.ingestor().in(directory));
    }

    private static void hangUp(ChildProcess ingestor) {
        ChildProcess.start(List.of("kill", "-HUP", Long.toString(ingestor.pid())), Map.of())
                .awaitExit(LIMIT);
    }

    @Test
    void a_replaced_link_brings_new_topics_and_no_reading_is_lost_or_doubled_meanwhile() throws IOException {
        mount("v1", "ingestor.rules.old.topic=old/{name}\n");
        ChildProcess ingestor = start();
        CompletableFuture<?> flow = CompletableFuture.runAsync(() -> {
            for (int n = 0; n < 5_000; n += 50) {
                ingestion.publish("flow", n, 50, 1);
                Ingestion.pause(Duration.ofMillis(100));
            }
        });
        ingestion.peer.publish("old/A", "1", 1);
        ingestion.awaitPoints("A", 1);
        mount("v2", "ingestor.rules.fresh.topic=fresh/{name}\ningestor.rules.fresh.measurement=fresh\n");
        ingestor.awaitLine(RELOADED, LIMIT);
        ingestor.awaitLine("Unsubscribed from old/+", LIMIT);
        ingestion.peer.publish("fresh/B", "2", 1);
        await().atMost(LIMIT)
                .until(() -> ingestion.store.rows("fresh", "name::tag", "value").size() == 1);
        double received = ingestion.metric("sensorline_readings_received_total");
        flow.join();
        ingestion.awaitPoints("flow", 5_000);
        ingestion.peer.publish("old/A", "3", 1);
        ingestion.peer.publish("fresh/B", "4", 1);
        await().atMost(LIMIT)
                .until(() -> ingestion.store.rows("fresh", "name::tag", "value").size() == 2);
        assertEquals(1, ingestion.points("A"));
        assertTrue(received <= 5_002, () -> "received " + received);
        assertEquals(5_003, ingestion.metric("sensorline_readings_received_total"));
        assertEquals(0, ingestion.metric("sensorline_readings_rejected_total{reason=\"no_rule\"}"));
        assertEquals(1, Ingestion.connections(ingestor));
        assertEquals(1, ingestion.metric("sensorline_rules_reloads_total{result=\"ok\"}"));
        assertEquals(200, ingestion.health("ready"));
    }

    @Test
    void wrong_rules_are_refused_with_their_lines_and_the_old_ones_stay() throws IOException {
        mount("v1", "ingestor.rules.a.topic=a/{name}\n");
        ChildProcess ingestor = start();
        mount("v2", """
                ingestor.rules.a.topic=b/{name}
                ingestor.rules.a.time=at
                ingestor.rules.c.topic=c/{name}
                ingestor.rules.c.field=x
                """);
        hangUp(ingestor);
        ingestor.awaitLine("the old ones stay: ingestor.rules.a.time=at: must be a JSON pointer", LIMIT);
        ingestor.awaitLine("the old ones stay: ingestor.rules.c.field: must not be set", LIMIT);
        ingestion.peer.publish("a/A", "1", 1);
        ingestion.awaitPoints("A", 1);
        assertEquals(1, ingestion.metric("sensorline_rules_reloads_total{result=\"refused\"}"));
        assertEquals(0, Ingestion.lines(ingestor, RELOADED));
        mount("v3", "ingestor.rules.a.topic=a/{name}\ningestor.rules.a.fields=other\n");
        hangUp(ingestor);
        ingestor.awaitLine(RELOADED + ": changed: ingestor.rules.a.topic=a/{name}", LIMIT);
        ingestion.peer.publish("a/A", "2", 1);
        await().atMost(LIMIT)
                .until(() -> ingestion.store.rows("sensor", "other").size() == 1);
    }

    @Test
    void rules_are_tried_without_a_broker() throws IOException {
        mount("v1", "ingestor.rules.a.topic=a/{name}\ningestor.rules.a.measurement=tried\n");
        Path samples = Files.createDirectories(directory.resolve("samples").resolve("a"));
        Files.writeString(samples.resolve("A.json"), "{\"value\":1,\"time\":1700000000001}");
        try (ChildProcess trial = ingestion
                .ingestor()
                .in(directory)
                .withArguments("try", "samples")
                .start()) {
            assertEquals(0, trial.awaitExit(LIMIT), trial.lines()::toString);
            assertEquals(
                    List.of(
                            "tried,name=A value=1.0 1700000000001000000",
                            "a/A: 1 point, by ingestor.rules.a.topic=a/{name}"),
                    trial.lines());
        }
        mount("v2", "ingestor.rules.a.topic=a/{name}\ningestor.rules.a.fields=a:what\n");
        try (ChildProcess trial = ingestion
                .ingestor()
                .in(directory)
                .withArguments("try", "samples")
                .start()) {
            assertEquals(2, trial.awaitExit(LIMIT), trial.lines()::toString);
            assertEquals(1, trial.lines().size(), trial.lines()::toString);
            assertTrue(trial.lines().get(0).startsWith("ingestor.rules.a.fields=a:what: must have fields"));
        }
    }
}
